import { createHash, randomBytes } from 'node:crypto';

import type { Pool } from 'pg';

import { planAccrue, planPayoutPosted, planRelease, planReserve } from '../../domain/ledger/plans';
import { until } from '../../sandbox/demo/http';
import { storeIntakeBatch, type IntakeRow } from '../../store/postgres/intake';
import { isTransient } from '../../store/postgres/codes';
import { LedgerQueue } from '../../store/postgres/ledger';
import { createPool, type Sql } from '../../store/postgres/pool';
import { createTestDatabase, type TestDatabase } from '../support/postgres';
import { startGate } from '../support/tcpGate';

/** Who locks what in which order, and what callers hear when the database hangs. */
let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

const split = { gross: 100_000n, fee: 20_000n, payable: 80_000n };
const shuffled = <T>(items: readonly T[]): T[] =>
  items
    .map((item) => [Math.random(), item] as const)
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item);

const rowOf = (conversionId: string, version: number): IntakeRow => ({
  receiptId: `rcp_${randomBytes(8).toString('hex')}`,
  programmeId: 'prg_order',
  webhookId: `w${randomBytes(8).toString('hex')}`,
  bodyHash: createHash('sha256').update(randomBytes(8)).digest('hex'),
  conversionId,
  transactionId: conversionId,
  event: 'sale',
  status: 'pending',
  sale: 100_000n + BigInt(version),
  eventVersion: version,
  occurredAtMs: 1_700_000_000_000 + version,
  details: '{}',
  requestId: 'r',
  click: { reason: 'click_missing' },
});

const touch = (id: string) => (sql: Sql) =>
  sql.query('update conversions set updated_at = now() where id = $1', [id]);

test('840 postings under overlap with intake and another queue: no caller hears of a deadlock', async () => {
  const ids = Array.from({ length: 120 }, (_, i) => `cnv_order${String(i).padStart(3, '0')}`);
  await storeIntakeBatch(
    db.pool,
    ids.map((id) => rowOf(id, 1)),
  );
  // Two processes, as the worker and the API are, that post about the same orders in any order.
  const queues = [new LedgerQueue(db.pool), new LedgerQueue(db.pool)];
  let intaking = true;
  let races = 0;
  const intake = async (seed: number): Promise<void> => {
    for (let version = 2 + seed; intaking; version += 2) {
      const some = shuffled(ids).slice(0, 40).sort();
      await storeIntakeBatch(
        db.pool,
        some.map((id) => rowOf(id, version)),
      ).catch((failure: { code?: string }) => {
        // A race between two intakes is run again there (api/intake/batcher.ts); a deadlock would be ours.
        if (failure.code !== '40001') throw failure;
        races += 1;
      });
    }
  };
  const intakes = [intake(0), intake(1)];
  const postings = Array.from({ length: 7 }, (_, revision) =>
    shuffled(ids).map((id) => ({ id, revision: revision + 1 })),
  ).flat();
  const outcomes = await Promise.allSettled(
    postings.map(({ id, revision }, i) =>
      queues[i % 2]!.postWith(
        [
          planAccrue(
            { conversionId: id, brandId: `brd_${i % 9}`, influencerId: `inf_${i % 31}` },
            split,
            revision,
          ),
        ],
        touch(id),
      ),
    ),
  );
  intaking = false;
  await Promise.all(intakes);
  expect(postings).toHaveLength(840);
  expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([]);
  expect(races).toBeLessThan(1000);
}, 120_000);

test('a settled payout locks the conversions it pays before its own row and the balances', async () => {
  const { rows } = await db.owner.query<{ locks: string[] }>(
    `select regexp_split_to_array(prosrc, 'perform from ') as locks from pg_proc where proname = 'ledger_lock_subjects'`,
  );
  expect(rows[0]!.locks.slice(1).map((text) => text.split(' ')[0])).toEqual([
    'conversions',
    'payouts',
  ]);
});

test('a deadlock that follow-ups bring about themselves is tried again in the queue', async () => {
  await db.owner.query('create table if not exists tangle (id int primary key, n int not null)');
  await db.owner.query('grant select, update on tangle to gamma_app');
  await db.owner.query('insert into tangle values (1, 0), (2, 0) on conflict do nothing');
  const queues = [new LedgerQueue(db.pool), new LedgerQueue(db.pool)];
  let entered = 0;
  const inOrder =
    (first: number, second: number) =>
    async (sql: Sql): Promise<void> => {
      await sql.query('update tangle set n = n + 1 where id = $1', [first]);
      entered += 1;
      // Both hold their first row at least once: then the second one closes the circle.
      await until(
        'both are inside',
        () => Promise.resolve(entered),
        (n) => n >= 2,
      );
      await sql.query('update tangle set n = n + 1 where id = $1', [second]);
    };
  const post = (queue: LedgerQueue, n: number, follow: (sql: Sql) => Promise<void>) =>
    queue.postWith(
      [
        planAccrue(
          { conversionId: `cnv_tangle${n}`, brandId: `brd_t${n}`, influencerId: `inf_t${n}` },
          { gross: 100n, fee: 0n, payable: 100n },
          1,
        ),
      ],
      follow,
    );
  await Promise.all([post(queues[0]!, 1, inOrder(1, 2)), post(queues[1]!, 2, inOrder(2, 1))]);
  expect(entered).toBeGreaterThan(2);
  const { rows } = await db.pool.query('select sum(n)::int as n from tangle');
  expect(rows[0].n).toBe(4);
});

test('a row that somebody holds for long stops only the posting that needs it', async () => {
  const ids = Array.from({ length: 40 }, (_, i) => `cnv_held${i}`);
  await storeIntakeBatch(
    db.pool,
    ids.map((id) => rowOf(id, 1)).sort((a, b) => (a.conversionId < b.conversionId ? -1 : 1)),
  );
  const holder = await db.owner.connect();
  const queue = new LedgerQueue(db.pool);
  try {
    await holder.query('begin');
    await holder.query('select from conversions where id = $1 for update', ['cnv_held7']);
    const outcomes = await Promise.all(
      ids.map((id) =>
        queue
          .postWith(
            [planAccrue({ conversionId: id, brandId: 'brd_h', influencerId: 'inf_h' }, split, 1)],
            touch(id),
          )
          .then(
            () => 'done',
            (failure: unknown) => (isTransient(failure) ? 'transient' : 'other'),
          ),
      ),
    );
    expect(outcomes.map((outcome, i) => [ids[i], outcome]).filter(([, o]) => o !== 'done')).toEqual(
      [['cnv_held7', 'transient']],
    );
  } finally {
    await holder.query('rollback');
    holder.release();
  }
}, 60_000);

describe('a database host that hangs', () => {
  async function behindGate(): Promise<{
    pool: Pool;
    gate: Awaited<ReturnType<typeof startGate>>;
    stop: () => Promise<void>;
  }> {
    const url = new URL(db.postgres);
    const gate = await startGate({ host: url.hostname, port: Number(url.port) });
    url.host = gate.address;
    const pool = createPool({ url: url.toString(), applicationName: 'gamma-hang' });
    return {
      pool,
      gate,
      stop: async () => {
        gate.set('closed');
        await pool.end();
        await gate.stop();
      },
    };
  }
  const accrue = (n: string) =>
    planAccrue(
      { conversionId: `cnv_${n}`, brandId: 'brd_hang', influencerId: 'inf_hang' },
      split,
      1,
    );

  test.each(['hanging', 'closed'] as const)(
    '%s: everybody who waits hears of it within the patience of the queue, as a transient error',
    async (state) => {
      const { pool, gate, stop } = await behindGate();
      try {
        const queue = new LedgerQueue(pool, { batchMax: 4, patienceMs: 2_000 });
        await queue.post([accrue(`${state}_warm`)]);
        gate.set(state);
        const startedMs = Date.now();
        const failures = await Promise.all(
          Array.from({ length: 18 }, (_, i) =>
            queue.post([accrue(`${state}${i}`)]).then(
              () => undefined,
              (failure: unknown) => failure,
            ),
          ),
        );
        const tookMs = Date.now() - startedMs;
        expect(failures.filter((failure) => !isTransient(failure))).toEqual([]);
        // Connecting anew may take its own 5 seconds; halving 18 of them against a dead host took up to 160.
        expect(tookMs).toBeLessThan(9_000);

        gate.set('open');
        // What the caller's retry does: the same postings again, each exactly once.
        await until(
          'all are posted',
          () =>
            Promise.all(
              Array.from({ length: 18 }, (_, i) =>
                queue.post([accrue(`${state}${i}`)]).then(
                  () => true,
                  () => false,
                ),
              ),
            ),
          (done) => done.every(Boolean),
        );
        const { rows } = await db.pool.query(
          `select count(*)::int as n from ledger_transactions where id like $1`,
          [`cnv\\_${state}%`],
        );
        expect(rows[0].n).toBe(19);
      } finally {
        await stop();
      }
    },
    60_000,
  );
});

test('postings of a payout and of its conversions in one batch and in many: books stay right', async () => {
  const queue = new LedgerQueue(db.pool);
  const who = { conversionId: 'cnv_both', brandId: 'brd_both', influencerId: 'inf_both' };
  await queue.post([planAccrue(who, split, 1)]);
  await queue.postWith([planRelease(who, split, 1)], () => Promise.resolve());
  await queue.postWith([planReserve('pay_both', 'inf_both', 80_000n)], () => Promise.resolve());
  const paid = planPayoutPosted(
    {
      payoutId: 'pay_both',
      influencerId: 'inf_both',
      amount: 80_000n,
      net: 80_000n,
      provider: 'both',
    },
    [],
  );
  const outcomes = await Promise.all(
    Array.from({ length: 20 }, () =>
      queue.postWith([paid], (_sql, [outcome]) => Promise.resolve(outcome)),
    ),
  );
  expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1);
});
