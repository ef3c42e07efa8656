import { SESSION_LIMITS } from '../../../api/access/cookies';
import { startHarness, type Harness } from '../harness';
import {
  Browser,
  newBrand,
  newPerson,
  otherCode,
  passPassword,
  signInToDesk,
  totpAt,
} from './browser';

let api: Harness;
let nowMs = Date.now();
beforeAll(async () => {
  api = await startHarness({ now: () => nowMs });
});
afterAll(async () => {
  await api.stop();
  expect(api.violations).toEqual([]);
});

/** The next time step: an authenticator's code counts once. */
const nextStep = (): number => (nowMs += 30_000);

const median = (values: number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

test('password, then authenticator; the cookie of the desk ends with the day', async () => {
  const person = await newPerson(api, 'brand_owner', await newBrand(api));
  const browser = new Browser(api);
  const challenge = await passPassword(browser, person);
  expect(browser.cookie).toBeUndefined();
  expect((await browser.get('/v1/me')).status).toBe(401);
  const code = totpAt(person.secret, nowMs);
  const got = await browser.post('/v1/auth/totp', { challenge, code });
  expect(got.status).toBe(200);
  expect(got.headers.get('set-cookie')).toContain('Max-Age=43200');
  expect(got.body).toMatchObject({
    role: 'brand_owner',
    tenant: { kind: 'brand', id: person.tenantId, name: 'Shop' },
    factor: { method: 'totp' },
  });
  const permissions = got.body['permissions'] as string[];
  expect(permissions).toContain('createInvitation');
  expect(permissions).not.toContain('approvePayoutBatch');
});

test('a wrong password and an unknown address are told apart by nothing', async () => {
  const known = [];
  for (let i = 0; i < 12; i += 1) known.push(await newPerson(api, 'brand_owner', 'brd_timing'));
  const disabled = await newPerson(api, 'brand_owner', 'brd_timing');
  await api.owner.query('update users set disabled_at = now() where id = $1', [disabled.id]);
  const times: Record<string, number[]> = { known: [], unknown: [] };
  const answers = new Set<string>();
  const attempt = async (email: string, password: string): Promise<number> => {
    const started = performance.now();
    const got = await new Browser(api).post('/v1/auth/password', { email, password });
    const { status, body } = got;
    answers.add(JSON.stringify([status, body['code'], body['detail'], body['title']]));
    return performance.now() - started;
  };
  await attempt('warm@up.example', 'wrong wrong wrong');
  for (const [i, person] of known.entries()) {
    times['known']!.push(await attempt(person.email, 'wrong wrong wrong'));
    times['unknown']!.push(await attempt(`nobody${i}@shop.example`, 'wrong wrong wrong'));
  }
  await attempt(disabled.email, disabled.password);
  expect(answers.size).toBe(1);
  // A skipped hash would be an order of magnitude.
  const ratio = median(times['known']!) / median(times['unknown']!);
  expect(ratio).toBeGreaterThan(0.4);
  expect(ratio).toBeLessThan(2.5);
});

test('fifty passwords at once are ten tried; the right one is then refused too', async () => {
  const person = await newPerson(api, 'brand_owner', await newBrand(api));
  const { email } = person;
  const tries = await Promise.all(
    Array.from({ length: 50 }, (_, i) =>
      new Browser(api).post('/v1/auth/password', { email, password: `guess number ${i}` }),
    ),
  );
  expect(tries.filter(({ status }) => status === 401)).toHaveLength(10);
  expect(tries.filter(({ status }) => status === 429)).toHaveLength(40);
  const { password } = person;
  const spelled = await new Browser(api).post('/v1/auth/password', {
    email: email.toUpperCase(),
    password,
  });
  expect(spelled.status).toBe(429);
  const unknown = await Promise.all(
    Array.from({ length: 12 }, () =>
      new Browser(api).post('/v1/auth/password', { email: 'no@one.example', password: 'x y z' }),
    ),
  );
  expect(unknown.filter(({ status }) => status === 401)).toHaveLength(10);
});

test('of twenty sign-ins with one code exactly one comes in, with one challenge or with many', async () => {
  const person = await newPerson(api, 'ops_maker', 'ops');
  const shared = await passPassword(new Browser(api), person);
  const code = totpAt(person.secret, nowMs);
  const same = await Promise.all(
    Array.from({ length: 20 }, () =>
      new Browser(api).post('/v1/auth/totp', { challenge: shared, code }),
    ),
  );
  expect(same.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(same.filter(({ status }) => status >= 500)).toHaveLength(0);

  const other = await newPerson(api, 'ops_maker', 'ops');
  const challenges: string[] = [];
  for (let i = 0; i < 5; i += 1) challenges.push(await passPassword(new Browser(api), other));
  const otherNow = totpAt(other.secret, nowMs);
  const many = await Promise.all(
    challenges.flatMap((challenge) => [
      new Browser(api).post('/v1/auth/totp', { challenge, code: otherNow }),
      new Browser(api).post('/v1/auth/totp', { challenge, code: otherNow }),
    ]),
  );
  expect(many.filter(({ status }) => status === 200)).toHaveLength(1);
});

test('a code of the step before is taken once the later one was not, and never after it', async () => {
  const person = await newPerson(api, 'ops_auditor', 'ops');
  nextStep();
  await signInToDesk(api, person, nowMs - 30_000);
  await signInToDesk(api, person, nowMs);
  const challenge = await passPassword(new Browser(api), person);
  for (const atMs of [nowMs, nowMs - 30_000, nowMs - 60_000, nowMs + 60_000]) {
    const got = await new Browser(api).post('/v1/auth/totp', {
      challenge,
      code: totpAt(person.secret, atMs),
    });
    expect(got.body['code']).toBe('code_wrong');
  }
});

test('second factors are guessed five times, over however many challenges', async () => {
  const person = await newPerson(api, 'ops_checker', 'ops');
  const right = totpAt(person.secret, nowMs);
  const challenges: string[] = [];
  for (let i = 0; i < 10; i += 1) challenges.push(await passPassword(new Browser(api), person));
  const guesses = await Promise.all(
    Array.from({ length: 50 }, (_, i) =>
      new Browser(api).post('/v1/auth/totp', {
        challenge: challenges[i % 10],
        code: otherCode(otherCode(String(Number(right) + i))).slice(-6),
      }),
    ),
  );
  expect(guesses.filter(({ status }) => status === 200)).toHaveLength(0);
  expect(guesses.filter(({ body }) => body['code'] === 'code_wrong').length).toBeLessThanOrEqual(5);
  const challenge = await passPassword(new Browser(api), person);
  const late = await new Browser(api).post('/v1/auth/totp', { challenge, code: right });
  expect(late.body['code']).toBe('too_many_attempts');
});

test('a challenge is worth five tries, five minutes, and nothing once the credentials changed', async () => {
  const person = await newPerson(api, 'brand_manager', await newBrand(api));
  const browser = new Browser(api);
  const early = await passPassword(browser, person);
  nowMs += 5 * 60_000;
  const code = totpAt(person.secret, nowMs);
  expect((await browser.post('/v1/auth/totp', { challenge: early, code })).body['code']).toBe(
    'challenge_invalid',
  );
  const changed = await passPassword(browser, person);
  await api.owner.query('update users set credential_epoch = credential_epoch + 1 where id = $1', [
    person.id,
  ]);
  expect((await browser.post('/v1/auth/totp', { challenge: changed, code })).body['code']).toBe(
    'challenge_invalid',
  );
  const made = await browser.post('/v1/auth/totp', { challenge: 'A'.repeat(43), code });
  expect([made.status, made.body['code']]).toEqual([401, 'challenge_invalid']);
});

test('recovery codes: ten, each once, and new ones end the old', async () => {
  const person = await newPerson(api, 'brand_owner', await newBrand(api));
  const browser = await signInToDesk(api, person, nowMs);
  const made = await browser.post('/v1/me/recovery-codes');
  const codes = made.body['recovery_codes'] as string[];
  expect(new Set(codes).size).toBe(10);
  for (const code of codes)
    expect(code).toMatch(/^[0-9a-hjkmnp-tv-z]{4}(-[0-9a-hjkmnp-tv-z]{4}){3}$/);
  const challenges: string[] = [];
  for (let i = 0; i < 4; i += 1) challenges.push(await passPassword(new Browser(api), person));
  const spelled = codes[0]!.toUpperCase().replaceAll('-', ' ');
  const tries = await Promise.all(
    challenges.map((challenge) =>
      new Browser(api).post('/v1/auth/totp', { challenge, recovery_code: spelled }),
    ),
  );
  expect(tries.filter(({ status }) => status === 200)).toHaveLength(1);
  await browser.post('/v1/me/recovery-codes');
  const challenge = await passPassword(new Browser(api), person);
  const old = await new Browser(api).post('/v1/auth/totp', { challenge, recovery_code: codes[1] });
  expect(old.body['code']).toBe('code_wrong');
  const both = { challenge, recovery_code: codes[1], code: '000000' };
  expect((await browser.post('/v1/auth/totp', both)).body['code']).toBe('body_invalid');
});

test('a planted cookie is not the session one gets, and two cookies are none', async () => {
  const person = await newPerson(api, 'brand_owner', await newBrand(api));
  const planted = new Browser(api);
  planted.cookie = `gamma_session=${'A'.repeat(43)}`;
  const challenge = await passPassword(planted, person);
  await planted.post('/v1/auth/totp', { challenge, code: totpAt(person.secret, nowMs) });
  expect(planted.cookie).not.toContain('A'.repeat(43));
  const thief = new Browser(api);
  thief.cookie = `gamma_session=${'A'.repeat(43)}`;
  expect((await thief.get('/v1/me')).status).toBe(401);
  // A session of the attacker, put into the victim's browser, ends when the victim signs in.
  const attacker = await signInToDesk(api, await newPerson(api, 'brand_owner', 'brd_evil'), nowMs);
  const victim = attacker.copy();
  nextStep();
  const again = await passPassword(victim, person);
  await victim.post('/v1/auth/totp', { challenge: again, code: totpAt(person.secret, nowMs) });
  expect((await attacker.get('/v1/me')).status).toBe(401);
  expect((await victim.get('/v1/me')).body['user']).toMatchObject({ id: person.id });
  const two = victim.copy();
  two.cookie = `${victim.cookie}; ${victim.cookie}`;
  expect((await two.get('/v1/me')).status).toBe(401);
  two.cookie = `gamma_session=${'B'.repeat(43)}; ${victim.cookie}`;
  expect((await two.get('/v1/me')).status).toBe(401);
});

test('writes of a session come from our own page or not at all; sign-ins never from a foreign one', async () => {
  const person = await newPerson(api, 'brand_owner', await newBrand(api));
  const browser = await signInToDesk(api, person, nowMs);
  for (const origin of ['https://evil.example', 'null', `${api.url}.evil.example`, undefined, '']) {
    const got = await browser.send('PATCH', '/v1/me', { name: 'Forged' }, { origin });
    expect([origin, got.body['code']]).toEqual([origin, 'origin_forbidden']);
  }
  const { email, password } = person;
  const forced = await new Browser(api).send(
    'POST',
    '/v1/auth/password',
    { email, password },
    { origin: 'https://evil.example' },
  );
  expect(forced.body['code']).toBe('origin_forbidden');
  expect((await browser.get('/v1/me')).body['user']).toMatchObject({ name: 'Somebody' });
  const asText = await fetch(`${api.url}/v1/me`, {
    method: 'PATCH',
    headers: { cookie: browser.cookie!, origin: api.url, 'content-type': 'text/plain' },
    body: '{"name":"Forged"}',
  });
  expect(asText.status).toBe(415);
});

test('sessions: seen, ended one by one, all others, or by leaving', async () => {
  const person = await newPerson(api, 'brand_analyst', await newBrand(api));
  const browsers: Browser[] = [];
  for (let i = 0; i < 4; i += 1) browsers.push(await signInToDesk(api, person, nextStep()));
  const [first, second, third, own] = browsers as [Browser, Browser, Browser, Browser];
  const list = async (): Promise<{ id: string; current: boolean }[]> =>
    (await own.get('/v1/me/sessions')).body['items'] as { id: string; current: boolean }[];
  expect((await list()).map(({ current }) => current)).toEqual([true, false, false, false]);
  expect(JSON.stringify(await list())).toContain('127.0.0.0/24');
  const oldest = (await list())[3]!.id;
  expect((await own.send('DELETE', `/v1/me/sessions/${oldest}`)).body).toEqual({ ended: 1 });
  expect((await first.get('/v1/me')).status).toBe(401);
  expect((await own.send('DELETE', `/v1/me/sessions/${oldest}`)).status).toBe(404);
  const stranger = await signInToDesk(api, await newPerson(api, 'ops_auditor', 'ops'), nowMs);
  const target = (await list())[1]!.id;
  expect((await stranger.send('DELETE', `/v1/me/sessions/${target}`)).status).toBe(404);
  expect((await own.send('DELETE', '/v1/me/sessions')).body).toEqual({ ended: 2 });
  expect((await second.get('/v1/me')).status).toBe(401);
  expect((await third.get('/v1/me')).status).toBe(401);
  const left = own.copy();
  expect((await own.post('/v1/auth/logout')).headers.get('set-cookie')).toContain('Max-Age=0');
  expect((await left.get('/v1/me')).status).toBe(401);
});

test('the desk: idle after its minutes, over after its hours, a shorter role counts at once', async () => {
  const { idleMs, absoluteMs } = SESSION_LIMITS.brand;
  const person = await newPerson(api, 'brand_manager', await newBrand(api));
  const idle = await signInToDesk(api, person, nextStep());
  const startMs = nowMs;
  nowMs = startMs + idleMs;
  expect((await idle.get('/v1/me')).status).toBe(401);
  const busy = await signInToDesk(api, person, nowMs);
  const sinceMs = nowMs;
  while (nowMs + idleMs / 2 < sinceMs + absoluteMs) {
    nowMs += idleMs / 2;
    expect((await busy.get('/v1/me')).status).toBe(200);
  }
  nowMs = sinceMs + absoluteMs;
  expect((await busy.get('/v1/me')).status).toBe(401);
});

test('step-up at the desk: stale after ten minutes, a code counts once, the session gets a new token', async () => {
  const person = await newPerson(api, 'brand_owner', await newBrand(api));
  const browser = await signInToDesk(api, person, nextStep());
  const fresh = (): Promise<number> =>
    browser.post('/v1/me/recovery-codes').then(({ status }) => status);
  expect(await fresh()).toBe(200);
  nowMs += 10 * 60_000;
  expect(await fresh()).toBe(403);
  const code = totpAt(person.secret, nowMs);
  const wrong = await browser.post('/v1/auth/factor', { code: otherCode(otherCode(code)) });
  expect(wrong.body['code']).toBe('code_wrong');
  const thief = browser.copy();
  const tries = await Promise.all(
    Array.from({ length: 20 }, () => browser.copy().post('/v1/auth/factor', { code })),
  );
  const proved = tries.filter(({ status }) => status === 200);
  expect(proved).toHaveLength(1);
  browser.cookie = proved[0]!.headers.get('set-cookie')!.split(';')[0];
  expect((await thief.get('/v1/me')).status).toBe(401);
  expect(await fresh()).toBe(200);
});

test('a new password: the old one asked, other sessions over, weak ones refused', async () => {
  const person = await newPerson(api, 'brand_owner', await newBrand(api));
  const own = await signInToDesk(api, person, nextStep());
  const other = await signInToDesk(api, person, nextStep());
  const current_password = person.password;
  const change = (body: unknown): ReturnType<Browser['post']> => own.post('/v1/me/password', body);
  const weak: [string, string][] = [
    ['short', 'password_length'],
    ['password12345', 'password_common'],
    [person.email, 'password_personal'],
  ];
  for (const [new_password, code] of weak)
    expect((await change({ current_password, new_password })).body['code']).toBe(code);
  const new_password = 'a violin on a lorry';
  expect((await change({ current_password: 'not this one', new_password })).body['code']).toBe(
    'password_wrong',
  );
  const before = own.copy();
  expect((await change({ current_password, new_password })).body).toEqual({ ended: 1 });
  expect((await other.get('/v1/me')).status).toBe(401);
  expect((await before.get('/v1/me')).status).toBe(401);
  expect((await own.get('/v1/me')).status).toBe(200);
  const { email } = person;
  const old = await new Browser(api).post('/v1/auth/password', {
    email,
    password: person.password,
  });
  expect(old.status).toBe(401);
  await signInToDesk(api, { ...person, password: new_password }, nextStep());
});
