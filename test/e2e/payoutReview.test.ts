import { join } from 'node:path';

import { call, until } from '../../sandbox/demo/http';
import * as journey from '../support/journey';
import { startDesk, type Desk } from './opsDesk';
import * as item from './payoutDesk';

/** Every way out of a payout in review, from the provider's fault to the books. */
let desk: Desk;
beforeAll(async () => {
  desk = await startDesk('payout-review', {
    PAYOUT_STATUS_FIRST_MS: '100',
    PAYOUT_STATUS_MAX_MS: '300',
    PAYOUT_NOT_FOUND_WAIT_MS: '300',
    // 72 hours of asking, in short.
    PAYOUT_UNKNOWN_GIVE_UP_MS: '2500',
    PAYOUT_MAX_SENDS: '2',
  });
}, 60_000);
afterAll(() => desk.stop());

const balance = (payee: item.Asked['payee']) => journey.balance(desk.on, payee);
const booksAreRight = async (): Promise<void> =>
  expect(await journey.booksAreRight(desk.on)).toMatchObject({ sum: 0n, wrong: 0 });

/** Asks for everything that is available, and is paid. */
async function asksAgain(payee: item.Asked['payee']): Promise<Record<string, unknown>> {
  const again = { payee, ...(await journey.requestPayout(desk.on, payee)) };
  await item.approveRun(desk, again.batchId);
  return item.stateIs(desk, again, 'paid');
}

test('settled as paid: 699 of 700 arrived; tax is that of what arrived, the rest is paid with the next payout, to the tiyn', async () => {
  const asked = await item.sendOut(desk, { mode: 'wrong_amount' });
  const review = await item.stateIs(desk, asked, 'review');
  expect(review['reason']).toMatchObject({ code: 'provider_amount_differs' });
  const [booked] = await item.bookOf(desk, asked.id);
  // What the provider said is kept, for people to see.
  expect(review['provider']).toEqual({
    name: 'wooppay',
    reference: booked!.providerId,
    amount: '699.00',
  });
  expect(await balance(asked.payee)).toMatchObject({ available: '0.00', reserved: '800.00' });

  const other = await item.propose(desk, asked.id, {
    way_out: 'paid',
    provider_reference: booked!.providerId!,
    paid: '700.00',
  });
  expect(other.body['code']).toBe('provider_says_otherwise');
  const done = await item.agree(desk, asked.id, {
    way_out: 'paid',
    provider_reference: booked!.providerId!,
    paid: '699.00',
  });
  // Gross 1000 less fee 200 and 10 % of gross is 700, so 699 is what 798.86 leaves (tax 99.86 of gross 998.57).
  expect(done).toMatchObject({ state: 'done', effect: { arrived: '699.00', returned: '1.14' } });
  const paid = await item.stateIs(desk, asked, 'paid');
  expect(paid).toMatchObject({
    reason: { code: 'paid_in_part' },
    amounts: { amount: '798.86', tax: '99.86', net: '699.00' },
    provider: { reference: booked!.providerId, amount: '699.00' },
  });
  expect(await item.sumsOfLedger(desk, asked.id)).toEqual({
    payee: -79_886n,
    'provider:wooppay': 69_900n,
    'tax:demo_flat': 9_986n,
  });
  expect(await balance(asked.payee)).toMatchObject({
    available: '1.14',
    reserved: '0.00',
    paid: '699.00',
  });
  expect(await item.workflowOf(desk, asked.id).result()).toEqual({ state: 'paid', reason: null });
  // Another order, so that the rest is above the least payout: together they withhold what one payout would.
  const id = await journey.order(desk.on, asked.payee, { status: 'approved' });
  await journey.conversionIs(desk.on, id, 'PAYABLE');
  const rest = (await asksAgain(asked.payee))['amounts'] as Record<string, string>;
  expect(rest).toMatchObject({ amount: '801.14', tax: '100.14', net: '701.00' });
  expect(await balance(asked.payee)).toMatchObject({
    available: '0.00',
    paid: '1400.00',
    withheld: '200.00',
  });
  await booksAreRight();
});

test('settled as paid: 701 of 700 arrived; the payee’s books are as approved, the surplus is the provider’s to give back', async () => {
  const asked = await item.sendOut(desk, { mode: 'wrong_amount', amount: '701.00' });
  await item.stateIs(desk, asked, 'review');
  const [booked] = await item.bookOf(desk, asked.id);
  const done = await item.agree(desk, asked.id, {
    way_out: 'paid',
    provider_reference: booked!.providerId!,
    paid: '701.00',
  });
  expect(done).toMatchObject({ state: 'done', effect: { arrived: '701.00', returned: '0.00' } });
  expect(await item.stateIs(desk, asked, 'paid')).toMatchObject({
    amounts: { amount: '800.00', tax: '100.00', net: '700.00' },
  });
  expect(await item.sumsOfLedger(desk, asked.id)).toEqual({
    payee: -80_000n,
    'provider:wooppay': 70_100n,
    'provider:wooppay:differences': -100n,
    'tax:demo_flat': 10_000n,
  });
  await booksAreRight();
});

test('unknown for 72 hours: a person looks, both agree that nothing left, and the money can be asked for again', async () => {
  // Never booked, and the provider does not even say so: two sends at most, then silence.
  const asked = await item.sendOut(desk, { mode: 'http_500' });
  const review = await item.stateIs(desk, asked, 'review');
  expect(review['reason']).toMatchObject({ code: 'provider_never_booked' });
  const events = await item.eventsOf(desk, asked.id);
  expect(await item.agree(desk, asked.id, { way_out: 'void' })).toMatchObject({
    state: 'done',
    effect: { returned: '800.00' },
  });
  expect(await item.stateIs(desk, asked, 'cancelled')).toMatchObject({
    reason: { code: 'voided_after_review' },
  });
  expect(await item.sumsOfLedger(desk, asked.id)).toEqual({});
  expect(await balance(asked.payee)).toMatchObject({ available: '800.00', reserved: '0.00' });
  expect((await item.eventsOf(desk, asked.id)) - events).toBeLessThan(40);
  await journey.turnDial(desk.on, { mode: 'ok' });
  await asksAgain(asked.payee);
  await booksAreRight();
});

test('sent anew: the old reference proved absent, a new one paid, and only once', async () => {
  const asked = await item.sendOut(desk, { mode: 'http_500' });
  await item.stateIs(desk, asked, 'review');
  const done = await item.agree(desk, asked.id, { way_out: 'resend' });
  expect(done).toMatchObject({ state: 'done', effect: { attempt: '2' } });
  const paid = await item.stateIs(desk, asked, 'paid');
  expect(paid).toMatchObject({ reference: `${asked.id}.2`, amounts: { net: '700.00' } });
  await item.paidOnce(desk, asked.id, '700.00');
  const { rows } = await desk.on.db.pool.query(
    'select attempt, reference, sends from payout_attempts where payout_id = $1',
    [asked.id],
  );
  expect(rows).toEqual([{ attempt: 1, reference: asked.id, sends: 2 }]);
  const { rows: notices } = await desk.on.db.pool.query<{ code: string }>(
    'select code from notices where subject_id = $1 order by id',
    [asked.id],
  );
  expect(notices.map(({ code }) => code)).toEqual([
    'payout_review',
    'payout_resent',
    'payout_paid',
  ]);
  await booksAreRight();
});

test('what people agree on against the provider’s word is not done, and the payout stays in review', async () => {
  // The first question of the review says nothing; the money has moved all the same.
  const asked = await item.sendOut(desk, { mode: 'wrong_amount', amount: '699.50' });
  await item.stateIs(desk, asked, 'review');
  // As if nothing had been told when they proposed.
  await desk.on.db.owner.query(
    `update payouts set told_state = null, provider_reference = null, provider_tiyn = null where id = $1`,
    [asked.id],
  );
  for (const way_out of ['void', 'resend'] as const) {
    expect(await item.agree(desk, asked.id, { way_out })).toMatchObject({
      state: 'failed',
      failure: { code: 'provider_says_paid' },
    });
    await desk.on.db.owner.query(`update payouts set told_state = null where id = $1`, [asked.id]);
  }
  const maker = await desk.person('ops_maker');
  const { body } = await desk.send(maker, 'GET', `/v1/payouts/${asked.id}/review`);
  expect(body).toMatchObject({ state: 'review', proposal: null, allowed: ['propose', 'look'] });
  expect(body['earlier']).toHaveLength(2);
  await item.paidOnce(desk, asked.id, '699.50');
  await booksAreRight();
});

test('a look-up that knows nothing and a statement that has it: nobody voids or sends it again, it is settled as paid', async () => {
  const asked = await item.sendOut(desk, { mode: 'not_found_then_found', misses: 400 });
  await item.stateIs(desk, asked, 'review');
  const [booked] = await item.bookOf(desk, asked.id);
  for (const way_out of ['void', 'resend'] as const) {
    expect(await item.agree(desk, asked.id, { way_out })).toMatchObject({
      state: 'failed',
      failure: { code: 'provider_says_paid' },
    });
    await desk.on.db.owner.query(`update payouts set told_state = null where id = $1`, [asked.id]);
  }
  const done = await item.agree(desk, asked.id, {
    way_out: 'paid',
    provider_reference: booked!.providerId!,
    paid: '700.00',
  });
  expect(done).toMatchObject({ state: 'done', effect: { arrived: '700.00' } });
  await item.stateIs(desk, asked, 'paid');
  await item.paidOnce(desk, asked.id, '700.00');
  await booksAreRight();
});

test('a late definite answer is shown to people and does nothing by itself', async () => {
  // Booked, but every look-up says 404 until long after the clock ran out.
  const asked = await item.sendOut(desk, { mode: 'not_found_then_found', misses: 400 });
  await item.stateIs(desk, asked, 'review');
  const maker = await desk.person('ops_maker');
  const told = async (): Promise<unknown> =>
    (await desk.send(maker, 'GET', `/v1/payouts/${asked.id}/review`)).body['told'];
  // The provider remembers at last.
  const before = await item.bookOf(desk, asked.id);
  expect(before).toMatchObject([{ state: 'paid' }]);
  await call('POST', `${desk.on.platform.urls.sandbox}/control/wooppay/remember`);
  await desk.send(maker, 'POST', `/v1/payouts/${asked.id}/review/look`);
  await until(
    'the look is answered',
    told,
    (is) => (is as { state?: string } | null)?.state === 'paid',
  );
  expect(await journey.payout(desk.on, asked.payee, asked.id)).toMatchObject({ state: 'review' });
  const [booked] = await item.bookOf(desk, asked.id);
  await item.agree(desk, asked.id, {
    way_out: 'paid',
    provider_reference: booked!.providerId!,
    paid: '700.00',
  });
  await item.stateIs(desk, asked, 'paid');
  await item.paidOnce(desk, asked.id, '700.00');
  await booksAreRight();
});

test('a payout that an older release left in review, its workflow long gone, has the same ways out', async () => {
  const asked = await item.sendOut(desk, { mode: 'http_500' });
  await item.stateIs(desk, asked, 'review');
  await item.workflowOf(desk, asked.id).terminate('as an older release ended it');
  await item.agree(desk, asked.id, { way_out: 'void' });
  await item.stateIs(desk, asked, 'cancelled');
});

test('a plain Temporal client that signals a decision nobody took moves nothing', async () => {
  const asked = await item.sendOut(desk, { mode: 'http_500' });
  await item.stateIs(desk, asked, 'review');
  const proposed = await item.propose(desk, asked.id, { way_out: 'void' });
  const handle = item.workflowOf(desk, asked.id);
  await handle.signal('reviewDecided', { reviewId: proposed.body['id'] });
  await handle.signal('reviewDecided', { reviewId: 'prv_0000000000' });
  // Heard: the workflow has read Postgres again and waits as before.
  await until(
    'it waits again',
    () => item.pendingOf(desk, asked.id),
    ({ type }) => type === '',
  );
  expect(await journey.payout(desk.on, asked.payee, asked.id)).toMatchObject({ state: 'review' });
  expect(await balance(asked.payee)).toMatchObject({ reserved: '800.00' });
});

test('the worker dies after the effect of a way out, before it could report: done once', async () => {
  const asked = await item.sendOut(desk, { mode: 'wrong_amount', amount: '600.00' });
  await item.stateIs(desk, asked, 'review');
  const [booked] = await item.bookOf(desk, asked.id);
  await desk.on.platform.processes.worker!.stop();
  const worker = await desk.on.platform.start('worker', {
    GAMMA_CRASH_AT: 'executeReview:after',
    GAMMA_CRASH_MARKER: join(desk.on.dir, 'crashed-in-review'),
  });
  const died = new Promise<void>((resolve) => worker.onExit(() => resolve()));
  const agreed = item.agree(desk, asked.id, {
    way_out: 'paid',
    provider_reference: booked!.providerId!,
    paid: '600.00',
  });
  await died;
  await desk.on.platform.start('worker');
  expect(await agreed).toMatchObject({ state: 'done', effect: { arrived: '600.00' } });
  expect(await item.workflowOf(desk, asked.id).result()).toEqual({ state: 'paid', reason: null });
  const { rows } = await desk.on.db.pool.query(
    `select count(*)::int as posts from ledger_transactions where subject_id = $1 and kind = 'post'`,
    [asked.id],
  );
  expect(rows).toEqual([{ posts: 1 }]);
  await booksAreRight();
});
