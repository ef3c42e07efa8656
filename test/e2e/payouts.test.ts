import { call } from '../../sandbox/demo/http';
import { addDemoInfluencer, type DemoInfluencer } from '../../sandbox/seed';
import * as journey from '../support/journey';
import { startTestPlatform, type TestPlatform } from '../support/platform';

let on: TestPlatform;
let next = 0;
beforeAll(async () => {
  on = await startTestPlatform({
    name: 'payouts',
    env: { BATCH_COLLECT_MS: '100', PAYOUT_MINIMUM: '100.00' },
  });
});
afterAll(() => on.stop());

/** Somebody new with 800.00 available (or a sale of another size). */
async function payable(sale = '10000.00'): Promise<DemoInfluencer> {
  const person = { ref: `payee${(next += 1)}x`, regime: 'demo_flat_10' };
  const influencer = await addDemoInfluencer(on.db.pool, on.seed, on.data.programmes, person);
  const id = await journey.order(on, influencer, { status: 'approved', sale });
  await journey.conversionIs(on, id, 'PAYABLE');
  return influencer;
}

const ask = (influencer: DemoInfluencer, key: string, body: unknown, expect: number) =>
  call('POST', `${on.platform.urls.api}/v1/influencers/${influencer.id}/payouts`, {
    key,
    body,
    expect: [expect],
  });

const decide = (batchId: unknown, key: string, body: unknown, expect: number) =>
  call('POST', `${on.platform.urls.api}/v1/payout-batches/${String(batchId)}/approve`, {
    key,
    body,
    expect: [expect],
  });

test('a maker cannot approve a run, another total is not approved, a second person can', async () => {
  const influencer = await payable();
  const { opsMaker, opsChecker } = on.data.apiKeys;
  const { body } = await ask(influencer, influencer.apiKey, {}, 201);
  const seen = { expected_total: '700.00' };
  const own = await decide(body['batch_id'], opsMaker, seen, 403);
  // That a checker who asked for it cannot either is shown in ops.test.ts.
  expect(own.body['code']).toBe('scope_forbidden');
  // Without a total nothing is even looked at, and what nobody prepared is approved by nobody.
  await decide(body['batch_id'], opsChecker, {}, 422);
  const unprepared = await decide(body['batch_id'], opsChecker, seen, 409);
  expect(unprepared.body['code']).toBe('batch_not_prepared');
  await journey.prepare(on, body['batch_id'] as string);
  const other = await decide(body['batch_id'], opsChecker, { expected_total: '700.01' }, 409);
  expect(other.body['code']).toBe('total_changed');
  const approved = await decide(body['batch_id'], opsChecker, { expected_total: '700.00' }, 200);
  expect(approved.body).toMatchObject({ state: 'approved', item_count: 1, total: '700.00' });
  // Sent again it is the same approval.
  await decide(body['batch_id'], opsChecker, { expected_total: '700.00' }, 200);
  await journey.payoutIs(on, influencer, body['id'] as string, 'paid');
  expect(
    (await journey.providerBook(on)).filter((entry) => entry.reference === body['id']),
  ).toHaveLength(1);
});

test('ten requests at once are one payout, and one person has one open payout', async () => {
  const influencer = await payable();
  const url = `${on.platform.urls.api}/v1/influencers/${influencer.id}/payouts`;
  const answers = await Promise.all(
    Array.from({ length: 10 }, () =>
      call('POST', url, { key: influencer.apiKey, body: {}, expect: [201, 409, 422] }),
    ),
  );
  const made = answers.filter((answer) => answer.status === 201);
  expect(made).toHaveLength(1);
  expect(await journey.balance(on, influencer)).toMatchObject({
    available: '0.00',
    reserved: '800.00',
  });
  await journey.approve(on, made[0]!.body['batch_id'] as string);
  await journey.payoutIs(on, influencer, made[0]!.body['id'] as string, 'paid');
});

test('a part is paid first, the rest later; together they withhold what one payout would', async () => {
  const influencer = await payable();
  const sums = { net: 0, tax: 0 };
  for (const body of [{ amount: '300.00' }, {}]) {
    const asked = (await ask(influencer, influencer.apiKey, body, 201)).body;
    await journey.approve(on, asked['batch_id'] as string);
    const paid = await journey.payoutIs(on, influencer, asked['id'] as string, 'paid');
    const { net, tax } = paid['amounts'] as { net: string; tax: string };
    sums.net += Number(net);
    sums.tax += Number(tax);
  }
  expect(sums).toEqual({ net: 700, tax: 100 });
});

test.each([
  ['more than there is', { amount: '800.01' }, 422, 'amount_above_available'],
  ['less than the minimum', { amount: '99.99' }, 422, 'amount_below_minimum'],
  ['nothing', { amount: '0.00' }, 422, 'amount_below_minimum'],
])('asking for %s is refused and moves nothing', async (_what, body, status, code) => {
  const influencer = await payable();
  expect((await ask(influencer, influencer.apiKey, body, status)).body['code']).toBe(code);
  expect(await journey.balance(on, influencer)).toMatchObject({
    available: '800.00',
    reserved: '0.00',
  });
});

test('somebody else’s payouts and runs are out of reach', async () => {
  const [influencer, stranger] = [await payable(), on.data.influencers[0]!];
  await ask(influencer, stranger.apiKey, {}, 404);
  await ask(influencer, on.data.apiKeys.brand, {}, 403);
  const { body } = await ask(influencer, influencer.apiKey, {}, 201);
  await call('GET', `${on.platform.urls.api}/v1/payouts/${String(body['id'])}`, {
    key: stranger.apiKey,
    expect: [404],
  });
  const seen = { expected_total: '700.00' };
  await decide(body['batch_id'], influencer.apiKey, seen, 403);
  await decide(body['batch_id'], on.data.apiKeys.brand, seen, 403);
});

test.each([
  ['waits to be seen', 'pending', '1 day', 'tax_status_pending'],
  ['has run out', 'confirmed', '0 s', 'tax_status_expired'],
])(
  'a payout whose payee’s tax status %s by the freezing is left out with its reason, whole',
  async (_what, state, left, code) => {
    const influencer = await payable();
    const other = await payable();
    const asked = (await ask(influencer, influencer.apiKey, {}, 201)).body;
    const id = asked['id'] as string;
    // Declared after the request: the older, confirmed status is no longer the one to tax by.
    await on.db.pool.query(
      `insert into payee_statuses (influencer_id, regime, state, deduction_applies, evidence, evidence_ref, valid_from, expires_at)
     values ($1, 'individual_entrepreneur', $2, false, 'declaration', 'KZ12', now() - interval '1 second', now() + $3::interval)`,
      [influencer.id, state, left],
    );
    await journey.approve(on, asked['batch_id'] as string).catch(() => undefined);
    const cancelled = await journey.payoutIs(on, influencer, id, 'cancelled');
    expect(cancelled).toMatchObject({ reason: { code }, withholdings: [], regime: null });
    expect(await journey.balance(on, influencer)).toMatchObject({
      available: '800.00',
      reserved: '0.00',
    });
    expect((await journey.providerBook(on)).filter((entry) => entry.reference === id)).toEqual([]);
    // It does not stand in the way of anybody else.
    const { id: theirs, batchId } = await journey.requestPayout(on, other);
    await journey.approve(on, batchId);
    await journey.payoutIs(on, other, theirs, 'paid');
  },
);

test('while payouts are stopped nothing is sent', async () => {
  await journey.stopPayouts(on, true);
  const influencer = await payable();
  const { id, batchId } = await journey.requestPayout(on, influencer);
  await journey.approve(on, batchId);
  const handle = on.temporal.workflow.getHandle(`pay/${id}`);
  for (;;) {
    const view = await handle.query<{ waitsFor: string }>('state').catch(() => undefined);
    if (view?.waitsFor === 'the payout stop to be lifted') break;
  }
  expect(await journey.payout(on, influencer, id)).toMatchObject({ state: 'reserved' });
  expect((await journey.providerBook(on)).filter((entry) => entry.reference === id)).toEqual([]);
});

test('the books are right after all of it', async () => {
  expect(await journey.booksAreRight(on)).toMatchObject({ sum: 0n, wrong: 0 });
});
