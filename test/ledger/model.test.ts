import fc from 'fast-check';

import {
  planAccrue,
  planPayoutPosted,
  planPayoutVoided,
  planRelease,
  planReserve,
  planVoid,
} from '../../domain/ledger/plans';
import type { LedgerTransaction } from '../../domain/ledger/transaction';
import { LedgerQueue } from '../../store/postgres/ledger';
import { createTestDatabase, type TestDatabase } from '../support/postgres';

/** Random lives of a few influencers' money against the simplest model of it that could be right. */
let db: TestDatabase;
let ledger: LedgerQueue;
beforeAll(async () => {
  db = await createTestDatabase();
  ledger = new LedgerQueue(db.pool);
});
afterAll(() => db.drop());

type Kind = 'accrue' | 'release' | 'void' | 'reserve' | 'pay' | 'return';
type Command = {
  readonly kind: Kind;
  readonly who: number;
  readonly what: number;
  readonly amount: bigint;
};

const command = fc.record<Command>({
  kind: fc.constantFrom('accrue', 'release', 'void', 'reserve', 'pay', 'return'),
  who: fc.integer({ min: 0, max: 2 }),
  what: fc.integer({ min: 0, max: 4 }),
  amount: fc.bigInt({ min: 1n, max: 100_000n }),
});

type Pending = { readonly amount: bigint; resolved: string | undefined };
type Person = { posted: bigint; held: bigint; reserved: bigint };

class Model {
  readonly people: Person[] = Array.from({ length: 3 }, () => ({
    posted: 0n,
    held: 0n,
    reserved: 0n,
  }));
  private readonly pending = new Map<string, Pending>();

  constructor(private readonly run: string) {}

  ids({ kind, who, what }: Command) {
    const of = kind === 'reserve' || kind === 'pay' || kind === 'return' ? 'pay' : 'cnv';
    return { influencerId: `inf_${this.run}${who}`, subject: `${of}_${this.run}${who}${what}` };
  }

  transaction(one: Command): LedgerTransaction {
    const { influencerId, subject } = this.ids(one);
    const parties = { conversionId: subject, brandId: `brd_${this.run}`, influencerId };
    // What a step says must be what was promised: the amounts come from the model where it knows them.
    const amount = this.pending.get(subject)?.amount ?? one.amount;
    const fee = amount / 5n;
    const split = { gross: amount, fee, payable: amount - fee };
    switch (one.kind) {
      case 'accrue':
        return planAccrue(parties, split, 1);
      case 'release':
        return planRelease(parties, split, 1);
      case 'void':
        return planVoid(subject, 1);
      case 'reserve':
        return planReserve(subject, influencerId, amount);
      case 'pay':
        return planPayoutPosted(
          { payoutId: subject, influencerId, amount, net: amount, provider: this.run },
          [],
        );
      case 'return':
        return planPayoutVoided(subject);
    }
  }

  /** The outcome the ledger must give; the model moves with it. */
  expected(one: Command): string {
    const { subject } = this.ids(one);
    const person = this.people[one.who]!;
    const known = this.pending.get(subject);
    if (one.kind === 'accrue' || one.kind === 'reserve') {
      if (known) return 'exists';
      if (one.kind === 'reserve' && one.amount > person.posted - person.reserved)
        return 'ledger_overdraft';
      this.pending.set(subject, { amount: one.amount, resolved: undefined });
      if (one.kind === 'accrue') person.held += one.amount - one.amount / 5n;
      else person.reserved += one.amount;
      return 'created';
    }
    if (!known) return 'ledger_pending_missing';
    if (known.resolved !== undefined)
      return known.resolved === one.kind ? 'exists' : 'ledger_already_resolved';
    known.resolved = one.kind;
    const payable = known.amount - known.amount / 5n;
    if (one.kind === 'release' || one.kind === 'void') person.held -= payable;
    else person.reserved -= known.amount;
    if (one.kind === 'release') person.posted += payable;
    if (one.kind === 'pay') person.posted -= known.amount;
    return 'created';
  }
}

const outcomeOf = (tx: LedgerTransaction): Promise<string> =>
  ledger.post([tx]).then(
    ([outcome]) => outcome!,
    (failure: Error & { code?: string }) => failure.code ?? failure.message,
  );

let runs = 0;

test('whatever is asked in whatever order, the ledger answers and stands as the model says', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 1, maxLength: 40 }), async (commands) => {
      const run = `m${(runs += 1)}x`;
      const model = new Model(run);
      for (const one of commands) {
        const tx = model.transaction(one);
        expect({ one, outcome: await outcomeOf(tx) }).toEqual({
          one,
          outcome: model.expected(one),
        });
      }
      for (const [who, person] of model.people.entries()) {
        const { rows } = await db.pool.query(
          `select posted, pending_in as held, pending_out as reserved from ledger_balances b
             join ledger_accounts a on a.id = b.account_id where a.code = $1`,
          [`payee:inf_${run}${who}`],
        );
        expect(rows[0] ?? { posted: 0n, held: 0n, reserved: 0n }).toEqual(person);
      }
    }),
    { numRuns: 150 },
  );
  const { rows } = await db.pool.query(
    'select coalesce(sum(amount), 0)::bigint as sum from ledger_entries',
  );
  expect(rows).toEqual([{ sum: 0n }]);
});
