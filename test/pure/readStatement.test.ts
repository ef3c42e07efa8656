import { readStatement } from '../../activities/payouts/readStatement';
import type { PayoutDeps } from '../../activities/payouts/deps';
import type { StatementEntry, StatementOutcome } from '../../adapters/ports';
import type { PayoutRow } from '../../store/postgres/payouts';

/** Which days of the provider's statements are read for a payout nobody knows, and what they prove. */
const AT = '2026-11-30T18:59:00.000Z';
const entry = (state: StatementEntry['state'], reference = 'pay_a'): StatementEntry => ({
  reference,
  providerId: '17',
  amount: 70_000n,
  state,
  at: AT,
});

async function read(options: {
  readonly sentFirst?: string | null;
  readonly now: string;
  readonly statements: Readonly<Record<string, readonly StatementEntry[] | 'unreadable'>>;
  readonly tellsStatements?: boolean;
}) {
  const days: string[] = [];
  const statement = (day: string): Promise<StatementOutcome> => {
    days.push(day);
    const entries = options.statements[day] ?? [];
    return Promise.resolve(
      entries === 'unreadable'
        ? { kind: 'unknown', cause: 'read:timeout' }
        : { kind: 'statement', entries },
    );
  };
  const deps = {
    provider: { capabilities: { statement: options.tellsStatements ?? true }, statement },
    now: () => new Date(options.now),
  } as unknown as PayoutDeps;
  const first = options.sentFirst === undefined ? AT : options.sentFirst;
  const payout = { reference: 'pay_a', sentFirstAt: first === null ? null : new Date(first) };
  return { word: await readStatement(deps, payout as unknown as PayoutRow), days };
}

const PAID = { kind: 'paid', providerReference: '17', amount: 70_000n };

test('sent a minute before midnight in Almaty: the next day is read too', async () => {
  const statements = { '2026-11-30': [entry('paid', 'pay_b')], '2026-12-01': [entry('paid')] };
  const now = '2026-11-30T19:30:00.000Z';
  expect(await read({ now, statements })).toEqual({
    word: PAID,
    days: ['2026-11-30', '2026-12-01'],
  });
});

test.each(['refused', 'processing'] as const)('%s is its word as well', async (state) => {
  const { word } = await read({ now: AT, statements: { '2026-11-30': [entry(state)] } });
  expect(word).toEqual({ kind: state });
});

test('a day that cannot be read proves nothing and does not hide the next', async () => {
  const now = '2026-12-01T06:00:00.000Z';
  const unreadable = { '2026-11-30': 'unreadable', '2026-12-01': [entry('paid')] } as const;
  expect((await read({ now, statements: unreadable })).word).toEqual(PAID);
  expect((await read({ now, statements: { '2026-11-30': 'unreadable' } })).word).toBeUndefined();
});

test('a review that is weeks old reads the days in which it can have been booked, no more', async () => {
  const { word, days } = await read({ now: '2027-01-20T06:00:00.000Z', statements: {} });
  expect(word).toBeUndefined();
  expect(days).toEqual(['2026-11-30', '2026-12-01', '2026-12-02', '2026-12-03', '2026-12-04']);
});

test('never sent, or a provider without statements: nothing is asked', async () => {
  const statements = { '2026-11-30': [entry('paid')] };
  expect((await read({ now: AT, statements, sentFirst: null })).days).toEqual([]);
  expect((await read({ now: AT, statements, tellsStatements: false })).days).toEqual([]);
});
