import { call, until } from '../../sandbox/demo/http';
import type { DemoInfluencer } from '../../sandbox/seed';
import * as journey from '../support/journey';
import type { TestPlatform } from '../support/platform';
import { startDesk, type Desk, type Json, type Person, type Told } from './opsDesk';

/** Where money goes: fixed when it is asked for, taken out of the run when it changes before the approval, and waited for. */
let desk: Desk;
let on: TestPlatform;
let maker: Person;
beforeAll(async () => {
  desk = await startDesk('destination', { SANDBOX_SETTLE_MS: '50' });
  on = desk.on;
  maker = await desk.person('ops_maker');
});
afterAll(() => desk.stop());

const IBAN = 'KZ41722C000000000001';
const ANOTHER_IBAN = 'KZ649650000000000019';

async function giveIban(influencer: DemoInfluencer, iban = IBAN): Promise<Told> {
  const self = await desk.person('influencer', 0, influencer.id);
  return desk.send(self, 'PUT', `/v1/influencers/${influencer.id}/instrument`, {
    kind: 'iban',
    iban,
  });
}

const stopCard = (influencer: DemoInfluencer): Promise<Told> =>
  desk.send(maker, 'POST', `/v1/ops/people/${influencer.id}/instrument/stop`, { reason: 'a test' });

const notices = async (influencer: DemoInfluencer): Promise<Json[]> => {
  const self = await desk.person('influencer', 0, influencer.id);
  const { body } = await desk.send(self, 'GET', `/v1/influencers/${influencer.id}/notices`);
  return body['items'] as Json[];
};

const cardOf = async (influencer: DemoInfluencer): Promise<string> => {
  const { rows } = await on.db.pool.query<{ token: string }>(
    'select instrument_token as token from influencers where id = $1',
    [influencer.id],
  );
  return rows[0]!.token;
};

describe.each([
  ['another account is given', (influencer: DemoInfluencer) => giveIban(influencer)],
  ['the card is stopped', stopCard],
])('%s', (_what, change) => {
  test.each(['collecting', 'frozen'])(
    'while the run is %s: the payout leaves it, the money is back, and the person hears why',
    async (state) => {
      const [changes, stays] = [await desk.payable(), await desk.payable()];
      const asked = await journey.requestPayout(on, changes);
      const other = await journey.requestPayout(on, stays);
      if (state === 'frozen') await journey.prepare(on, asked.batchId);
      expect((await change(changes)).status).toBe(200);
      expect(await journey.payout(on, changes, asked.id)).toMatchObject({
        state: 'cancelled',
        reason: { code: 'instrument_changed' },
      });
      expect(await journey.balance(on, changes)).toMatchObject({
        available: '800.00',
        reserved: '0.00',
      });
      expect(await notices(changes)).toEqual(
        expect.arrayContaining([expect.objectContaining({ code: 'payout_refused' })]),
      );
      const run = await journey.prepare(on, asked.batchId);
      expect(run).toMatchObject({ state: 'frozen', item_count: 1, total: '700.00' });
      await journey.approve(on, asked.batchId);
      await journey.payoutIs(on, stays, other.id, 'paid');
    },
  );

  test('the last payout of a frozen run: the run ends by itself', async () => {
    const influencer = await desk.payable();
    const { batchId } = await journey.requestPayout(on, influencer);
    await journey.prepare(on, batchId);
    await change(influencer);
    await journey.payoutRunIs(on, batchId, 'done', 60_000);
  });
});

test('another account after the approval: what was approved is what is sent', async () => {
  await journey.stopPayouts(on, true);
  const influencer = await desk.payable();
  const card = await cardOf(influencer);
  const { id, batchId } = await journey.requestPayout(on, influencer);
  await journey.approve(on, batchId);
  expect((await giveIban(influencer)).status).toBe(200);
  expect(await journey.payout(on, influencer, id)).toMatchObject({ state: 'reserved' });
  await journey.stopPayouts(on, false);
  await journey.payoutIs(on, influencer, id, 'paid', 120_000);
  const { body } = await call('GET', `${on.platform.urls.sandbox}/control/wooppay/book`);
  const sent = (body['payouts'] as Json[]).filter((entry) => entry['reference'] === id);
  expect(sent).toMatchObject([{ destination: card, state: 'paid' }]);
}, 180_000);

test('ten changes, a request and an approval at once: nothing is approved to a card that was given up', async () => {
  for (let round = 0; round < 4; round += 1) {
    const influencer = await desk.payable();
    const { id, batchId } = await journey.requestPayout(on, influencer);
    const { total } = await journey.prepare(on, batchId);
    const checker = await desk.person('ops_checker');
    const body = { expected_total: total };
    const [approved] = await Promise.all([
      desk.send(checker, 'POST', `/v1/payout-batches/${batchId}/approve`, body),
      ...Array.from({ length: 10 }, (_, n) => giveIban(influencer, n % 2 ? IBAN : ANOTHER_IBAN)),
    ]);
    const ended = await until(
      'the payout has ended',
      () => journey.payout(on, influencer, id),
      ({ state }) => state === 'paid' || state === 'cancelled',
    );
    expect([approved.status, ended['state']]).toEqual(
      approved.status === 200 ? [200, 'paid'] : [409, 'cancelled'],
    );
  }
  expect(await journey.booksAreRight(on)).toMatchObject({ sum: 0n, wrong: 0 });
}, 120_000);
