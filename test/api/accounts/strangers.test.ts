import { startHarness, type Harness } from '../harness';
import {
  browserAt,
  lastCode,
  newBrand,
  newPerson,
  newPhone,
  otherCode,
  passPassword,
  signInByPhone,
  signInToDesk,
  totpAt,
  type Browser,
  type Got,
} from './browser';

let api: Harness;
let nowMs = Date.now();
beforeAll(async () => {
  api = await startHarness({ now: () => nowMs, trustedProxies: 1 });
});
afterAll(async () => {
  await api.stop();
  expect(api.violations).toEqual([]);
});

const HOME = '198.51.100.7';
const EVIL = '203.0.113.66';

/** As if this much time had gone by for what Redis counts. */
async function forgetLimits(names: string): Promise<void> {
  const keys = await api.redis.keys(`test:limit:${names}:*`);
  if (keys.length > 0) await api.redis.del(...keys.map((key) => key.slice('test:'.length)));
}
beforeEach(() => forgetLimits('*'));

const verify = (browser: Browser, phone: string, code = '123456'): Promise<Got> =>
  browser.post('/v1/auth/phone/verify', { phone, code });
const ask = (browser: Browser, phone: string): Promise<Got> =>
  browser.post('/v1/auth/phone', { phone, locale: 'ru' });
const times = async (n: number, act: (i: number) => Promise<Got>): Promise<Got[]> => {
  const got: Got[] = [];
  for (let i = 0; i < n; i += 1) got.push(await act(i));
  return got;
};

async function stepUp(browser: Browser, phone: string): Promise<number> {
  expect((await browser.post('/v1/auth/factor/start')).status).toBe(202);
  return (await browser.post('/v1/auth/factor', { code: lastCode(api, phone) })).status;
}

test.each([
  ['from elsewhere', EVIL],
  ['from the same address', HOME],
])(
  '12.2, 40 wrong codes with none open, %s: the owner steps up and signs in',
  async (_, address) => {
    const phone = newPhone();
    const owner = await signInByPhone(api, phone, browserAt(api, HOME));
    const wrong = await times(40, () => verify(browserAt(api, address), phone));
    expect(new Set(wrong.map(({ body }) => body['code']))).toEqual(new Set(['code_wrong']));
    expect(await stepUp(owner, phone)).toBe(200);
    const again = browserAt(api, '192.0.2.200');
    expect((await (await signInByPhone(api, phone, again)).get('/v1/me')).status).toBe(200);
  },
);

test('12.2, wrong codes while the owner has one open use up neither the code nor its tries', async () => {
  const phone = newPhone();
  const owner = browserAt(api, HOME);
  expect((await ask(owner, phone)).status).toBe(202);
  const code = lastCode(api, phone);
  await times(10, () => verify(browserAt(api, EVIL), phone, otherCode(code)));
  await times(25, () => verify(browserAt(api, HOME), phone, otherCode(code)));
  expect((await verify(owner, phone, code)).status).toBe(200);
});

test('12.2, codes asked for by strangers at many addresses: the owner still gets and uses theirs', async () => {
  const phone = newPhone();
  const owner = await signInByPhone(api, phone, browserAt(api, HOME));
  const asked = await times(40, (i) => ask(browserAt(api, `203.0.${i}.9`), phone));
  const sent = asked.filter(({ status }) => status === 202);
  expect(sent).toHaveLength(10);
  for (const { status, body, headers } of asked.slice(10)) {
    expect([status, body['code']]).toEqual([429, 'too_many_attempts']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  }
  expect(await stepUp(owner, phone)).toBe(200);
  // Signed out: from the own device anywhere, and from the own address with a new device.
  const device = browserAt(api, '192.0.2.55');
  device.device = owner.device;
  expect((await (await signInByPhone(api, phone, device)).get('/v1/me')).status).toBe(200);
  expect((await (await signInByPhone(api, phone, browserAt(api, HOME))).get('/v1/me')).status).toBe(
    200,
  );
});

test('12.2, somebody behind the same NAT asks for codes: the own device has its own counters', async () => {
  const phone = newPhone();
  const owner = await signInByPhone(api, phone, browserAt(api, HOME));
  await times(7, async () => {
    await forgetLimits('code_resend');
    return ask(browserAt(api, HOME), phone);
  });
  expect((await ask(browserAt(api, HOME), phone)).status).toBe(429);
  const device = owner.copy();
  device.cookie = undefined;
  expect((await (await signInByPhone(api, phone, device)).get('/v1/me')).status).toBe(200);
});

test('12.2, a device cookie somebody made up or took to another account opens no counters', async () => {
  const [phone, victim] = [newPhone(), newPhone()];
  await signInByPhone(api, victim, browserAt(api, HOME));
  const attacker = await signInByPhone(api, phone, browserAt(api, EVIL));
  await forgetLimits('*');
  const tried = await times(20, (i) => {
    const browser = browserAt(api, `203.0.113.${i + 1}`);
    browser.device = i % 2 === 0 ? attacker.device : `gamma_device=${String(i).padStart(43, 'A')}`;
    return ask(browser, victim);
  });
  // One /24 gets five codes an hour of a phone that is none of its own.
  expect(tried.filter(({ status }) => status === 202)).toHaveLength(5);
});

test('12.2, guessing an open code ends with its tries, by the holder and beside them', async () => {
  const phone = newPhone();
  const holder = browserAt(api, EVIL);
  await ask(holder, phone);
  const code = lastCode(api, phone);
  const guess = (browser: Browser): Promise<Got[]> =>
    Promise.all(Array.from({ length: 30 }, () => verify(browser.copy(), phone, otherCode(code))));
  const got = [...(await guess(holder)), ...(await guess(browserAt(api, EVIL)))];
  expect(got.filter(({ body }) => body['code'] === 'code_wrong')).toHaveLength(8);
  expect((await verify(holder, phone, code)).body['code']).toBe('code_exhausted');
  expect((await verify(browserAt(api, EVIL), phone, code)).status).not.toBe(200);
});

test('12.2, 200 wrong passwords from many addresses shut nobody out; they only grow dearer', async () => {
  const person = await newPerson(api, 'brand_owner', await newBrand(api));
  const { email, password } = person;
  const owner = await signInToDesk(api, person, nowMs, browserAt(api, HOME));
  const wrong = (address: string): Promise<Got> =>
    browserAt(api, address).post('/v1/auth/password', { email, password: 'not this one' });
  const elsewhere = await times(200, (i) => wrong(`203.0.${i % 10}.9`));
  expect(elsewhere.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(103);
  // A quarter of an hour later each address has three tries instead of ten.
  await forgetLimits('password');
  const later = await times(10, () => wrong(EVIL));
  expect(later.filter(({ status }) => status === 401)).toHaveLength(3);
  await times(10, () => wrong(HOME));
  const device = owner.copy();
  device.cookie = undefined;
  nowMs += 30_000;
  expect((await (await signInToDesk(api, person, nowMs, device)).get('/v1/me')).status).toBe(200);
  // And from a place and a device that are both new.
  nowMs += 30_000;
  const fresh = browserAt(api, '192.0.2.77');
  expect((await (await signInToDesk(api, person, nowMs, fresh)).get('/v1/me')).status).toBe(200);
  const got = await owner.post('/v1/me/password', {
    current_password: password,
    new_password: 'a violin on a lorry',
  });
  expect(got.status).toBe(200);
});

test('12.2, somebody with the password guesses the authenticator: own device, session and recovery code go on', async () => {
  const person = await newPerson(api, 'ops_maker', 'ops');
  const owner = await signInToDesk(api, person, nowMs, browserAt(api, HOME));
  const codes = (await owner.post('/v1/me/recovery-codes')).body['recovery_codes'] as string[];
  nowMs += 30_000;
  const code = otherCode(otherCode(totpAt(person.secret, nowMs)));
  const tries = await times(8, async () => {
    const evil = browserAt(api, EVIL);
    const challenge = await passPassword(evil, person);
    return evil.post('/v1/auth/totp', { challenge, code });
  });
  expect(tries.at(-1)!.body['code']).toBe('too_many_attempts');
  const device = owner.copy();
  device.cookie = undefined;
  expect((await (await signInToDesk(api, person, nowMs, device)).get('/v1/me')).status).toBe(200);
  nowMs += 30_000;
  const proved = await owner.post('/v1/auth/factor', { code: totpAt(person.secret, nowMs) });
  expect(proved.status).toBe(200);
  const fresh = browserAt(api, '192.0.2.78');
  const challenge = await passPassword(fresh, person);
  const back = await fresh.post('/v1/auth/totp', { challenge, recovery_code: codes[0] });
  expect(back.status).toBe(200);
});

test('12.2, wrong challenges, recovery codes, invitations and API keys count against nobody', async () => {
  const person = await newPerson(api, 'brand_owner', await newBrand(api));
  const evil = browserAt(api, EVIL);
  const own = await passPassword(browserAt(api, HOME), person);
  await times(30, (i) =>
    evil.post('/v1/auth/totp', {
      challenge: String(i).padStart(43, 'B'),
      recovery_code: '0000-0000-0000-0000',
    }),
  );
  await times(30, (i) =>
    evil.post('/v1/auth/invitations/look', { token: String(i).padStart(43, 'C') }),
  );
  await times(30, (i) =>
    evil.send('GET', '/v1/ops/summary', undefined, {
      authorization: `Bearer gk_test_${String(i).padStart(43, 'D')}`,
    }),
  );
  const owner = browserAt(api, HOME);
  const code = totpAt(person.secret, nowMs);
  expect((await owner.post('/v1/auth/totp', { challenge: own, code })).status).toBe(200);
});
