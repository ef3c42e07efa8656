import fc from 'fast-check';

import { advanceConversion } from '../../../activities/conversions/advance';
import { freezeBatch } from '../../../activities/payouts/freezeBatch';
import { settlePayout, voidPayout } from '../../../activities/payouts/settlePayout';
import type { PayoutDeps } from '../../../activities/payouts/deps';
import type { PayoutCommands } from '../../../api/commands';
import { createPayoutCommands } from '../../../api/payoutCommands';
import { formatTenge, parseTenge } from '../../../domain/money';
import { unwrap } from '../../../domain/result';
import { LedgerQueue } from '../../../store/postgres/ledger';
import { movePayout } from '../../../store/postgres/payouts';
import { approveFrozenRun } from '../../support/approveRun';
import { startHarness, type Harness, type World } from '../harness';
import { signedIn } from '../people';
import {
  all,
  call,
  conversionDeps,
  earned,
  ordered,
  ownCalls,
  pluck,
  withRegime,
  withTerms,
  type Own,
  type Row,
} from './money';

jest.mock('@temporalio/activity', () => ({
  ...jest.requireActual<object>('@temporalio/activity'),
  heartbeat: () => undefined,
}));

let api: Harness;
let commands: PayoutCommands;
const tiyn = (text: string): bigint => unwrap(parseTenge(text));

beforeAll(async () => {
  // The server asks for what is made below, once there is a database to make it with.
  const late: PayoutCommands = {
    requestPayout: (input) => commands.requestPayout(input),
    approveBatch: (input) => commands.approveBatch(input),
    changeDestination: (influencerId, change) => commands.changeDestination(influencerId, change),
  };
  api = await startHarness({ payouts: late });
  commands = createPayoutCommands({
    pool: api.pool,
    ledger: new LedgerQueue(api.pool),
    runs: undefined as never,
    times: { collectMs: 86_400_000, approveWithinMs: 86_400_000 },
    instrumentWaitMs: 0,
    minimum: tiyn('100.00'),
    mode: 'test',
    now: () => new Date(),
    poke: () => undefined,
  });
});
afterAll(async () => {
  expect(api.violations).toEqual([]);
  await api.stop();
});

const payoutDeps = (): PayoutDeps => ({
  ...conversionDeps(api),
  provider: { name: 'test' } as PayoutDeps['provider'],
  maxSends: 5,
});

async function person(regime: string, deduction = false): Promise<{ world: World; own: Own }> {
  const world = await api.world();
  await withTerms(api, world);
  await withRegime(api, world, regime, deduction);
  return { world, own: await ownCalls(api, world) };
}

/** Sent, and the provider said yes: each of its movements has an id of its own. */
async function paidOut(payoutId: string, net: string): Promise<void> {
  const { rows } = await api.owner.query<{ id: string }>(
    `select b.id from payouts p join payout_batches b on b.id = p.batch_id where p.id = $1 and b.state = 'frozen'`,
    [payoutId],
  );
  for (const { id: batchId } of rows) await approveFrozenRun(api.owner, batchId);
  await movePayout(api.pool, { payoutId, to: 'submitting' });
  const answer = { kind: 'paid', providerReference: `p-${payoutId}`, amount: net } as const;
  await settlePayout(payoutDeps(), { payoutId, answer });
}

const freezeAll = async (): Promise<void> => {
  const { rows } = await api.owner.query<{ id: string }>(
    "select id from payout_batches where state = 'collecting'",
  );
  for (const { id } of rows) await freezeBatch(payoutDeps(), id);
};

const byName = (lines: Row[]): Row[] =>
  [...lines].sort((a, b) => (String(a['component']) < String(b['component']) ? -1 : 1));

test('what a preview shows is what the payout withholds: any regime, amount, month so far', async () => {
  const regimes = fc.constantFrom(
    ['individual_gph', false] as const,
    ['individual_gph', true] as const,
    ['self_employed', false] as const,
    ['individual_entrepreneur', false] as const,
    ['demo_flat_10', false] as const,
  );
  const sales = fc.array(fc.bigInt(130_000n, 60_000_000n), { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(
      regimes,
      fc.array(sales, { minLength: 1, maxLength: 2 }),
      fc.option(fc.bigInt(10_000n, 400_000n)),
      async ([regime, deduction], payouts, part) => {
        const { world, own } = await person(regime, deduction);
        for (const lots of payouts) {
          for (const sale of lots) await earned(api, world, sale);
          const body = part === null ? {} : { amount: formatTenge(part) };
          const shown = await own('POST', '/payout-preview', body);
          const asked = await own('POST', '/payouts', body);
          if (shown.body.refusal !== null) {
            expect(asked.body.code).toBe(shown.body.refusal.code);
            return;
          }
          expect(asked.status).toBe(201);
          await freezeAll();
          const path = `/v1/payouts/${asked.body.id}`;
          const frozen = await call(api, own.person, 'GET', path);
          expect(frozen.body.state).toBe('reserved');
          expect(frozen.body.amounts).toEqual({
            gross: shown.body.gross,
            fee: shown.body.fee,
            amount: shown.body.amount,
            tax: shown.body.withheld,
            net: shown.body.net,
          });
          const lines = (rows: { component: string; base: string; amount: string }[]) =>
            rows.map(({ component, base, amount }) => `${component} ${base} ${amount}`).sort();
          expect(lines(frozen.body.withholdings)).toEqual(lines(shown.body.lines));
          const detail = await own('GET', `/payouts/${asked.body.id}`);
          expect(detail.body).toMatchObject({
            payout: { id: asked.body.id, state: 'reserved', net: shown.body.net },
            gross: shown.body.gross,
            fee: shown.body.fee,
            regime: shown.body.regime,
            instrument: shown.body.instrument,
          });
          expect(byName(detail.body.lines)).toEqual(byName(shown.body.lines));
          expect(Date.parse(detail.body.arrives.to)).toBeGreaterThan(Date.now());
          await paidOut(asked.body.id, shown.body.net);
        }
      },
    ),
    { numRuns: 25 },
  );
});

test.each([
  ['nothing earned', {}, 'nothing_to_pay'],
  ['more than there is', { amount: '900.00' }, 'amount_above_available'],
  ['less than the smallest', { amount: '99.99' }, 'amount_below_minimum'],
])('%s: preview and request refuse with the same code', async (_what, body, code) => {
  const { world, own } = await person('individual_entrepreneur');
  if (code !== 'nothing_to_pay') await earned(api, world, 1_000_000n);
  const shown = await own('POST', '/payout-preview', body);
  expect(shown.body.refusal).toMatchObject({ code, ru: expect.any(String) });
  expect((await own('POST', '/payouts', body)).body.code).toBe(code);
});

test('gaps of the payee and limits of the law refuse before anything is reserved', async () => {
  const self = await person('self_employed');
  await earned(api, self.world, 20_000_000_00n);
  const over = await self.own('POST', '/payout-preview');
  expect(over.body.refusal.code).toBe('self_employed_month_limit');
  expect((await self.own('POST', '/payouts')).body.code).toBe('self_employed_month_limit');
  const gph = await person('individual_gph');
  await earned(api, gph.world, 15_000_000_00n);
  expect((await gph.own('POST', '/payouts')).body.code).toBe('gph_year_stop');
  await self.own('PUT', '/tax-status', { regime: 'individual_entrepreneur', declared: true });
  expect((await self.own('POST', '/payouts')).body.code).toBe('tax_status_pending');
  expect((await self.own('GET', '/wallet')).body.estimate.refusal.code).toBe('tax_status_pending');
});

test('an order tells its steps with reasons, and what comes next', async () => {
  const { world, own } = await person('individual_gph');
  const paidId = await earned(api, world, 1_000_000n);
  const before = await own('GET', `/orders/${paidId}`);
  const steps = (body: { steps: { step: string }[] }) => body.steps.map((each) => each.step);
  expect(steps(before.body)).toEqual(['clicked', 'ordered', 'held', 'confirmed', 'released']);
  expect(before.body.next).toMatchObject({ step: 'paid', text: { code: 'ask_for_payout' } });
  const asked = await own('POST', '/payouts');
  const busy = await own('GET', `/orders/${paidId}`);
  expect(busy.body.next.text.code).toBe('payout_under_way');
  expect((await own('POST', '/payouts')).body.code).toBe('payout_in_progress');
  await freezeAll();
  const net = (await own('GET', '/wallet')).body.payout_in_progress.net as string;
  await paidOut(asked.body.id as string, net);
  const after = await own('GET', `/orders/${paidId}`);
  expect(after.body).toMatchObject({ next: null, order: { state: 'PAID' } });
  expect(after.body.steps[5]).toMatchObject({ step: 'paid', payout_id: asked.body.id });

  await api.owner.query('update programme_terms set hold_seconds = 1000 where programme_id = $1', [
    world.programmeId,
  ]);
  const transaction_id = 'held-then-rejected';
  const heldId = await ordered(api, world, 500_000n, { transaction_id });
  const deps = conversionDeps(api);
  await advanceConversion(deps, { conversionId: heldId });
  const held = await own('GET', `/orders/${heldId}`);
  expect(held.body.next).toMatchObject({ step: 'confirmed', at: held.body.order.held_until });
  expect((await own('GET', '/wallet')).body.releases).toMatchObject([
    { amount: '400.00', orders: 1 },
  ]);
  await ordered(api, world, 500_000n, { transaction_id, status: 'rejected', event_version: 2 });
  await advanceConversion(deps, { conversionId: heldId });
  const gone = await own('GET', `/orders/${heldId}`);
  expect((gone.body.steps as Row[]).at(-1)).toMatchObject({
    step: 'cancelled',
    text: { code: 'order_rejected' },
  });

  const byState = await all(own, '/orders?state=CANCELLED');
  expect(pluck(byState, 'id')).toEqual([heldId]);
  const codes = pluck(await all(own, '/notices'), 'code');
  expect(codes).toEqual(['order_cancelled', 'payout_paid', 'money_payable']);
});

test('orders page by page: none twice, none left out, whatever arrives and changes', async () => {
  const { world, own } = await person('individual_gph');
  const ids: string[] = [];
  for (let n = 0; n < 7; n++) ids.unshift(await ordered(api, world, 100_000n));
  const first = await own('GET', '/orders?limit=3');
  await ordered(api, world, 100_000n);
  await advanceConversion(conversionDeps(api), { conversionId: ids[4]! });
  const rest: unknown[] = [];
  let cursor = first.body.next_cursor as string | null;
  while (cursor !== null) {
    const page = await own('GET', `/orders?limit=2&cursor=${cursor}`);
    rest.push(...pluck(page.body.items, 'id'));
    cursor = page.body.next_cursor as string | null;
  }
  const shown = pluck(first.body.items, 'id');
  expect([...shown, ...rest]).toEqual(ids);
});

test('every movement of the wallet, with the wallet after it', async () => {
  const { world, own } = await person('individual_entrepreneur');
  await earned(api, world, 1_000_000n);
  await earned(api, world, 500_000n);
  const asked = await own('POST', '/payouts', { amount: '300.00' });
  await voidPayout(payoutDeps(), asked.body.id as string, 'cancelled', {
    code: 'batch_not_approved',
    text: '',
  });
  const again = await own('POST', '/payouts');
  await freezeAll();
  await paidOut(again.body.id as string, '1200.00');
  const entries = await all(own, '/wallet/entries', 2);
  const row = ({ kind, amount, after }: Row): string => {
    const { held, available, reserved } = after as Record<string, string>;
    return `${String(kind)} ${String(amount)} ${held} ${available} ${reserved}`;
  };
  expect(entries.map(row)).toEqual([
    'payout_paid -1200.00 0.00 0.00 0.00',
    'payout_reserved -1200.00 0.00 0.00 1200.00',
    'payout_returned 300.00 0.00 1200.00 0.00',
    'payout_reserved -300.00 0.00 900.00 300.00',
    'order_released 400.00 0.00 1200.00 0.00',
    'order_held 400.00 400.00 800.00 0.00',
    'order_released 800.00 0.00 800.00 0.00',
    'order_held 800.00 800.00 0.00 0.00',
  ]);
  expect(entries[0]!['subject']).toMatchObject({ kind: 'payout', id: again.body.id });
  expect(entries[4]!['subject']).toMatchObject({ kind: 'order', title: 'Shop' });
  const payouts = await all(own, '/payouts');
  expect(
    payouts.map(({ state, reason }) => [state, (reason as Row | null)?.['code'] ?? null]),
  ).toEqual([
    ['paid', null],
    ['cancelled', 'batch_not_approved'],
  ]);
  const wallet = await own('GET', '/wallet');
  expect(wallet.body.money).toMatchObject({ paid: '1200.00', available: '0.00' });
});

test('notices: unread until read, by their owner only', async () => {
  const { world, own } = await person('individual_gph');
  for (let n = 0; n < 3; n++) await earned(api, world, 100_000n);
  const list = await own('GET', '/notices?limit=2');
  expect(list.body).toMatchObject({
    unread: 3,
    items: [{ read: false, params: { amount: '80.00', programme: 'Shop' } }, {}],
  });
  const other = await person('individual_gph');
  await other.own('POST', '/notices/read', { up_to: list.body.items[0].id });
  expect((await own('GET', '/home')).body.unread_notices).toBe(3);
  const read = await own('POST', '/notices/read', { up_to: list.body.items[1].id });
  expect(read.body).toEqual({ unread: 1 });
  const ops = await signedIn(api, 'ops_maker', 'ops');
  const path = `/v1/influencers/${world.influencerId}/notices/read`;
  expect((await call(api, ops, 'POST', path, { up_to: '1' })).status).toBe(403);
});

test('a payout is shown to its owner: before taxes, and once it came back', async () => {
  const { world, own } = await person('individual_gph');
  await earned(api, world, 1_000_000n);
  const { body } = await own('POST', '/payouts', {});
  const path = `/payouts/${body.id}`;
  expect((await own('GET', path)).body).toMatchObject({
    payout: { state: 'requested', net: null },
    lines: [],
    regime: null,
    arrives: { from: expect.any(String), to: expect.any(String) },
  });
  const stranger = await person('individual_gph');
  expect((await stranger.own('GET', path)).body.code).toBe('payout_not_found');
  await voidPayout(payoutDeps(), body.id, 'cancelled', { code: 'tax_status_expired', text: '' });
  expect((await own('GET', path)).body).toMatchObject({
    payout: { state: 'cancelled', reason: { code: 'tax_status_expired' } },
    arrives: null,
    instrument: null,
  });
});

test('day by day: every day of the range, of all links or of one', async () => {
  const { world, own } = await person('individual_gph');
  await earned(api, world, 1_000_000n);
  const other = await ordered(api, world, 500_000n);
  const [row] = (await own('GET', '/orders?limit=1')).body.items as Row[];
  const link = String(row!['link_id']);
  // The last moment of the day before in Almaty.
  await api.owner.query(
    `update conversions set received_at = date_trunc('day', now() at time zone 'Asia/Almaty') at time zone 'Asia/Almaty' - interval '1 microsecond'
      where id = $1`,
    [other],
  );
  for (const query of ['', `?link_id=${link}`]) {
    const { items } = (await own('GET', `/days${query}`)).body as { items: Row[] };
    expect(items).toHaveLength(14);
    expect(items.slice(-3)).toMatchObject([
      { clicks: null, orders: 0, earned: '0.00' },
      { orders: 1, earned: '0.00' },
      { orders: 1, earned: '800.00' },
    ]);
    const days = pluck(items, 'date') as string[];
    expect([...days].sort()).toEqual(days);
  }
  expect((await own('GET', '/days?days=1')).body.items).toHaveLength(1);
  expect((await own('GET', '/days?days=91')).status).toBe(400);
  expect(await all(own, `/orders?link_id=${link}`, 1)).toHaveLength(2);
  const { own: stranger } = await person('individual_gph');
  expect((await stranger('GET', `/days?link_id=${link}`)).body.code).toBe('link_not_found');
  expect((await stranger('GET', `/orders?link_id=${link}`)).body.items).toEqual([]);
});

test('home: today and the week, money, the best links; clicks unknown without their store', async () => {
  const { world, own } = await person('individual_gph');
  await earned(api, world, 1_000_000n);
  await ordered(api, world, 500_000n);
  const home = await own('GET', '/home');
  expect(home.body).toMatchObject({
    clicks_today: null,
    clicks_known: false,
    orders_today: 2,
    orders_7_days: 2,
    earned_7_days: '800.00',
    money: { available: '800.00' },
    readiness: { ready: true },
    best_links: [{ kind: 'open', stats: { orders: 2, earned: '800.00', clicks: null } }],
  });
});
