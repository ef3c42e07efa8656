import { randomBytes } from 'node:crypto';

import { idFromBytes } from '../../domain/ids';
import { RUN_MOVES, RUN_STATES, type RunState } from '../../domain/payouts/runMoves';
import { addBulkPayouts, type BulkPayouts } from '../../sandbox/bulkPayouts';
import { createTestDatabase, type TestDatabase } from '../support/postgres';

/** What the database itself refuses of payout runs, whoever asks. */
let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

const newId = (kind: 'payoutBatch' | 'payoutApproval'): string =>
  idFromBytes(kind, randomBytes(16));

test('the table of moves is the same in the code and in the database', async () => {
  const { rows } = await db.pool.query<{ from_state: RunState; to_state: RunState }>(
    'select from_state, to_state from payout_run_moves',
  );
  const moves = (all: readonly (readonly [string, string])[]): string[] =>
    all.map((move) => move.join(' → ')).sort();
  expect(moves(rows.map((row) => [row.from_state, row.to_state]))).toEqual(
    moves(RUN_STATES.flatMap((from) => RUN_MOVES[from].map((to) => [from, to] as const))),
  );
});

test.each(RUN_STATES.flatMap((from) => RUN_STATES.map((to) => [from, to] as const)))(
  'a run moves from %s to %s only if the table says so',
  async (from, to) => {
    const id = newId('payoutBatch');
    // As the owner, who alone can begin a run anywhere.
    await db.owner.query(
      `insert into payout_batches (id, period, state, reopened_at) values ($1, $1, $2, now())`,
      [id, from],
    );
    const moved = db.pool
      .query('update payout_batches set state = $2 where id = $1', [id, to])
      .then(
        () => 'moved',
        (refused: { code?: string }) => refused.code,
      );
    const allowed = from === to || (RUN_MOVES[from] as readonly RunState[]).includes(to);
    // Nobody gets to `approved` by a move alone.
    expect(await moved).toBe(
      !allowed ? 'PR001' : from !== to && to === 'approved' ? 'PR002' : 'moved',
    );
    await db.owner.query('delete from payout_batches where id = $1', [id]);
  },
);

test('a service begins a run only where requests gather', async () => {
  const id = newId('payoutBatch');
  for (const columns of [
    "(id, period, state) values ($1, $1, 'approved')",
    '(id, period, approved_by, approved_at) values ($1, $1, $1, now())',
  ])
    await expect(db.pool.query(`insert into payout_batches ${columns}`, [id])).rejects.toThrow(
      'permission denied',
    );
});

/** A run as it stands before its approval, frozen by rows alone. */
async function frozen(count: number): Promise<BulkPayouts> {
  const made = await addBulkPayouts(db, count);
  await db.owner.query(
    `with taxed as (
       update payouts set state = 'reserved', net_tiyn = 70000, tax_tiyn = 10000, payment_date = current_date
        where batch_id = $1 returning id
     )
     insert into payout_withholdings (payout_id, component, base_tiyn, amount_tiyn)
     select id, 'ipn', 80000, 10000 from taxed`,
    [made.batchId],
  );
  await db.owner.query("update payout_batches set state = 'freezing' where id = $1", [
    made.batchId,
  ]);
  await db.owner.query(
    `update payout_batches set state = 'frozen', frozen_at = now(), item_count = $2::int, total_tiyn = 70000 * $2::int,
            payment_date = current_date, prepared_by = 'maker', prepared_at = now() where id = $1`,
    [made.batchId, count],
  );
  return made;
}

type Approval = { by: string; total: bigint; hash: string };

async function approve(batchId: string, of: Partial<Approval>): Promise<string | undefined> {
  const id = newId('payoutApproval');
  const client = await db.pool.connect();
  try {
    await client.query('begin');
    await client.query(
      `insert into payout_approvals (id, batch_id, approved_by, role, via, factor_at, expected_total_tiyn, item_count, items_hash, request_id)
       values ($1, $2, $3, 'ops_checker', 'session', now(), $4, 2, coalesce($5, payout_run_hash($2)), 'a test')`,
      [id, batchId, of.by ?? 'checker', of.total ?? 140_000n, of.hash ?? null],
    );
    await client.query('update payouts set approval_id = $2 where batch_id = $1', [batchId, id]);
    await client.query(
      "update payout_batches set state = 'approved', approved_by = 'checker', approved_at = now() where id = $1",
      [batchId],
    );
    await client.query('commit');
    return 'approved';
  } catch (refused) {
    await client.query('rollback');
    return (refused as { code?: string }).code;
  } finally {
    client.release();
  }
}

test('an approval is of exactly what is in the run, by somebody else than its preparer', async () => {
  const { batchId, payoutIds } = await frozen(2);
  expect(await approve(batchId, { by: 'maker' })).toBe('PR002');
  expect(await approve(batchId, { by: 'somebody else' })).toBe('PR002');
  expect(await approve(batchId, { total: 140_001n })).toBe('PR002');
  expect(await approve(batchId, { hash: 'f'.repeat(64) })).toBe('PR002');
  await db.owner.query(
    'update payout_batches set prepared_by = null, prepared_at = null where id = $1',
    [batchId],
  );
  expect(await approve(batchId, {})).toBe('PR002');
  await db.owner.query(
    `update payout_batches set prepared_by = 'checker', prepared_at = now() where id = $1`,
    [batchId],
  );
  expect(await approve(batchId, {})).toBe('PR002');
  await db.owner.query(`update payout_batches set prepared_by = 'maker' where id = $1`, [batchId]);
  const seen = async (): Promise<string> =>
    (await db.pool.query<{ hash: string }>('select payout_run_hash($1) as hash', [batchId]))
      .rows[0]!.hash;
  const before = await seen();
  for (const change of [
    'net_tiyn = net_tiyn + 1, tax_tiyn = tax_tiyn - 1',
    `instrument_token = 'tok_card_other'`,
    `instrument_last4 = '9999'`,
  ]) {
    await db.owner.query(
      `with changed as (update payouts set ${change} where id = $1 returning id, tax_tiyn)
       update payout_withholdings w set amount_tiyn = c.tax_tiyn from changed c where w.payout_id = c.id`,
      [payoutIds[0]],
    );
    expect(await approve(batchId, { hash: before })).toBe('PR002');
    await db.owner.query(
      `with changed as (
         update payouts p set net_tiyn = 70000, tax_tiyn = 10000, instrument_token = i.instrument_token, instrument_last4 = '4242'
           from influencers i where i.id = p.influencer_id and p.id = $1 returning p.id
       )
       update payout_withholdings w set amount_tiyn = 10000 from changed c where w.payout_id = c.id`,
      [payoutIds[0]],
    );
  }
  expect(await seen()).toBe(before);
  expect(await approve(batchId, {})).toBe('approved');
  // After it nothing of what was approved changes, and no second approval is given.
  expect(await approve(batchId, {})).toBe('23505');
  for (const change of [
    'net_tiyn = net_tiyn - 1, tax_tiyn = tax_tiyn + 1',
    `instrument_token = 'tok_card_other'`,
    `instrument_last4 = '9999'`,
    'approval_id = null',
  ])
    await expect(
      db.pool.query(`update payouts set ${change} where id = $1`, [payoutIds[0]]),
    ).rejects.toMatchObject({ code: 'PR004' });
  await db.pool.query("update payouts set state = 'submitting' where id = $1", [payoutIds[0]]);
  expect(await seen()).toBe(before);
});

test('nothing leaves reserved that no second person approved', async () => {
  const { payoutIds } = await frozen(1);
  await expect(
    db.pool.query("update payouts set state = 'submitting' where id = $1", [payoutIds[0]]),
  ).rejects.toMatchObject({ code: 'PR003' });
});

test('approvals are only ever added', async () => {
  for (const statement of [
    'update payout_approvals set approved_by = id',
    'delete from payout_approvals',
  ])
    await expect(db.pool.query(statement)).rejects.toThrow('permission denied');
});
