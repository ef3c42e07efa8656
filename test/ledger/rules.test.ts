import type { Pool } from 'pg';

import { accounts } from '../../domain/ledger/accounts';
import {
  planAccrue,
  planPayoutPosted,
  planRelease,
  planReserve,
  planVoid,
} from '../../domain/ledger/plans';
import type { LedgerTransaction } from '../../domain/ledger/transaction';
import { inTransaction } from '../../store/postgres/pool';
import { LedgerQueue } from '../../store/postgres/ledger';
import { createTestDatabase, type TestDatabase } from '../support/postgres';

let db: TestDatabase;
let ledger: LedgerQueue;
beforeAll(async () => {
  db = await createTestDatabase();
  ledger = new LedgerQueue(db.pool);
});
afterAll(() => db.drop());

const parties = (n: number) => ({
  conversionId: `cnv_rule${n}`,
  brandId: 'brd_rules',
  influencerId: `inf_rule${n}`,
});
const split = { gross: 100_000n, fee: 20_000n, payable: 80_000n };

type Balance = { posted: bigint; pending_in: bigint; pending_out: bigint };

async function balance(pool: Pool, code: string): Promise<Balance> {
  const { rows } = await pool.query<Balance>(
    'select posted, pending_in, pending_out from ledger_balances b join ledger_accounts a on a.id = b.account_id where a.code = $1',
    [code],
  );
  return rows[0] ?? { posted: 0n, pending_in: 0n, pending_out: 0n };
}

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (failure: Error & { code?: string }) => failure.code ?? failure.message,
  );

test('a hold is pending until it is released, and then payable', async () => {
  await ledger.post([planAccrue(parties(1), split, 1)]);
  expect(await balance(db.pool, 'payee:inf_rule1')).toEqual({
    posted: 0n,
    pending_in: 80_000n,
    pending_out: 0n,
  });
  await ledger.post([planRelease(parties(1), split, 1)]);
  expect(await balance(db.pool, 'payee:inf_rule1')).toEqual({
    posted: 80_000n,
    pending_in: 0n,
    pending_out: 0n,
  });
});

test('repeating a posting is a no-op; the same id with another body is refused', async () => {
  const tx = planAccrue(parties(2), split, 1);
  expect(await ledger.post([tx])).toEqual(['created']);
  expect(await ledger.post([tx])).toEqual(['exists']);
  expect(
    await codeOf(
      ledger.post([planAccrue(parties(2), { ...split, gross: 100_001n, fee: 20_001n }, 1)]),
    ),
  ).toBe('ledger_conflict');
  expect((await balance(db.pool, 'payee:inf_rule2')).pending_in).toBe(80_000n);
});

test('a pending transaction resolves exactly once', async () => {
  await ledger.post([planAccrue(parties(3), split, 1)]);
  const both = await Promise.all([
    codeOf(ledger.post([planRelease(parties(3), split, 1)])),
    codeOf(ledger.post([planVoid('cnv_rule3', 1)])),
  ]);
  expect(both.sort()).toEqual(['done', 'ledger_already_resolved']);
});

test('what is not pending cannot be resolved', async () => {
  expect(await codeOf(ledger.post([planVoid('cnv_never', 1)]))).toBe('ledger_pending_missing');
  expect(
    await codeOf(ledger.post([{ ...planVoid('cnv_rule1', 1), pendingId: 'cnv_rule1:release:1' }])),
  ).toBe('ledger_pending_missing');
});

test('money that may still arrive never covers money that leaves', async () => {
  await ledger.post([planAccrue(parties(4), split, 1)]);
  expect(await codeOf(ledger.post([planReserve('pay_rule4', 'inf_rule4', 1n)]))).toBe(
    'ledger_overdraft',
  );
});

test('of many parallel reserves only as many pass as there is money for', async () => {
  await ledger.post([planAccrue(parties(5), split, 1)]);
  await ledger.post([planRelease(parties(5), split, 1)]);
  const outcomes = await Promise.all(
    Array.from({ length: 50 }, (_, i) =>
      codeOf(ledger.post([planReserve(`pay_par${i}`, 'inf_rule5', 30_000n)])),
    ),
  );
  expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(2);
  expect(outcomes.filter((outcome) => outcome === 'ledger_overdraft')).toHaveLength(48);
  expect(await balance(db.pool, 'payee:inf_rule5')).toEqual({
    posted: 80_000n,
    pending_in: 0n,
    pending_out: 60_000n,
  });
});

test('a payout posts net to the provider and every tax to its account', async () => {
  await ledger.post([planAccrue(parties(6), split, 1)]);
  await ledger.post([planRelease(parties(6), split, 1)]);
  await ledger.post([planReserve('pay_rule6', 'inf_rule6', 80_000n)]);
  const payout = {
    payoutId: 'pay_rule6',
    influencerId: 'inf_rule6',
    amount: 80_000n,
    net: 70_000n,
    provider: 'rules',
  };
  await ledger.post([planPayoutPosted(payout, [{ component: 'rule_tax', amount: 10_000n }])]);
  expect((await balance(db.pool, 'payee:inf_rule6')).posted).toBe(0n);
  expect((await balance(db.pool, 'provider:rules')).posted).toBe(70_000n);
  expect((await balance(db.pool, 'tax:rule_tax')).posted).toBe(10_000n);
});

test('1,000 ids sent 20 times each in parallel are 1,000 transactions', async () => {
  const before = await db.pool.query('select count(*)::int as n from ledger_transactions');
  const sends = Array.from({ length: 20_000 }, (_, i) =>
    planAccrue(parties(10_000 + (i % 1000)), split, 1),
  );
  const queue = new LedgerQueue(db.pool, { waitingMax: 30_000 });
  const outcomes = await Promise.all(sends.map((tx) => queue.post([tx])));
  expect(outcomes.flat().filter((outcome) => outcome === 'created')).toHaveLength(1000);
  const after = await db.pool.query('select count(*)::int as n from ledger_transactions');
  expect(after.rows[0].n - before.rows[0].n).toBe(1000);
});

test('one bad posting among a hundred hurts only its own caller', async () => {
  const good = Array.from({ length: 99 }, (_, i) => planAccrue(parties(20_000 + i), split, 1));
  const outcomes = await Promise.all([
    ...good.map((tx) => codeOf(ledger.post([tx]))),
    codeOf(ledger.post([planReserve('pay_bad', 'inf_nobody', 1n)])),
  ]);
  expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(99);
  expect(outcomes[99]).toBe('ledger_overdraft');
});

test('a failing follow-up takes its posting back with it', async () => {
  const failure = codeOf(
    ledger.postWith([planAccrue(parties(7), split, 1)], () => Promise.reject(new Error('no'))),
  );
  expect(await failure).toMatch(/no/);
  expect((await balance(db.pool, 'payee:inf_rule7')).pending_in).toBe(0n);
});

test.each<[string, LedgerTransaction]>([
  [
    'entries that do not sum to zero',
    {
      ...planReserve('pay_x1', 'inf_rule1', 5n),
      entries: [
        { account: accounts.payee('inf_rule1'), amount: -5n },
        { account: accounts.payoutClearing, amount: 4n },
      ],
    },
  ],
  [
    'an entry of zero',
    {
      ...planReserve('pay_x2', 'inf_rule1', 5n),
      entries: [
        { account: accounts.payee('inf_rule1'), amount: 0n },
        { account: accounts.payoutClearing, amount: 0n },
      ],
    },
  ],
  [
    'a void with entries',
    { ...planVoid('cnv_rule2', 1), entries: planReserve('pay_x3', 'inf_rule1', 5n).entries },
  ],
])('refused before it is sent: %s', async (_what, tx) => {
  expect(await codeOf(ledger.post([tx]))).toBe('ledger_unbalanced');
});

describe('the database itself refuses', () => {
  const asApp = (statement: string) => codeOf(db.pool.query(statement));
  const asOwner = (statement: string) => codeOf(db.owner.query(statement));
  const insertTx = (id: string) =>
    `insert into ledger_transactions (id, kind, reason, subject_id, body_hash) values ('${id}', 'single', 'x', 'x', '\\x00')`;
  const insertEntry = (id: string, amount: number) =>
    `insert into ledger_entries (tx_seq, account_id, layer, amount)
     select t.seq, a.id, 'posted', ${amount} from ledger_transactions t, ledger_accounts a
      where t.id = '${id}' and a.code = '${amount > 0 ? 'platform:fee' : 'advertiser:brd_rules'}'`;

  test.each([
    ['update an entry', 'update ledger_entries set amount = amount + 1'],
    ['delete an entry', 'delete from ledger_entries'],
    ['truncate entries', 'truncate ledger_entries'],
    ['update a transaction', "update ledger_transactions set reason = 'x'"],
    ['update a balance', 'update ledger_balances set posted = 0'],
    [
      'insert a balance',
      'insert into ledger_balances (account_id, class) select id, class from ledger_accounts limit 1',
    ],
  ])('as the application: %s', async (_what, statement) => {
    expect(await asApp(statement)).toBe('42501');
  });

  test.each([
    ['update an entry', 'update ledger_entries set amount = amount + 1'],
    ['delete a transaction', "delete from ledger_transactions where id = 'cnv_rule1:release:1'"],
    ['truncate entries', 'truncate ledger_entries'],
    ['truncate accounts with all that hangs on them', 'truncate ledger_accounts cascade'],
    ['delete an account', "delete from ledger_accounts where code = 'platform:fee'"],
  ])('even as the owner: %s', async (_what, statement) => {
    expect(await asOwner(statement)).toBe('GL005');
  });

  test('a transaction without its counter-entry, at commit', async () => {
    const work = inTransaction(db.pool, async (sql) => {
      await sql.query(insertTx('raw:one'));
      await sql.query(insertEntry('raw:one', 5));
    });
    expect(await codeOf(work)).toBe('GL004');
  });

  test.each([
    [
      'account',
      '23503',
      `select t.seq, 999999999, 'posted', 5 from ledger_transactions t where t.id = 'raw:stray'`,
    ],
    [
      'transaction',
      'GL005',
      `select 999999999, a.id, 'posted', 5 from ledger_accounts a where a.code = 'platform:fee'`,
    ],
  ])('an entry of an unknown %s', async (_what, code, values) => {
    const work = inTransaction(db.pool, async (sql) => {
      await sql.query(insertTx('raw:stray'));
      await sql.query(`insert into ledger_entries (tx_seq, account_id, layer, amount) ${values}`);
    });
    expect(await codeOf(work)).toBe(code);
  });

  test('a transaction with no entries at all', async () => {
    expect(await asApp(insertTx('raw:none'))).toBe('GL004');
  });

  test('a balanced pair added to a closed transaction', async () => {
    await inTransaction(db.pool, async (sql) => {
      await sql.query(insertTx('raw:closed'));
      await sql.query(insertEntry('raw:closed', 5));
      await sql.query(insertEntry('raw:closed', -5));
    });
    expect(await asApp(insertEntry('raw:closed', 7).replace("'posted'", "'pending'"))).toBe(
      'GL005',
    );
  });
});

test('the whole book sums to zero and every balance equals its entries', async () => {
  const { rows } = await db.pool.query(
    `select coalesce(sum(amount), 0)::bigint as sum,
            (select count(*)::int from ledger_balances b
              where b.posted <> (select coalesce(sum(e.amount), 0) from ledger_entries e
                                  where e.account_id = b.account_id and e.layer = 'posted')) as wrong
       from ledger_entries`,
  );
  expect(rows[0]).toEqual({ sum: 0n, wrong: 0 });
});
