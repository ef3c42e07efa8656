import type { Session } from 'better-sse';

import { receiptsSince } from '../../store/postgres/postbackLog';
import { createPostbackLog } from '../../store/redis/postbackLog';
import { errorText } from '../../telemetry/logger';
import type { ApiDeps, Handler } from '../handler';
import type { EventConnection } from '../reply';
import { attemptLine, receiptLine, withoutStored, type LogLine } from './postbackLog';
import { programmeOf } from './scope';

const POLL_MS = 1_000;
/** A row is dated when its transaction begins and seen when it commits: each look goes back this far. */
const OVERLAP_MS = 10_000;
/** Of a shop at full speed a person is shown the newest of each second. */
const MAX_LINES = 50;
/** The reader comes back by itself and is asked again who it is: nobody watches on after losing their role. */
const LIFE_MS = 5 * 60_000;
/** A reader that takes nothing is not written to. */
const MAX_BACKLOG_BYTES = 256 * 1024;

/**
 * Follows the log by looking once a second. The attempts of all API processes end in the same two stores, so
 * this needs no wire between processes, and a look costs two reads by index.
 */
class Watcher {
  private readonly shown = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;
  private ended = false;

  constructor(
    private readonly deps: ApiDeps,
    private readonly programmeId: string,
    private readonly session: Session,
    private readonly connection: EventConnection,
    private readonly startedMs: number,
  ) {}

  start(): () => void {
    this.next(0);
    return () => {
      this.ended = true;
      clearTimeout(this.timer);
    };
  }

  private next(ms: number): void {
    this.timer = setTimeout(() => {
      void this.look()
        .catch((thrown: unknown) =>
          this.deps.log.warn({ error: errorText(thrown) }, 'the postback log cannot be followed'),
        )
        .finally(() => {
          if (this.ended) return;
          const isOver = this.deps.stopping() || this.deps.now() - this.startedMs > LIFE_MS;
          if (isOver || this.connection.backlog() > MAX_BACKLOG_BYTES) this.connection.close();
          else this.next(POLL_MS);
        });
    }, ms);
  }

  private async look(): Promise<void> {
    const { deps, programmeId } = this;
    const sinceMs = Math.max(this.startedMs, deps.now() - OVERLAP_MS);
    const attempts = createPostbackLog(deps.redis)
      .since(programmeId, sinceMs, MAX_LINES * 4)
      .catch(() => []);
    const receipts = await receiptsSince(deps.pool, programmeId, new Date(sinceMs), MAX_LINES * 4);
    const refused = await withoutStored(deps, await attempts);
    const lines = [...receipts.map(receiptLine), ...refused.map(attemptLine)]
      .filter((line) => !this.shown.has(line.id))
      .sort((a, b) => (a.at < b.at ? -1 : 1));
    for (const line of lines) this.shown.set(line.id, Date.parse(line.at));
    for (const line of lines.slice(-MAX_LINES)) this.send(line);
    for (const [id, atMs] of this.shown) if (atMs < sinceMs - OVERLAP_MS) this.shown.delete(id);
  }

  private send({ id, view }: LogLine): void {
    if (!this.ended && this.session.isConnected) this.session.push(view, 'postback', id);
  }
}

export const watchPostbackAttempts: Handler = async (deps, call, viewer) => {
  const programme = await programmeOf(deps, call, viewer);
  if (!programme.ok) return programme.error;
  const { id } = programme.value;
  return {
    events: (session, connection) => new Watcher(deps, id, session, connection, deps.now()).start(),
  };
};
