import { call } from '../../sandbox/demo/http';
import type { DemoInfluencer } from '../../sandbox/seed';
import * as journey from '../support/journey';
import type { TestPlatform } from '../support/platform';
import { startDesk, type Desk, type Json } from './opsDesk';

/** A new card or account waits before it can be paid to, and its owner is told by SMS. */
let desk: Desk;
let on: TestPlatform;
beforeAll(async () => {
  desk = await startDesk('instrument-wait', { INSTRUMENT_WAIT_MS: '86400000' });
  on = desk.on;
});
afterAll(() => desk.stop());

const ask = (influencer: DemoInfluencer, expect: number) =>
  call('POST', `${on.platform.urls.api}/v1/influencers/${influencer.id}/payouts`, {
    key: influencer.apiKey,
    body: {},
    expect: [expect],
  });

test('a payout to a card given today is refused with the time from when, and one given yesterday is paid to', async () => {
  const influencer = await desk.payable();
  await on.db.owner.query('update influencers set instrument_set_at = now() where id = $1', [
    influencer.id,
  ]);
  const { body } = await ask(influencer, 422);
  expect(body).toMatchObject({
    code: 'instrument_waiting',
    detail: expect.stringMatching(/from \d{4}-\d\d-\d\dT[\d:.]+Z\.$/),
    text: { ru: expect.stringContaining('срок'), kk: expect.any(String), en: expect.any(String) },
  });
  expect(await journey.balance(on, influencer)).toMatchObject({ available: '800.00' });
  const self = await desk.person('influencer', 0, influencer.id);
  const profile = await desk.send(self, 'GET', `/v1/influencers/${influencer.id}/profile`);
  const steps = (profile.body['readiness'] as { steps: Json[] }).steps;
  expect(steps.find((step) => step['step'] === 'instrument')).toMatchObject({
    done: false,
    missing: { code: 'instrument_waiting' },
  });
  const from = (profile.body['instrument'] as { payable_from: string }).payable_from;
  expect(Date.parse(from) - Date.now()).toBeGreaterThan(86_000_000);
  await on.db.owner.query(
    "update influencers set instrument_set_at = now() - interval '24 hours 1 second' where id = $1",
    [influencer.id],
  );
  await ask(influencer, 201);
});

test('the owner is told of a new account by SMS, in their language, and in the app', async () => {
  const login = on.data.logins.influencers[0]!;
  const self = await desk.person('influencer', 0, login.influencerId);
  const before = await sms(login.phone);
  const path = `/v1/influencers/${login.influencerId}/instrument`;
  const given = await desk.send(self, 'PUT', path, { kind: 'iban', iban: 'KZ41722C000000000001' });
  expect(given.status).toBe(200);
  const told = (await sms(login.phone)).slice(before.length);
  expect(told).toEqual([expect.stringContaining('•• 0001')]);
});

async function sms(phone: string): Promise<string[]> {
  const { body } = await call(
    'GET',
    `${on.platform.urls.sandbox}/control/sms/outbox?phone=${encodeURIComponent(phone)}`,
  );
  return ((body['messages'] ?? []) as Json[]).map((message) => String(message['text']));
}
