import type { DemoInfluencer } from '../../sandbox/seed';
import * as journey from '../support/journey';
import { startTestPlatform, type TestPlatform } from '../support/platform';

let on: TestPlatform;
let influencer: DemoInfluencer;
beforeAll(async () => {
  on = await startTestPlatform({
    name: 'provider',
    env: { WOOPPAY_TIMEOUT_MS: '700', PAYOUT_NOT_FOUND_WAIT_MS: '300', BATCH_COLLECT_MS: '100' },
  });
  influencer = on.data.influencers.find((one) => one.regime === 'demo_flat_10')!;
});
afterAll(() => on.stop());
afterEach(() => journey.turnDial(on, { mode: 'ok' }));

async function payoutUnder(dial: Record<string, unknown>): Promise<string> {
  const id = await journey.order(on, influencer, { status: 'approved' });
  await journey.conversionIs(on, id, 'PAYABLE');
  await journey.turnDial(on, dial);
  const { id: payoutId, batchId } = await journey.requestPayout(on, influencer);
  await journey.approve(on, batchId);
  return payoutId;
}

const bookOf = async (reference: string) =>
  (await journey.providerBook(on)).filter(
    (entry) => entry.reference === reference && entry.state === 'paid',
  );

test.each([
  ['accepts and never answers', { mode: 'timeout_after_accept', count: 1 }],
  ['accepts and resets the connection', { mode: 'reset_after_accept', count: 1 }],
  ['accepts and answers with a web page', { mode: 'garbled_after_accept', count: 1 }],
  ['accepts and answers 500', { mode: 'http_500_after_accept', count: 1 }],
  ['never got it and never answers', { mode: 'timeout_before_accept', count: 1 }],
  [
    'accepts, then says for a while it knows nothing',
    { mode: 'not_found_then_found', count: 1, misses: 1 },
  ],
])('the provider %s: paid once', async (_what, dial) => {
  const payoutId = await payoutUnder(dial);
  const paid = await journey.payoutIs(on, influencer, payoutId, 'paid');
  expect(paid['amounts']).toMatchObject({ amount: '800.00', tax: '100.00', net: '700.00' });
  expect(await bookOf(payoutId)).toEqual([
    expect.objectContaining({ amount: '700.00', state: 'paid' }),
  ]);
  expect(await journey.balance(on, influencer)).toMatchObject({
    available: '0.00',
    reserved: '0.00',
  });
  expect(await journey.booksAreRight(on)).toEqual({ sum: 0n, wrong: 0, pending: 0n });
});

test.each([
  [
    'refuses',
    { mode: 'refuse', count: 1, code: 'card_blocked', reason: 'The card is blocked' },
    'card_blocked',
  ],
  [
    'accepts, then fails',
    { mode: 'accept_then_fail', count: 1, code: 'account_closed', reason: 'Account closed' },
    'account_closed',
  ],
])(
  'the provider %s: the reserve is released and the reason is visible',
  async (_what, dial, code) => {
    const before = await journey.balance(on, influencer);
    const payoutId = await payoutUnder(dial);
    const refused = await journey.payoutIs(on, influencer, payoutId, 'refused');
    expect(refused['reason']).toMatchObject({ code });
    expect(await bookOf(payoutId)).toEqual([]);
    const after = await journey.balance(on, influencer);
    expect(after).toMatchObject({ available: '800.00', reserved: '0.00', paid: before['paid'] });
    expect(await journey.booksAreRight(on)).toMatchObject({ sum: 0n, wrong: 0 });

    // The money can be asked for again, and is then paid.
    await journey.turnDial(on, { mode: 'ok' });
    const again = await journey.requestPayout(on, influencer);
    await journey.approve(on, again.batchId);
    await journey.payoutIs(on, influencer, again.id, 'paid');
  },
);

test('the provider paid another amount: a person looks, the reserve is kept', async () => {
  const payoutId = await payoutUnder({ mode: 'wrong_amount', count: 1 });
  const review = await journey.payoutIs(on, influencer, payoutId, 'review');
  expect(review['reason']).toMatchObject({ code: 'provider_amount_differs' });
  expect(await journey.balance(on, influencer)).toMatchObject({
    available: '0.00',
    reserved: '800.00',
  });
  expect(await journey.booksAreRight(on)).toMatchObject({ sum: 0n, wrong: 0 });
});
