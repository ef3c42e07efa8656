import { SESSION_LIMITS } from '../../../api/access/cookies';
import { startHarness, type Harness } from '../harness';
import { Browser, lastCode, newPhone, otherCode, signInByPhone } from './browser';

let api: Harness;
let nowMs = Date.now();
const seen: string[] = [];
const note = (fields: unknown, message: string): void => {
  seen.push(JSON.stringify(fields) + message);
};

beforeAll(async () => {
  const log = { debug: note, info: note, warn: note, error: note };
  api = await startHarness({ now: () => nowMs, log });
});
afterAll(async () => {
  await api.stop();
  expect(api.violations).toEqual([]);
});

/** The limits on sending count in real time; these tests are not about them. */
const forgetSends = async (): Promise<void> => {
  const keys = await api.redis.keys('test:limit:*');
  if (keys.length > 0) await api.redis.del(...keys.map((key) => key.slice('test:'.length)));
};
beforeEach(forgetSends);

test('a new number becomes an influencer; the same number comes back to the same account', async () => {
  const phone = newPhone();
  const browser = new Browser(api);
  const written = phone.replace(/^\+7(\d{3})(\d{3})/, '8 ($1) $2-');
  const asked = await browser.post('/v1/auth/phone', { phone: written, locale: 'kk' });
  expect([asked.status, asked.body]).toEqual([
    202,
    { expires_in_seconds: 300, resend_after_seconds: 60, code_length: 6 },
  ]);
  const code = lastCode(api, phone);
  expect(api.messages.at(-1)!.text).toContain('кіру коды');
  const got = await browser.post('/v1/auth/phone/verify', { phone, code });
  expect(got.status).toBe(200);
  const me = got.body as Record<string, Record<string, unknown>>;
  expect(me['user']).toMatchObject({ name: '', locale: 'kk' });
  expect(me['tenant']).toMatchObject({ kind: 'influencer', name: '' });
  expect(me['role']).toBe('influencer');
  expect(me['factor']).toEqual({
    method: 'sms',
    fresh_until: new Date(nowMs + 600_000).toISOString(),
  });
  const cookie = got.headers.get('set-cookie')!;
  expect(cookie).toMatch(
    /^gamma_session=[A-Za-z0-9_-]{43}; Max-Age=7776000; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
  );
  const named = await browser.send('PATCH', '/v1/me', { name: ' Айгерим ', locale: 'ru' });
  expect(named.body).toMatchObject({
    user: { name: 'Айгерим', locale: 'ru' },
    tenant: { name: 'Айгерим' },
  });
  expect((await browser.get('/v1/me')).body).toEqual(named.body);
  const again = await signInByPhone(api, phone);
  expect((await again.get('/v1/me')).body['user']).toEqual(named.body['user']);
});

test('a code works once, and not with another number', async () => {
  const [phone, other] = [newPhone(), newPhone()];
  const browser = new Browser(api);
  await browser.post('/v1/auth/phone', { phone, locale: 'ru' });
  await browser.post('/v1/auth/phone', { phone: other, locale: 'ru' });
  const code = lastCode(api, phone);
  const foreign = await browser.post('/v1/auth/phone/verify', { phone: other, code });
  expect(foreign.status === 422 || lastCode(api, other) === code).toBe(true);
  const tries = await Promise.all(
    Array.from({ length: 20 }, () =>
      new Browser(api).post('/v1/auth/phone/verify', { phone, code }),
    ),
  );
  expect(tries.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(new Set(tries.map(({ status }) => status))).toEqual(new Set([200, 422]));
});

test('fifty guesses at once are five guesses, and then even the right code is refused', async () => {
  const phone = newPhone();
  await new Browser(api).post('/v1/auth/phone', { phone, locale: 'ru' });
  const code = lastCode(api, phone);
  const guesses = await Promise.all(
    Array.from({ length: 50 }, (_, i) =>
      new Browser(api).post('/v1/auth/phone/verify', {
        phone,
        code: String((Number(code) + 1 + i) % 1_000_000).padStart(6, '0'),
      }),
    ),
  );
  const codes = guesses.map(({ body }) => body['code']);
  expect(codes.filter((one) => one === 'code_wrong')).toHaveLength(4);
  expect(codes.filter((one) => one === 'code_exhausted')).toHaveLength(16);
  expect(codes.filter((one) => one === 'too_many_attempts')).toHaveLength(30);
  const right = await new Browser(api).post('/v1/auth/phone/verify', { phone, code });
  expect(right.body['code']).toBe('too_many_attempts');
});

test('five wrong guesses, and even the right code is refused; a new one is good again', async () => {
  const phone = newPhone();
  const browser = new Browser(api);
  await browser.post('/v1/auth/phone', { phone, locale: 'ru' });
  const code = lastCode(api, phone);
  const outcomes: unknown[] = [];
  for (let i = 0; i < 5; i += 1)
    outcomes.push(
      (await browser.post('/v1/auth/phone/verify', { phone, code: otherCode(code) })).body['code'],
    );
  expect(outcomes).toEqual([...new Array<string>(4).fill('code_wrong'), 'code_exhausted']);
  const right = await browser.post('/v1/auth/phone/verify', { phone, code });
  expect(right.body['code']).toBe('code_exhausted');
  await forgetSends();
  await browser.post('/v1/auth/phone', { phone, locale: 'ru' });
  const again = { phone, code: lastCode(api, phone) };
  expect((await browser.post('/v1/auth/phone/verify', again)).status).toBe(200);
});

test('a newer code takes the place of the older; both run out', async () => {
  const phone = newPhone();
  const browser = new Browser(api);
  await browser.post('/v1/auth/phone', { phone, locale: 'ru' });
  const first = lastCode(api, phone);
  await forgetSends();
  await browser.post('/v1/auth/phone', { phone, locale: 'ru' });
  const second = lastCode(api, phone);
  if (first !== second)
    expect((await browser.post('/v1/auth/phone/verify', { phone, code: first })).status).toBe(422);
  nowMs += 5 * 60_000;
  const late = await browser.post('/v1/auth/phone/verify', { phone, code: second });
  expect(late.body['code']).toBe('code_wrong');
});

test('fifty requests for codes at once send one message', async () => {
  const phone = newPhone();
  const asked = await Promise.all(
    Array.from({ length: 50 }, () =>
      new Browser(api).post('/v1/auth/phone', { phone, locale: 'ru' }),
    ),
  );
  expect(asked.filter(({ status }) => status === 202)).toHaveLength(1);
  const refused = asked.find(({ status }) => status === 429)!;
  expect(refused.body['code']).toBe('too_many_attempts');
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(api.messages.filter((one) => one.phone === phone)).toHaveLength(1);
});

test('known and unknown numbers are answered alike', async () => {
  const known = newPhone();
  await signInByPhone(api, known);
  await forgetSends();
  const browser = new Browser(api);
  const answers = [];
  for (const phone of [known, newPhone()]) {
    const asked = await browser.post('/v1/auth/phone', { phone, locale: 'ru' });
    const wrong = await browser.post('/v1/auth/phone/verify', {
      phone,
      code: otherCode(lastCode(api, phone)),
    });
    answers.push([asked.status, asked.body, wrong.status, wrong.body['code']]);
  }
  expect(answers[0]).toEqual(answers[1]);
});

test.each([
  ...['+79161234567', '87172123456', 'abc', '+7701'].map(
    (phone) => [phone, 'phone_invalid'] as const,
  ),
  // Blanks are cleaned away before the contract looks: nothing is left.
  [' ', 'body_invalid'] as const,
])('%j is no number of ours: %s', async (phone, code) => {
  const got = await new Browser(api).post('/v1/auth/phone', { phone, locale: 'ru' });
  expect([got.status, got.body['code']]).toEqual([422, code]);
});

test('two codes of one new number proved at once make one account', async () => {
  const phone = newPhone();
  const first = await signInByPhone(api, phone);
  await forgetSends();
  const second = await signInByPhone(api, phone);
  const ids = [(await first.get('/v1/me')).body['user'], (await second.get('/v1/me')).body['user']];
  expect(ids[0]).toEqual(ids[1]);
  const { rows } = await api.owner.query<{ count: number }>(
    'select count(*)::int as count from users where phone_index = $1',
    [api.sealer.blindIndex(phone, 'users.phone')],
  );
  expect(rows[0]!.count).toBe(1);
});

test('a disabled account is told so only after the code was right', async () => {
  const phone = newPhone();
  const browser = await signInByPhone(api, phone);
  await api.owner.query('update users set disabled_at = now() where phone_index = $1', [
    api.sealer.blindIndex(phone, 'users.phone'),
  ]);
  expect((await browser.get('/v1/me')).status).toBe(401);
  await forgetSends();
  await browser.post('/v1/auth/phone', { phone, locale: 'ru' });
  const code = lastCode(api, phone);
  const wrong = await browser.post('/v1/auth/phone/verify', { phone, code: otherCode(code) });
  expect(wrong.body['code']).toBe('code_wrong');
  const right = await browser.post('/v1/auth/phone/verify', { phone, code });
  expect([right.status, right.body['code']]).toEqual([403, 'account_disabled']);
  expect(right.headers.get('set-cookie')).toBeNull();
});

test('sessions end when idle, and at last however busy', async () => {
  const { idleMs, absoluteMs } = SESSION_LIMITS.influencer;
  const idle = await signInByPhone(api);
  const startMs = nowMs;
  nowMs = startMs + idleMs - 1;
  const busy = await signInByPhone(api);
  expect((await busy.get('/v1/me')).status).toBe(200);
  nowMs = startMs + idleMs;
  expect((await idle.get('/v1/me')).status).toBe(401);
  const busySinceMs = startMs + idleMs - 1;
  while (nowMs < busySinceMs + absoluteMs - idleMs / 2) {
    nowMs += idleMs / 2;
    expect((await busy.get('/v1/me')).status).toBe(200);
  }
  nowMs = busySinceMs + absoluteMs;
  expect((await busy.get('/v1/me')).status).toBe(401);
});

test('a fresh factor by SMS: only for this session, only until it is stale', async () => {
  const phone = newPhone();
  const browser = await signInByPhone(api, phone);
  const other = await signInByPhone(api, phone);
  const { body: me } = await browser.get('/v1/me');
  const path = `/v1/influencers/${(me['tenant'] as { id: string }).id}/api-keys`;
  const key = { label: 'mine', grants: ['read'] };
  nowMs += 10 * 60_000;
  expect((await browser.post(path, key)).body['code']).toBe('factor_required');
  await forgetSends();
  expect((await browser.post('/v1/auth/factor/start')).status).toBe(202);
  expect(api.messages.at(-1)).toMatchObject({ phone });
  expect(api.messages.at(-1)!.text).toContain('код подтверждения');
  const code = lastCode(api, phone);
  // Neither another session nor a sign-in is opened by it.
  expect((await other.post('/v1/auth/factor', { code })).body['code']).toBe('code_wrong');
  expect((await new Browser(api).post('/v1/auth/phone/verify', { phone, code })).status).toBe(422);
  const old = browser.copy();
  const proved = await browser.post('/v1/auth/factor', { code });
  expect(proved.body).toEqual({ fresh_until: new Date(nowMs + 600_000).toISOString() });
  expect((await old.get('/v1/me')).status).toBe(401);
  expect((await browser.post(path, key)).status).toBe(201);
  expect((await browser.post('/v1/auth/factor', { code })).body['code']).toBe('code_wrong');
  expect((await other.post(path, key)).body['code']).toBe('factor_required');
});

test('neither numbers nor codes nor tokens are in logs, audit or Redis', async () => {
  const phone = newPhone();
  const browser = await signInByPhone(api, phone);
  await browser.send('PATCH', '/v1/me', { name: 'Canary Canaryevna' });
  const { rows } = await api.owner.query<{ text: string }>(
    'select a::text as text from audit_log a',
  );
  const keys = await api.redis.keys('*');
  const stored: string[] = [];
  for (const key of keys) {
    const plain = key.slice('test:'.length);
    const type = await api.redis.type(plain);
    if (type === 'string') stored.push((await api.redis.get(plain)) ?? '');
    if (type === 'hash') stored.push(JSON.stringify(await api.redis.hgetall(plain)));
  }
  const { rows: users } = await api.owner.query<{ text: string }>(
    'select u::text as text from users u',
  );
  const digits = phone.slice(2);
  const token = browser.cookie!.split('=')[1]!;
  const everything = [...seen, ...rows.map(({ text }) => text), ...keys, ...stored].join('\n');
  for (const secret of [digits, token, 'Canary']) expect(everything).not.toContain(secret);
  expect(users.map(({ text }) => text).join('\n')).not.toContain(digits);
  // Every message carried a code; none of them is a word of the log.
  for (const { text } of api.messages)
    expect(seen.join('\n')).not.toContain(`"${/\d{6}/.exec(text)![0]}"`);
});
