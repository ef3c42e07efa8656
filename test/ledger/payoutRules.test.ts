import { randomBytes } from 'node:crypto';

import { idFromBytes } from '../../domain/ids';
import { planPayoutPosted, planReserve } from '../../domain/ledger/plans';
import { PAYOUT_MOVES } from '../../domain/payouts/moves';
import { PAYOUT_STATES } from '../../domain/payouts/reasons';
import { REVIEW_MOVES } from '../../domain/payouts/reviews';
import { LedgerQueue } from '../../store/postgres/ledger';
import { movePayout } from '../../store/postgres/payouts';
import { createTestDatabase, type TestDatabase } from '../support/postgres';

/** What the database itself refuses of a payout, whoever writes. */
let db: TestDatabase;
let ledger: LedgerQueue;
beforeAll(async () => {
  db = await createTestDatabase();
  ledger = new LedgerQueue(db.pool);
});
afterAll(() => db.drop());

const newId = (kind: Parameters<typeof idFromBytes>[0]): string =>
  idFromBytes(kind, randomBytes(16));

/** 800.00 of one person, of which 100.00 is tax, funded and set aside. */
async function payout(state: string): Promise<{ id: string; influencerId: string }> {
  const [id, influencerId, batchId] = [newId('payout'), newId('influencer'), newId('payoutBatch')];
  await db.owner.query(
    `insert into influencers (id, ref, display_name) values ($1, $2, 'Author')`,
    [influencerId, `r${randomBytes(6).toString('hex')}`],
  );
  await db.owner.query(`insert into payout_batches (id, period, state) values ($1, $1, 'done')`, [
    batchId,
  ]);
  await db.owner.query(
    `with made as (
       insert into payouts (id, influencer_id, batch_id, state, amount_tiyn, gross_tiyn, fee_tiyn, net_tiyn, tax_tiyn, reference, requested_by)
       values ($1, $2, $3, $4, 80000, 100000, 20000, 70000, 10000, $1, 'test') returning id
     )
     insert into payout_withholdings (payout_id, component, base_tiyn, amount_tiyn) select id, 'demo_flat', 100000, 10000 from made`,
    [id, influencerId, batchId, state],
  );
  await ledger.post([
    {
      id: `${id}:fund`,
      kind: 'single',
      reason: 'test',
      subjectId: id,
      entries: [
        { account: { code: `payee:${influencerId}`, class: 'payee' }, amount: 80_000n },
        { account: { code: 'advertiser:test', class: 'advertiser' }, amount: -80_000n },
      ],
    },
    planReserve(id, influencerId, 80_000n),
  ]);
  return { id, influencerId };
}

test('the table of moves in the database is the one in the code', async () => {
  const { rows } = await db.pool.query<{ line: string }>(
    `select subject || ' ' || from_state || ' ' || to_state as line from payout_moves order by 1`,
  );
  const stated = [
    ...Object.entries(PAYOUT_MOVES).flatMap(([from, to]) =>
      Object.keys(to).map((state) => `payout ${from} ${state}`),
    ),
    ...Object.entries(REVIEW_MOVES).flatMap(([from, to]) =>
      to.map((state) => `review ${from} ${state}`),
    ),
  ];
  expect(rows.map((row) => row.line).sort()).toEqual(stated.sort());
});

const STATES = Object.keys(PAYOUT_STATES);
/** Migration 0015: nothing leaves that no second person approved. */
const wantsApproval = (from: string, to: string): boolean =>
  from === 'reserved' && to === 'submitting';
test.each(STATES)(
  'from %s the database lets a payout go where the table says and nowhere else',
  async (from) => {
    const { id } = await payout(from);
    for (const to of STATES) {
      const client = await db.owner.connect();
      try {
        await client.query('begin');
        const moved = await client
          .query('update payouts set state = $2 where id = $1', [id, to])
          .then(
            () => true,
            (refusal: Error) => {
              // A move of the table may want more of its row: an approval, a payment.
              const mayMove = Object.hasOwn(PAYOUT_MOVES[from as 'paid'], to);
              const refused = mayMove ? 'is in no approved run' : `cannot go from ${from} to ${to}`;
              expect(refusal.message).toContain(refused);
              return false;
            },
          );
        expect([from, to, moved]).toEqual([
          from,
          to,
          Object.hasOwn(PAYOUT_MOVES[from as 'paid'], to) && !wantsApproval(from, to),
        ]);
      } finally {
        await client.query('rollback');
        client.release();
      }
    }
  },
);

test('a caller that names a state from which there is no such move is a bug, and says so', async () => {
  const { id } = await payout('submitting');
  await expect(
    movePayout(db.pool, { payoutId: id, from: ['submitting'], to: 'cancelled' }),
  ).rejects.toThrow('no payout goes from submitting to cancelled');
});

test.each([
  ['a tiyn more', 10_001n],
  ['a tiyn less', 9_999n],
])('withholdings that sum to %s than the tax are refused at commit', async (_what, amount) => {
  const { id } = await payout('reserved');
  await expect(
    db.owner.query('update payout_withholdings set amount_tiyn = $2 where payout_id = $1', [
      id,
      amount,
    ]),
  ).rejects.toThrow('and its tax is 10000');
  await expect(
    db.owner.query('delete from payout_withholdings where payout_id = $1', [id]),
  ).rejects.toThrow('withholds 0');
});

test('one movement of the provider is one payout', async () => {
  const [one, other] = [await payout('review'), await payout('review')];
  const claim = (id: string): Promise<unknown> =>
    db.owner.query(
      `update payouts set provider = 'wooppay', provider_reference = '7' where id = $1`,
      [id],
    );
  await claim(one.id);
  await expect(claim(other.id)).rejects.toThrow('payouts_provider_reference');
});

const posted = (
  { id: payoutId, influencerId }: { id: string; influencerId: string },
  change: { amount?: bigint; net?: bigint; tax?: bigint },
) => {
  const { amount = 80_000n, net = 70_000n, tax = 10_000n } = change;
  return planPayoutPosted({ payoutId, influencerId, amount, net, provider: 'wooppay' }, [
    { component: 'demo_flat', amount: tax },
  ]);
};

test.each([
  ['another net', { net: 69_900n, amount: 79_900n }],
  ['a tiyn of tax as net', { net: 70_001n, tax: 9_999n }],
  ['less than its amount', { amount: 79_999n, net: 69_999n }],
])('a payout’s post of %s is refused', async (_what, change) => {
  const one = await payout('unknown');
  const post = ledger.postWith([posted(one, change)], (sql) =>
    movePayout(sql, { payoutId: one.id, to: 'paid' }),
  );
  await expect(post).rejects.toThrow(`of payout ${one.id}`);
});

test('a post without the move to paid is refused; with both it stands', async () => {
  const one = await payout('unknown');
  await expect(ledger.post([posted(one, {})])).rejects.toThrow(`of payout ${one.id}`);
  await ledger.postWith([posted(one, {})], (sql) =>
    movePayout(sql, { payoutId: one.id, to: 'paid' }),
  );
  const { rows } = await db.pool.query('select state from payouts where id = $1', [one.id]);
  expect(rows).toEqual([{ state: 'paid' }]);
});
