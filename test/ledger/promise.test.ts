import fc from 'fast-check';

import { accounts } from '../../domain/ledger/accounts';
import {
  planAccrue,
  planPayoutPosted,
  planRelease,
  planReserve,
  planVoid,
} from '../../domain/ledger/plans';
import { ENTRY_MAX, type Entry, type LedgerTransaction } from '../../domain/ledger/transaction';
import { LedgerQueue } from '../../store/postgres/ledger';
import { createTestDatabase, type TestDatabase } from '../support/postgres';

/** What a post may move given what was promised, and how much anything may move at all. */
let db: TestDatabase;
let ledger: LedgerQueue;
beforeAll(async () => {
  db = await createTestDatabase();
  ledger = new LedgerQueue(db.pool);
});
afterAll(() => db.drop());

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (failure: Error & { code?: string }) => failure.code ?? failure.message,
  );

let subjects = 0;
const parties = (influencerId: string) => ({
  conversionId: `cnv_promise${(subjects += 1)}`,
  brandId: 'brd_promise',
  influencerId,
});
const split = { gross: 100_000n, fee: 20_000n, payable: 80_000n };
const { payee, advertiser, tax, provider, fee, payoutClearing: clearing } = accounts;

describe('a post cannot exceed its promise: a conversion', () => {
  const inf = 'inf_promise';
  const release = (entries: Entry[]): Promise<string> => {
    const who = parties(inf);
    const post: LedgerTransaction = { ...planRelease(who, split, 1), entries };
    return codeOf(ledger.post([planAccrue(who, split, 1)]).then(() => ledger.post([post])));
  };
  const brand = (amount: bigint): Entry => ({ account: advertiser('brd_promise'), amount });
  const person = (amount: bigint): Entry => ({ account: payee(inf), amount });
  const ours = (amount: bigint): Entry => ({ account: fee, amount });

  test.each<[string, Entry[], string]>([
    ['all of it', [brand(-100_000n), person(80_000n), ours(20_000n)], 'done'],
    ['a part of it', [brand(-50_000n), person(40_000n), ours(10_000n)], 'done'],
    ['our fee let go', [brand(-80_000n), person(80_000n)], 'done'],
    [
      'one tiyn more for everybody',
      [brand(-100_002n), person(80_001n), ours(20_001n)],
      'ledger_exceeds_promise',
    ],
    [
      'more for the person out of our fee',
      [brand(-100_000n), person(80_001n), ours(19_999n)],
      'ledger_exceeds_promise',
    ],
    [
      "more for us out of the person's part",
      [brand(-100_000n), person(79_999n), ours(20_001n)],
      'ledger_exceeds_promise',
    ],
    [
      'somebody who was promised nothing',
      [
        brand(-100_000n),
        person(80_000n),
        ours(10_000n),
        { account: payee('inf_other'), amount: 10_000n },
      ],
      'ledger_exceeds_promise',
    ],
    [
      'out of an account that promised nothing',
      [
        brand(-100_000n),
        person(80_000n),
        ours(30_000n),
        { account: provider('p'), amount: -10_000n },
      ],
      'ledger_exceeds_promise',
    ],
    [
      'the other way round',
      [brand(100_000n), person(-80_000n), ours(-20_000n)],
      'ledger_exceeds_promise',
    ],
  ])('%s: %s', async (_what, entries, outcome) => {
    expect(await release(entries)).toBe(outcome);
  });
});

describe('a post cannot exceed its promise: a payout', () => {
  let payouts = 0;
  const pay = async (entries: (inf: string) => Entry[]): Promise<string> => {
    const inf = `inf_pay${(payouts += 1)}`;
    const payoutId = `pay_promise${payouts}`;
    const who = parties(inf);
    // Twice what is reserved is there, so that only the promise can be what refuses.
    const rich = { gross: 200_000n, fee: 40_000n, payable: 160_000n };
    await ledger.post([planAccrue(who, rich, 1)]);
    await ledger.post([planRelease(who, rich, 1), planReserve(payoutId, inf, 80_000n)]);
    const plan = planPayoutPosted(
      { payoutId, influencerId: inf, amount: 80_000n, net: 80_000n, provider: 'p' },
      [],
    );
    return codeOf(ledger.post([{ ...plan, entries: entries(inf) }]));
  };
  const person = (inf: string, amount: bigint): Entry => ({ account: payee(inf), amount });
  const net = (amount: bigint): Entry => ({ account: provider('p'), amount });

  test.each<[string, (inf: string) => Entry[], string]>([
    ['net alone', (inf) => [person(inf, -80_000n), net(80_000n)], 'done'],
    [
      'net and two taxes',
      (inf) => [
        person(inf, -80_000n),
        net(70_000n),
        { account: tax('ipn'), amount: 6_000n },
        { account: tax('opv'), amount: 4_000n },
      ],
      'done',
    ],
    [
      'the provider sent less: the rest stays with the person',
      (inf) => [person(inf, -79_900n), net(69_900n), { account: tax('ipn'), amount: 10_000n }],
      'done',
    ],
    [
      'a debt netted out of it',
      (inf) => [
        person(inf, -80_000n),
        net(50_000n),
        { account: payee('inf_debt'), amount: 30_000n },
      ],
      'done',
    ],
    [
      'the provider sent one tiyn more than was reserved',
      (inf) => [person(inf, -80_001n), net(80_001n)],
      'ledger_exceeds_promise',
    ],
    [
      'taxes on top of what was reserved',
      (inf) => [person(inf, -90_000n), net(80_000n), { account: tax('ipn'), amount: 10_000n }],
      'ledger_exceeds_promise',
    ],
    [
      'part stays in clearing and all of it goes out',
      (inf) => [person(inf, -80_000n), { account: clearing, amount: 1n }, net(79_999n)],
      'done',
    ],
    [
      "another person's money",
      (inf) => [person(inf, -40_000n), person('inf_promise', -40_000n), net(80_000n)],
      'ledger_exceeds_promise',
    ],
  ])('%s: %s', async (_what, entries, outcome) => {
    expect(await pay(entries)).toBe(outcome);
  });

  test('whatever a post moves, no account gives or gets more than was promised', async () => {
    const who = { brandId: 'brd_any', influencerId: 'inf_any' };
    const amount = fc.bigInt({ min: -120n, max: 120n });
    let runs = 0;
    // Enough on the account that only the promise can be what refuses.
    const rich = { ...who, conversionId: 'cnv_any_rich' };
    const plenty = { gross: 1_000_000n, fee: 0n, payable: 1_000_000n };
    await ledger.post([planAccrue(rich, plenty, 1)]);
    await ledger.post([planRelease(rich, plenty, 1)]);
    await fc.assert(
      fc.asyncProperty(amount, amount, async (a, b) => {
        const conversionId = `cnv_any${(runs += 1)}`;
        const promise = { gross: 100n, fee: 20n, payable: 80n };
        await ledger.post([planAccrue({ ...who, conversionId }, promise, 1)]);
        const entries = [
          { account: advertiser('brd_any'), amount: -(a + b) },
          { account: payee('inf_any'), amount: a },
          { account: fee, amount: b },
        ].filter((entry) => entry.amount !== 0n);
        fc.pre(entries.length >= 2);
        const post: LedgerTransaction = {
          ...planRelease({ ...who, conversionId }, promise, 1),
          entries,
        };
        const allowed = a >= 0n && b >= 0n && a <= 80n && b <= 20n;
        expect(await codeOf(ledger.post([post]))).toBe(allowed ? 'done' : 'ledger_exceeds_promise');
      }),
      { numRuns: 200 },
    );
  });
});

describe('an amount beyond what any order can be', () => {
  const huge = { gross: ENTRY_MAX + 1n, fee: 1n, payable: ENTRY_MAX };

  test('is refused before it is sent', async () => {
    expect(await codeOf(ledger.post([planAccrue(parties('inf_huge'), huge, 1)]))).toBe(
      'ledger_amount_too_large',
    );
  });

  test.each([1n, -1n])('is refused by the database as well', async (sign) => {
    const insert = db.pool.query(
      `insert into ledger_entries (tx_seq, account_id, layer, amount) values (1, 1, 'posted', $1)`,
      [sign * (ENTRY_MAX + 1n)],
    );
    await expect(insert).rejects.toMatchObject({ constraint: 'ledger_entries_amount_max' });
  });

  test("one brand's overflow never stops another's postings", async () => {
    const most = { gross: ENTRY_MAX, fee: ENTRY_MAX / 5n, payable: ENTRY_MAX - ENTRY_MAX / 5n };
    const other = { ...split };
    // 101 promises of a trillion tenge each are beyond what one brand can owe; the others go on among them.
    const outcomes = await Promise.all(
      Array.from({ length: 303 }, (_, i) => {
        const who = {
          conversionId: `cnv_flow${i}`,
          brandId: 'brd_flow',
          influencerId: `inf_flow${i}`,
        };
        return i % 3 === 0
          ? codeOf(ledger.post([planAccrue(who, most, 1)]))
          : codeOf(ledger.post([planAccrue({ ...who, brandId: 'brd_good' }, other, 1)]));
      }),
    );
    const ofHuge = outcomes.filter((_, i) => i % 3 === 0);
    const ofGood = outcomes.filter((_, i) => i % 3 !== 0);
    expect(ofGood.every((outcome) => outcome === 'done')).toBe(true);
    expect(ofHuge.filter((outcome) => outcome === 'done')).toHaveLength(100);
    expect(ofHuge.filter((outcome) => outcome === 'ledger_amount_too_large')).toHaveLength(1);
    const { rows } = await db.pool.query<{ pending_in: bigint }>(
      `select pending_in from ledger_balances b join ledger_accounts a on a.id = b.account_id where a.code = 'platform:fee'`,
    );
    expect(rows[0]!.pending_in < 2n ** 62n).toBe(true);
  });

  test('a number no bigint holds is its own caller’s fault, in the same batch as good ones', async () => {
    const outcomes = await Promise.all([
      ...Array.from({ length: 20 }, () =>
        codeOf(ledger.post([planAccrue(parties('inf_number'), split, 1)])),
      ),
      codeOf(
        ledger.postWith([planAccrue(parties('inf_number'), split, 1)], (sql) =>
          sql.query('select (9223372036854775807::bigint + $1::bigint)', [1]),
        ),
      ),
    ]);
    expect(outcomes.slice(0, 20).every((outcome) => outcome === 'done')).toBe(true);
    expect(outcomes[20]).toBe('ledger_amount_too_large');
  });

  test('what was promised before there was a ceiling can still be taken back', async () => {
    const who = { conversionId: 'cnv_old', brandId: 'brd_old', influencerId: 'inf_old' };
    const sql = await db.owner.connect();
    try {
      await sql.query('begin');
      await sql.query('alter table ledger_entries drop constraint ledger_entries_amount_max');
      const plan = planAccrue(who, huge, 1);
      await sql.query(
        `insert into ledger_transactions (id, kind, reason, subject_id, body_hash) values ($1, 'pending', 'x', 'x', '\\x00')`,
        [plan.id],
      );
      await sql.query(
        `insert into ledger_accounts (code, class) values ('advertiser:brd_old', 'advertiser'), ('payee:inf_old', 'payee')`,
      );
      await sql.query(
        `insert into ledger_entries (tx_seq, account_id, layer, amount)
         select t.seq, a.id, 'pending', e.amount
           from ledger_transactions t, unnest($2::text[], $3::bigint[]) as e (code, amount)
           join ledger_accounts a on a.code = e.code where t.id = $1`,
        [
          plan.id,
          plan.entries.map((entry) => entry.account.code),
          plan.entries.map((entry) => entry.amount),
        ],
      );
      await sql.query(
        `alter table ledger_entries add constraint ledger_entries_amount_max
           check (layer = 'release' or amount between -100000000000000 and 100000000000000) not valid`,
      );
      await sql.query('commit');
    } finally {
      sql.release();
    }
    expect(await codeOf(ledger.post([planVoid('cnv_old', 1)]))).toBe('done');
  });
});
