import { startHarness, type Harness } from '../harness';
import {
  Browser,
  newBrand,
  newPerson,
  passPassword,
  signInByPhone,
  signInToDesk,
  totpAt,
  type DeskPerson,
} from './browser';

let api: Harness;
let person: DeskPerson;
let desk: Browser;
let influencer: Browser;

beforeAll(async () => {
  api = await startHarness();
  person = await newPerson(api, 'brand_owner', await newBrand(api));
  desk = await signInToDesk(api, person);
  influencer = await signInByPhone(api);
});
afterAll(async () => {
  await api.stop();
  expect(api.violations).toEqual([]);
});

/** Everything that a sign-in or a session needs a store for. */
async function calls(challenge: string): Promise<[string, number, unknown][]> {
  const browser = new Browser(api);
  const { email, password, secret, tenantId } = person;
  const token = 'A'.repeat(43);
  const sent: [string, Promise<{ status: number; body: Record<string, unknown> }>][] = [
    ['phone', browser.post('/v1/auth/phone', { phone: '+77019998877', locale: 'ru' })],
    ['verify', browser.post('/v1/auth/phone/verify', { phone: '+77019998877', code: '123456' })],
    ['password', browser.post('/v1/auth/password', { email, password })],
    [
      'totp',
      browser.post('/v1/auth/totp', { challenge, code: totpAt(secret, Date.now() + 30_000) }),
    ],
    ['me', desk.copy().get('/v1/me')],
    ['sessions', influencer.copy().get('/v1/me/sessions')],
    ['factor', influencer.copy().post('/v1/auth/factor/start')],
    ['team', desk.copy().get(`/v1/brands/${tenantId}/team`)],
    ['logout', desk.copy().post('/v1/auth/logout')],
    ['accept', browser.post('/v1/auth/invitations/accept', { token, name: 'X', password })],
  ];
  return Promise.all(
    sent.map(async ([name, answer]): Promise<[string, number, unknown]> => {
      const { status, body } = await answer;
      return [name, status, body['code']];
    }),
  );
}

async function until(what: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 30_000; !(await what());)
    if (Date.now() > end) throw new Error('not in time');
}

test('Redis away: 503 with a code, never 500, and nobody is let in; then all goes on', async () => {
  const challenge = await passPassword(new Browser(api), person);
  await api.stack.engines.redis.stop();
  for (const [name, status, code] of await calls(challenge)) {
    // An invitation is looked up in Postgres first, and this token is of none.
    if (name === 'accept') expect([name, status]).toEqual([name, 404]);
    else expect([name, status, code]).toEqual([name, 503, 'store_unavailable']);
  }
  await api.stack.engines.redis.start();
  await until(async () => (await desk.copy().get('/v1/me')).status === 200);
});

test('Postgres away: the same', async () => {
  const challenge = await passPassword(new Browser(api), person);
  await api.stack.engines.postgres.stop();
  const without = new Set(['phone', 'verify']);
  for (const [name, status, code] of await calls(challenge)) {
    if (without.has(name)) expect([name, status < 500]).toEqual([name, true]);
    else expect([name, status, code]).toEqual([name, 503, 'store_unavailable']);
  }
  await api.stack.engines.postgres.start();
  await until(async () => (await desk.copy().get('/v1/me')).status === 200);
});
