import { randomBytes } from 'node:crypto';

import type { Client } from '@temporalio/client';

import { startRelay } from '../../api/relay';
import { judge, Undeliverable } from '../../api/relayFailures';
import { RelayLoop, type Relay, type RelayPatience } from '../../api/relayLoop';
import { keyRing } from '../../config/env';
import { until } from '../../sandbox/demo/http';
import { insertOutbox } from '../../store/postgres/outbox';
import { createLogger, type Fields, type Logger } from '../../telemetry/logger';
import { createTemporalClient } from '../../temporal/connection';
import { conversionWorkflowId } from '../../workflows/contract';
import { createTestDatabase, type TestDatabase } from '../support/postgres';
import { claimNamespace, readSharedStack } from '../support/sharedStack';
import { hostPort, startGate, type Gate } from '../support/tcpGate';

/** The relay alone, on the real database and the real server, whose workflows nobody works on here. */
const SILENT = createLogger('relay-test', 'silent');
const codecKeys = keyRing({ KEYS: `k1:${randomBytes(32).toString('base64')}` }, 'KEYS');
const timing = {
  submitTimeoutMs: 1000,
  statusFirstMs: 1000,
  statusMaxMs: 1000,
  notFoundWaitMs: 1000,
  unknownGiveUpMs: 1000,
};
const batch = { collectMs: 1000, approveWithinMs: 1000, timing };

let namespace: string;
let client: Client;
let db: TestDatabase;
const relays: Relay[] = [];
beforeAll(() => {
  namespace = claimNamespace();
  client = createTemporalClient({
    address: readSharedStack().urls.temporal,
    namespace,
    codecKeys,
  });
});
afterAll(() => client.connection.close());
beforeEach(async () => {
  db = await createTestDatabase();
});
afterEach(async () => {
  await Promise.all(relays.splice(0).map((relay) => relay.stop()));
  await db.drop();
});

function relayWith(
  patience: Partial<RelayPatience> = {},
  by: Client = client,
  logger: Logger = SILENT,
): void {
  relays.push(startRelay({ pool: db.pool, client: by, logger, paidWaitMs: 1000, batch, patience }));
}

const newIds = (n: number): string[] =>
  Array.from({ length: n }, () => `cnv_${randomBytes(10).toString('hex')}`);

async function put(subjectIds: readonly string[], payload: object = {}): Promise<void> {
  await db.pool.query(
    `insert into outbox (topic, subject_id, payload)
     select 'conversion.order', id, $2 from unnest($1::text[]) id`,
    [subjectIds, { receiptId: 'rcp_1', status: 'pending', sale: '100.00', ...payload }],
  );
}

type Row = { attempts: number; refusals: number; last_error: string | null; due: boolean };
const rowsOf = async (like: string): Promise<Row[]> =>
  (
    await db.pool.query<Row>(
      `select attempts, refusals, last_error, next_at <= now() as due from outbox where subject_id like $1`,
      [like],
    )
  ).rows;
const waiting = async (like = '%'): Promise<number> => (await rowsOf(like)).length;
const dead = async (): Promise<{ subject_id: string; last_error: string; attempts: number }[]> =>
  (
    await db.pool.query<{ subject_id: string; last_error: string; attempts: number }>(
      'select subject_id, last_error, attempts from outbox_dead_letters order by id',
    )
  ).rows;
const gone = (like = '%'): Promise<number> =>
  until(
    'rows are delivered',
    () => waiting(like),
    (n) => n === 0,
    30_000,
  );

/** The server refuses an id of over 1,000 characters; our own code throws on a sale that is no money. */
const tooLong = (n: number): string[] =>
  Array.from({ length: n }, (_, i) => `bad_${i}_${'x'.repeat(1100)}`);

test('40 poisoned rows among many good ones: everybody else is delivered in normal time', async () => {
  await put(tooLong(20));
  await put(
    newIds(20).map((id) => `bad_${id}`),
    { sale: 'no money' },
  );
  await put(newIds(200));
  relayWith({ deadAfter: 1_000 });
  await gone('cnv_%');
  expect(await waiting('bad_%')).toBe(40);
  // While they go on failing, each of those that come later goes at once.
  for (const id of newIds(10)) {
    await put([id]);
    const startedMs = Date.now();
    await gone(id);
    expect(Date.now() - startedMs).toBeLessThan(5_000);
    const workflow = await client.workflow.getHandle(conversionWorkflowId(id)).describe();
    expect(workflow.status.name).toBe('RUNNING');
  }
  const poisoned = await rowsOf('bad_%');
  expect(poisoned).toHaveLength(40);
  expect(new Set(poisoned.map((row) => row.last_error))).toEqual(
    new Set(['invalid_argument', 'unexpected']),
  );
});

test('a backlog of poisoned rows that are all due does not eat the claim', async () => {
  await put(tooLong(500));
  await db.pool.query(`update outbox set attempts = 3, next_at = now() - interval '1 hour'`);
  await put(newIds(100));
  relayWith({ deadAfter: 1_000 });
  await gone('cnv_%');
  expect(await waiting('bad_%')).toBe(500);
  // Nor do they starve each other: the one that is due longest goes first, until each had its turn.
  await until(
    'all were tried',
    () => rowsOf('bad_%'),
    (rows) => rows.every((row) => row.attempts > 3),
  );
});

test('a refused row is put aside after its tries, with an alert, and delivered when sent again', async () => {
  const lines: { fields: Fields; message: string }[] = [];
  const logger = {
    ...SILENT,
    error: (fields: Fields, message: string) => void lines.push({ fields, message }),
  };
  const [id = ''] = newIds(1);
  await put([id], { sale: 'no money' });
  relayWith({ deadAfter: 3, retryMaxSeconds: 0.05 }, client, logger);
  await until('the letter is dead', dead, (rows) => rows.length === 1);
  expect(await dead()).toEqual([{ subject_id: id, last_error: 'unexpected', attempts: 3 }]);
  expect(await waiting()).toBe(0);
  await until(
    'the alert is written',
    () => Promise.resolve(lines.length),
    (n) => n === 1,
  );
  expect(lines[0]).toMatchObject({
    message: expect.stringContaining('ALERT dead letter'),
    fields: { type: 'conversion.order', code: 'unexpected' },
  });
  expect(JSON.stringify(lines)).not.toContain('no money');

  // Mended and sent again (the API does this in one transaction, test/api/ops/deadLetters).
  await db.owner.query(`update outbox_dead_letters set payload = payload || '{"sale":"1.00"}'`);
  await db.pool.query(
    `with taken as (delete from outbox_dead_letters returning id, topic, subject_id, payload)
     insert into outbox (id, topic, subject_id, payload) select * from taken`,
  );
  await gone();
  await client.workflow.getHandle(conversionWorkflowId(id)).describe();
});

test('slowness of Temporal is held against no message, however long it lasts', async () => {
  let tries = 0;
  const unavailable = Object.assign(new Error('14 UNAVAILABLE'), {
    code: 14,
    details: '',
    metadata: {},
  });
  await put(newIds(5));
  relays.push(
    new RelayLoop({
      pool: db.pool,
      client,
      logger: SILENT,
      patience: { deadAfter: 1, retryMaxSeconds: 0.05 },
      deliver: () => {
        tries += 1;
        return Promise.reject(unavailable);
      },
    }),
  );
  await until(
    'tried often',
    () => Promise.resolve(tries),
    (n) => n > 50,
  );
  expect(await dead()).toEqual([]);
  for (const row of await rowsOf('%'))
    expect(row).toMatchObject({ refusals: 0, last_error: 'unavailable' });
});

describe('Temporal is away', () => {
  let gate: Gate;
  let through: Client;
  beforeEach(async () => {
    gate = await startGate(hostPort(readSharedStack().urls.temporal));
    through = createTemporalClient({ address: gate.address, namespace, codecKeys });
  });
  afterEach(async () => {
    await Promise.all(relays.splice(0).map((relay) => relay.stop()));
    await through.connection.close();
    await gate.stop();
  });

  test.each(['closed', 'hanging'] as const)(
    '%s: nothing dies, no try is counted, and all is delivered when it is back',
    async (state) => {
      relayWith({ deadAfter: 1, retryMaxSeconds: 0.05 }, through);
      await put(newIds(1));
      await gone();
      gate.set(state);
      await put(newIds(30));
      await put(
        newIds(3).map((id) => `bad_${id}`),
        { sale: 'no money' },
      );
      // Asked again and again meanwhile: with one refusal allowed, any counted try would have made a dead letter.
      await until(
        'it was asked often',
        () => Promise.resolve(gate.knocks()),
        (n) => n >= 2,
        60_000,
      );
      await until(
        'all rows are given back',
        () => rowsOf('%'),
        (rows) => rows.length === 33 && rows.every((row) => row.due),
        60_000,
      );
      expect(await dead()).toEqual([]);
      for (const row of await rowsOf('%')) expect(row).toMatchObject({ attempts: 0, refusals: 0 });
      gate.set('open');
      await gone('cnv_%');
      await until('what is really refused is found out then', dead, (rows) => rows.length === 3);
    },
    120_000,
  );
});

test('two relays side by side deliver each row once', async () => {
  const seen: bigint[] = [];
  await put(newIds(600));
  for (let n = 0; n < 2; n += 1)
    relays.push(
      new RelayLoop({
        pool: db.pool,
        client,
        logger: SILENT,
        deliver: async (row) => {
          await new Promise(setImmediate);
          seen.push(row.id);
        },
      }),
    );
  await gone();
  expect(seen).toHaveLength(600);
  expect(new Set(seen).size).toBe(600);
});

test('a relay that stops first ends what it has begun', async () => {
  let begun = 0;
  let ended = 0;
  await put(newIds(20));
  const relay = new RelayLoop({
    pool: db.pool,
    client,
    logger: SILENT,
    deliver: async () => {
      begun += 1;
      await until(
        'all have begun',
        () => Promise.resolve(begun),
        (n) => n === 20,
      );
      ended += 1;
    },
  });
  await until(
    'all have begun',
    () => Promise.resolve(begun),
    (n) => n === 20,
  );
  await relay.stop();
  expect(ended).toBe(20);
  expect(await waiting()).toBe(0);
});

test('what a failure says: the way to Temporal is never held against a message', () => {
  const grpc = (code: number): Error =>
    Object.assign(new Error(`${code}`), { code, details: '', metadata: {} });
  for (const code of [1, 2, 4, 7, 8, 10, 12, 13, 14, 15, 16])
    expect(judge(grpc(code)).kind).toBe('slow');
  for (const code of [3, 5, 6, 9, 11]) expect(judge(grpc(code)).kind).toBe('refused');
  expect(judge(Object.assign(new Error('away'), { code: 'ECONNREFUSED' })).kind).toBe('store');
  expect(judge(new Undeliverable('run_ended', 'x'))).toEqual({
    kind: 'refused',
    code: 'run_ended',
  });
  expect(judge(new TypeError('x'))).toEqual({ kind: 'refused', code: 'unexpected' });
});

test('a message a person brings in by hand is delivered like any other', async () => {
  relayWith();
  const [id = ''] = newIds(1);
  await insertOutbox(db.pool, {
    topic: 'conversion.order',
    subjectId: id,
    payload: { receiptId: 'rcp_1', status: 'pending', sale: '1.00' },
  });
  await gone();
});
