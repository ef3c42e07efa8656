import type { ClickHouseClient } from '../../store/clickhouse/client';
import { countStuck, readOutboxLag, readToDo, TASKS } from '../../store/postgres/stuck';
import { listSwitches } from '../../store/postgres/switches';
import { readSmsBudget } from '../accounts/smsBudget';
import { jsonAnswer } from '../answer';
import type { ApiDeps, Handler } from '../handler';
import { STUCK_AFTER_SECONDS } from './stuck';
import { switchShape } from './switches';

const PING_MS = 1_000;

type Health = {
  readonly state: 'up' | 'down' | 'not_configured';
  readonly latency_ms: number | null;
};

/** An engine that does not answer in time is down for whoever waits, whatever it does later. */
async function healthOf(ping: (() => Promise<unknown>) | undefined): Promise<Health> {
  if (!ping) return { state: 'not_configured', latency_ms: null };
  const startedMs = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), PING_MS);
  });
  try {
    await Promise.race([ping(), late]);
    return { state: 'up', latency_ms: Math.round(performance.now() - startedMs) };
  } catch {
    return { state: 'down', latency_ms: null };
  } finally {
    clearTimeout(timer);
  }
}

/** The client tells a failure in its answer. */
async function pingOf(client: ClickHouseClient): Promise<void> {
  const pong = await client.ping();
  if (!pong.success) throw pong.error;
}

async function allHealth({
  pool,
  redis,
  clickhouse: client,
  ops,
}: ApiDeps): Promise<Record<string, Health>> {
  const [postgres, redisHealth, clickhouse, temporal] = await Promise.all([
    healthOf(() => pool.query('select 1')),
    healthOf(() => redis.ping()),
    healthOf(client && (() => pingOf(client))),
    healthOf(() => ops.commands.ping(PING_MS)),
  ]);
  return { postgres, redis: redisHealth, clickhouse, temporal };
}

export const getOpsSummary: Handler = async (deps) => {
  const { pool, mode, now, ops } = deps;
  const [toDo, stuck, outbox, switches, messages, health] = await Promise.all([
    readToDo(pool),
    countStuck(pool, STUCK_AFTER_SECONDS),
    readOutboxLag(pool),
    listSwitches(pool),
    readSmsBudget(deps),
    allHealth(deps),
  ]);
  const standing = Object.values(stuck.counts).reduce((sum, n) => sum + n, 0);
  const ofTasks = <T>(read: (task: (typeof toDo)[(typeof TASKS)[number]]) => T) =>
    Object.fromEntries(TASKS.map((name) => [name, read(toDo[name])]));
  return jsonAnswer(200, {
    at: new Date(now()).toISOString(),
    mode,
    to_do: { ...ofTasks(({ n }) => n), stuck: standing },
    oldest: { ...ofTasks(({ since }) => since), stuck: stuck.oldest },
    switches: switches.map(switchShape),
    outbox: {
      waiting: outbox.waiting,
      failing: outbox.failing,
      dead: outbox.dead,
      oldest_age_seconds: outbox.oldest_seconds,
    },
    messages,
    health,
    temporal_ui_url: ops.temporalUiUrl,
  });
};
