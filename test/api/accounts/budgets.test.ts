import { createSmsBudget } from '../../../api/accounts/smsBudget';
import { startHarness, type Harness } from '../harness';
import {
  browserAt,
  lastCode,
  newPerson,
  newPhone,
  signInByPhone,
  signInToDesk,
  type Got,
} from './browser';

let api: Harness;
const HOME = '198.51.100.7';
const CEILINGS = { hour: 200, day: 1_000 };

beforeAll(async () => {
  const rates = { actor: 10_000_000, address: 200, signIn: 20 };
  api = await startHarness({ trustedProxies: 1, smsCeilings: CEILINGS, rates });
});
afterAll(async () => {
  await api.stop();
  expect(api.violations).toEqual([]);
});
beforeEach(async () => {
  const keys = await api.redis.keys('test:limit:*');
  if (keys.length > 0) await api.redis.del(...keys.map((key) => key.slice('test:'.length)));
});

/** Numbers far apart, so that only what is tried here counts. */
let numbers = 0;
const farPhone = (): string => `+7777${String((numbers += 1)).padStart(3, '0')}0001`;
const ask = (address: string, phone: string): Promise<Got> =>
  browserAt(api, address).post('/v1/auth/phone', { phone, locale: 'ru' });
const codesOf = (got: readonly Got[]): unknown[] =>
  got.map(({ status, body }) => body['code'] ?? status);
const count = (got: readonly Got[], what: unknown): number =>
  codesOf(got).filter((one) => one === what).length;

test('12.8, 120 numbers in a minute from one address: thirty messages, then a code, a wait and words', async () => {
  const before = api.messages.length;
  const got = await Promise.all(Array.from({ length: 120 }, () => ask('203.0.113.1', farPhone())));
  expect([count(got, 202), count(got, 'sms_limit')]).toEqual([30, 90]);
  expect(api.messages.length - before).toBe(30);
  const refused = got.find(({ status }) => status === 429)!;
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(Object.keys(refused.body['text'] as Record<string, string>)).toEqual(['ru', 'kk', 'en']);
  // The number was refused nothing: from another network it is sent its code.
  expect((await ask('198.51.100.99', farPhone())).status).toBe(202);
});

test('12.8, one /64 is one address; a block of numbers gets a hundred from wherever', async () => {
  const one = await Promise.all(
    Array.from({ length: 40 }, (_, i) => ask(`2001:db8:1:2::${i + 1}`, farPhone())),
  );
  expect(count(one, 202)).toBe(30);
  const block: Got[] = [];
  for (let i = 0; i < 110; i += 1)
    block.push(await ask(`203.1.${i}.1`, `+7778000${String(i).padStart(4, '0')}`));
  expect([count(block, 202), count(block, 'sms_limit')]).toEqual([100, 10]);
});

test('12.8, honest people behind one NAT: each proved code makes room for the next', async () => {
  for (let i = 0; i < 60; i += 1) await signInByPhone(api, farPhone(), browserAt(api, HOME));
});

test('12.2, somebody uses up what an address may fail: right codes never counted, own devices go on, so do sessions', async () => {
  const phone = farPhone();
  const owner = await signInByPhone(api, phone, browserAt(api, HOME));
  const evil = browserAt(api, HOME);
  const wrong: Got[] = [];
  for (let i = 0; i < 40; i += 1)
    wrong.push(await evil.post('/v1/auth/phone/verify', { phone: farPhone(), code: '000000' }));
  expect([count(wrong, 'code_wrong'), count(wrong, 'too_many_attempts')]).toEqual([20, 20]);
  const device = owner.copy();
  device.cookie = undefined;
  await signInByPhone(api, phone, device);
  await owner.post('/v1/auth/factor/start');
  const proved = await owner.post('/v1/auth/factor', { code: lastCode(api, phone) });
  expect(proved.status).toBe(200);
});

test('12.2, somebody floods an address with calls of nobody: own devices and sessions behind it go on', async () => {
  const phone = farPhone();
  const owner = await signInByPhone(api, phone, browserAt(api, HOME));
  const flood = await Promise.all(
    Array.from({ length: 250 }, () => browserAt(api, HOME).get('/health')),
  );
  expect(count(flood, 'rate_limited')).toBeGreaterThan(40);
  const device = owner.copy();
  device.cookie = undefined;
  await signInByPhone(api, phone, device);
  expect((await owner.get('/v1/me')).status).toBe(200);
});

test('12.8, the budget of the platform: strangers use up their part, people it knows go on; ops see it', async () => {
  const phone = newPhone();
  const known = await signInByPhone(api, phone, browserAt(api, HOME));
  const got: Got[] = [];
  for (let i = 0; i < 170; i += 1) got.push(await ask(`203.0.${i}.1`, farPhone()));
  expect(count(got, 202)).toBe(159);
  const refused = got.at(-1)!;
  expect([refused.status, refused.body['code']]).toEqual([503, 'sms_budget_spent']);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(60);
  expect((await known.post('/v1/auth/factor/start')).status).toBe(202);
  expect((await known.post('/v1/auth/factor', { code: lastCode(api, phone) })).status).toBe(200);
  const device = browserAt(api, '192.0.2.9');
  device.device = known.device;
  await signInByPhone(api, phone, device);
  const ops = await signInToDesk(api, await newPerson(api, 'ops_auditor', 'ops'));
  expect((await ops.get('/v1/ops/summary')).body['messages']).toEqual({
    state: 'spent',
    hour: { sent: 162, ceiling: 200 },
    day: { sent: 162, ceiling: 1_000 },
  });
});

test('12.8, a refused request takes nothing of any other limit', async () => {
  const address = '203.0.113.5';
  await Promise.all(Array.from({ length: 30 }, () => ask(address, farPhone())));
  const phone = farPhone();
  for (let i = 0; i < 20; i += 1) expect((await ask(address, phone)).status).toBe(429);
  expect((await ask('203.0.113.6', phone)).status).toBe(202);
});

test('the parts of a budget add up to its ceiling', () => {
  for (const ceiling of [10, 11, 99, 3_000]) {
    const { open, reserved } = createSmsBudget({ hour: ceiling, day: ceiling });
    expect(open.map(({ points }, i) => points + reserved[i]!.points)).toEqual([ceiling, ceiling]);
  }
});

/** However an address is spelled: dotted, hex, integer, mapped, reversed, base64. */
function spellings(v4: string): string[] {
  const parts = v4.split('.').map(Number);
  const hex = parts.map((part) => part.toString(16).padStart(2, '0')).join('');
  const bytes = Buffer.from(parts);
  return [
    v4,
    parts.toReversed().join('.'),
    hex,
    `${hex.slice(0, 4)}:${hex.slice(4)}`,
    String(bytes.readUInt32BE()),
    Buffer.from(v4).toString('base64').replaceAll('=', ''),
    Buffer.from(v4).toString('hex'),
  ];
}

test('12.9, after a busy run no address is in Redis, in a key or in a value, however it is spelled', async () => {
  const address = '203.0.113.217';
  const v6 = '2001:db8:beef:cafe:1:2:3:4';
  const phone = farPhone();
  for (const at of [address, v6]) {
    const browser = await signInByPhone(api, phone, browserAt(api, at));
    await browser.post('/v1/auth/phone/verify', { phone, code: '000000' });
    await browser.post('/v1/auth/factor/start');
    const nobody = browserAt(api, at);
    await nobody.get('/health');
    await nobody.post('/v1/auth/phone', { phone: farPhone(), locale: 'kk' });
    await nobody.post('/v1/auth/phone/verify', { phone, code: '000000' });
    await nobody.post('/v1/auth/password', { email: 'no@one.example', password: 'x y z' });
    await nobody.post('/v1/link-reports', { address: 'https://go.example/x', reason: 'other' });
  }
  const texts: string[] = [];
  for (const key of await api.redis.keys('*')) {
    const plain = key.slice('test:'.length);
    const type = await api.redis.type(plain);
    texts.push(key);
    if (type === 'string') texts.push((await api.redis.get(plain)) ?? '');
    else if (type === 'hash') texts.push(JSON.stringify(await api.redis.hgetall(plain)));
    else if (type === 'zset') texts.push(...(await api.redis.zrange(plain, '0', '-1')));
    else texts.push(`a type this test does not read: ${type}`);
  }
  const everything = texts.join('\n').toLowerCase();
  expect(everything).toContain('limit:');
  expect(everything).not.toContain('does not read');
  for (const text of [...spellings(address), 'beef:cafe', 'beefcafe', v6])
    expect(everything).not.toContain(text.toLowerCase());
});
