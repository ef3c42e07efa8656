import { randomBytes } from 'node:crypto';

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
  type Got,
} from './browser';
import { linkIn, mailTo, tokenIn } from '../../support/mail';

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

const newEmail = (): string => `n${randomBytes(6).toString('hex')}@shop.example`;
const PASSWORD = 'a violin on a lorry';

type World = { readonly brandId: string; readonly owner: DeskPerson; readonly desk: Browser };

async function world(): Promise<World> {
  const brandId = await newBrand(api);
  const owner = await newPerson(api, 'brand_owner', brandId);
  return { brandId, owner, desk: await signInToDesk(api, owner, nowMs) };
}

const invite = (w: World, email: string, role: string): Promise<Got> =>
  w.desk.post(`/v1/brands/${w.brandId}/invitations`, { email, role });

/** Invites and reads the link where it is and nowhere else: in the mailbox. */
async function invited(w: World, email: string, role: string): Promise<string> {
  const before = api.mails.length;
  expect((await invite(w, email, role)).status).toBe(201);
  return tokenIn(await mailTo(() => api.mails.slice(before), email));
}

type Accepted = { readonly browser: Browser; readonly secret: string; readonly challenge: string };

/** The first step: password chosen, the authenticator's secret got. */
async function accept(token: string): Promise<Accepted> {
  const browser = new Browser(api);
  const body = { token, name: 'Новый человек', password: PASSWORD, locale: 'kk' };
  const accepted = await browser.post('/v1/auth/invitations/accept', body);
  expect(accepted.status).toBe(200);
  const { challenge, totp_secret: secret } = accepted.body as Record<string, string>;
  expect(accepted.body['otpauth_url']).toContain(`secret=${secret}`);
  return { browser, secret: secret!, challenge: challenge! };
}

const confirm = ({ browser, secret, challenge }: Accepted): Promise<Got> =>
  browser.post('/v1/auth/invitations/confirm', { challenge, code: totpAt(secret, nowMs) });

async function join(token: string): Promise<Accepted & { readonly got: Got }> {
  const accepted = await accept(token);
  return { ...accepted, got: await confirm(accepted) };
}

test('an invitation makes an account once; its token is in no log and in no table', async () => {
  const w = await world();
  const email = newEmail();
  const made = await invite(w, email.toUpperCase(), 'brand_manager');
  expect(made.status).toBe(201);
  expect(Object.keys(made.body).sort()).toEqual(['expires_at', 'id', 'opens_at']);
  const mail = await mailTo(() => api.mails, email);
  expect(linkIn(mail)).toMatch(/\/desk\/invitation#token=[A-Za-z0-9_-]{43}$/);
  const token = tokenIn(mail);
  const look = await new Browser(api).post('/v1/auth/invitations/look', { token });
  expect(look.body).toEqual({
    organisation: 'Shop',
    role: 'brand_manager',
    email,
    account: 'new',
  });
  const { browser, got } = await join(token);
  expect(got.status).toBe(200);
  expect(got.body['recovery_codes']).toHaveLength(10);
  expect(got.body['me']).toMatchObject({ role: 'brand_manager', user: { locale: 'kk' } });
  expect((await browser.get('/v1/me')).body).toEqual(got.body['me']);
  for (const step of ['look', 'accept']) {
    const body = { token, ...(step === 'accept' && { name: 'X', password: PASSWORD }) };
    const again = await browser.post(`/v1/auth/invitations/${step}`, body);
    expect([again.status, again.body['code']]).toEqual([404, 'invitation_invalid']);
  }
  const { rows } = await api.owner.query<{ text: string }>(
    'select i::text as text from invitations i union all select a::text from audit_log a union all select u::text from users u union all select m::text from mails m',
  );
  const everything = [...seen, ...rows.map(({ text }) => text)].join('\n');
  expect(everything).not.toContain(token);
  expect(everything).not.toContain(email);
  const list = await w.desk.get(`/v1/brands/${w.brandId}/invitations`);
  expect(list.body['items']).toMatchObject([{ email, state: 'accepted', role: 'brand_manager' }]);
});

test('one link, many people at once: one account', async () => {
  const w = await world();
  const token = await invited(w, newEmail(), 'brand_analyst');
  const accepted = await Promise.all(Array.from({ length: 8 }, () => accept(token)));
  const statuses = (await Promise.all(accepted.map(confirm))).map(({ status }) => status);
  expect(statuses.filter((status) => status === 200)).toHaveLength(1);
  expect(statuses.filter((status) => status === 404)).toHaveLength(7);
});

test('expired, revoked, replaced: none works, and a confirmation under way fails too', async () => {
  const w = await world();
  const look = async (token: string): Promise<number> =>
    (await new Browser(api).post('/v1/auth/invitations/look', { token })).status;
  const email = newEmail();
  const first = await invited(w, email, 'brand_manager');
  const token = await invited(w, email, 'brand_manager');
  expect(await look(first)).toBe(404);
  expect(await look(token)).toBe(200);
  const browser = new Browser(api);
  const accepted = await browser.post('/v1/auth/invitations/accept', {
    token,
    name: 'X',
    password: PASSWORD,
  });
  const { challenge, totp_secret: secret } = accepted.body as Record<string, string>;
  const list = await w.desk.get(`/v1/brands/${w.brandId}/invitations`);
  const [{ id }] = list.body['items'] as [{ id: string }];
  const path = `/v1/brands/${w.brandId}/invitations/${id}`;
  expect((await w.desk.send('DELETE', path)).body).toMatchObject({ state: 'revoked' });
  const code = totpAt(secret!, nowMs);
  const late = await browser.post('/v1/auth/invitations/confirm', { challenge, code });
  expect(late.body['code']).toBe('invitation_invalid');
  const third = await invited(w, email, 'brand_manager');
  const keptMs = nowMs;
  nowMs += 7 * 86_400_000;
  expect(await look(third)).toBe(404);
  nowMs = keptMs;
  expect(await look(third)).toBe(200);
  expect(await look('A'.repeat(43))).toBe(404);
});

test('weak passwords and wrong first codes do not use an invitation up', async () => {
  const w = await world();
  const email = newEmail();
  const token = await invited(w, email, 'brand_manager');
  const browser = new Browser(api);
  const refused: [string, string][] = [
    ['short', 'password_length'],
    ['qwerty123456', 'password_common'],
    [`x ${email} x`, 'password_personal'],
  ];
  for (const [password, code] of refused) {
    const got = await browser.post('/v1/auth/invitations/accept', { token, name: 'X', password });
    expect(got.body['code']).toBe(code);
  }
  const accepted = await browser.post('/v1/auth/invitations/accept', {
    token,
    name: 'X',
    password: PASSWORD,
  });
  const { challenge, totp_secret: secret } = accepted.body as Record<string, string>;
  const prove = (code: string): Promise<Got> =>
    browser.post('/v1/auth/invitations/confirm', { challenge, code });
  const right = totpAt(secret!, nowMs);
  expect((await prove(totpAt(secret!, nowMs + 300_000))).body['code']).toBe('code_wrong');
  expect((await prove(right)).status).toBe(200);
  const [person] = (await w.desk.get(`/v1/brands/${w.brandId}/team`)).body['items'] as {
    id: string;
  }[];
  // The code that proved the authenticator does not sign in a second time.
  const challenge2 = await passPassword(new Browser(api), {
    email,
    password: PASSWORD,
  } as DeskPerson);
  const replay = await new Browser(api).post('/v1/auth/totp', {
    challenge: challenge2,
    code: right,
  });
  expect(replay.body['code']).toBe('code_wrong');
  expect(person).toBeDefined();
});

test('a role changes in the middle of a session: the next call is judged by the new one', async () => {
  const w = await world();
  const second = await newPerson(api, 'brand_owner', w.brandId);
  const desk = await signInToDesk(api, second, nowMs);
  const team = `/v1/brands/${w.brandId}/team`;
  const path = `${team}/${second.id}`;
  expect((await desk.get(`/v1/brands/${w.brandId}/invitations`)).status).toBe(200);
  const changed = await w.desk.send('PATCH', path, { role: 'brand_analyst' });
  expect(changed.body).toMatchObject({ id: second.id, role: 'brand_analyst', state: 'active' });
  expect((await desk.get(`/v1/brands/${w.brandId}/invitations`)).body['code']).toBe(
    'scope_forbidden',
  );
  expect((await desk.get(team)).status).toBe(200);
  expect((await desk.get('/v1/me')).body).toMatchObject({ role: 'brand_analyst' });
  expect(
    (await desk.send('PATCH', `${team}/${w.owner.id}`, { role: 'brand_analyst' })).status,
  ).toBe(403);
});

test('shut out: every session over, the half-done sign-in worthless', async () => {
  const w = await world();
  const manager = await newPerson(api, 'brand_manager', w.brandId);
  const desk = await signInToDesk(api, manager, nowMs);
  const challenge = await passPassword(new Browser(api), manager);
  const path = `/v1/brands/${w.brandId}/team/${manager.id}`;
  expect((await w.desk.send('DELETE', path)).body).toMatchObject({ state: 'disabled' });
  expect((await desk.get('/v1/me')).status).toBe(401);
  nowMs += 30_000;
  const code = totpAt(manager.secret, nowMs);
  expect((await new Browser(api).post('/v1/auth/totp', { challenge, code })).status).toBe(401);
  const { email, password } = manager;
  expect((await new Browser(api).post('/v1/auth/password', { email, password })).status).toBe(401);
  expect((await desk.get('/v1/me')).status).toBe(401);
});

test('nobody changes themselves, and two owners who demote each other leave one', async () => {
  const w = await world();
  const own = `/v1/brands/${w.brandId}/team/${w.owner.id}`;
  expect((await w.desk.send('PATCH', own, { role: 'brand_analyst' })).body['code']).toBe(
    'own_access',
  );
  expect((await w.desk.send('DELETE', own)).body['code']).toBe('own_access');
  for (let round = 0; round < 5; round += 1) {
    const pair = await world();
    const second = await newPerson(api, 'brand_owner', pair.brandId);
    const secondDesk = await signInToDesk(api, second, nowMs);
    const team = `/v1/brands/${pair.brandId}/team`;
    const answers = await Promise.all([
      pair.desk.send('PATCH', `${team}/${second.id}`, { role: 'brand_manager' }),
      round % 2 === 0
        ? secondDesk.send('PATCH', `${team}/${pair.owner.id}`, { role: 'brand_manager' })
        : secondDesk.send('DELETE', `${team}/${pair.owner.id}`),
    ]);
    const [done, refused] = answers.map(({ status }) => status).sort();
    expect(done).toBe(200);
    // Who comes a moment later has no session any more; who comes at the same moment has no right.
    expect([401, 403]).toContain(refused);
    const { rows } = await api.owner.query<{ count: number }>(
      `select count(*)::int as count from users where tenant_id = $1 and role = 'brand_owner' and disabled_at is null`,
      [pair.brandId],
    );
    expect(rows[0]!.count).toBe(1);
  }
});

test('access is given only with a fresh factor', async () => {
  const w = await world();
  const manager = await newPerson(api, 'brand_manager', w.brandId);
  nowMs += 10 * 60_000;
  const brand = `/v1/brands/${w.brandId}`;
  const calls: [string, string, unknown][] = [
    ['POST', `${brand}/invitations`, { email: newEmail(), role: 'brand_manager' }],
    ['PATCH', `${brand}/team/${manager.id}`, { role: 'brand_owner' }],
    ['DELETE', `${brand}/team/${manager.id}`, undefined],
    ['POST', `${brand}/api-keys`, { label: 'x', role: 'brand_analyst', grants: ['read'] }],
  ];
  for (const [method, path, body] of calls)
    expect((await w.desk.send(method, path, body)).body['code']).toBe('factor_required');
});

test('what belongs to another brand does not exist', async () => {
  const [a, b] = [await world(), await world()];
  const theirs = `/v1/brands/${b.brandId}`;
  const made = await invite(b, newEmail(), 'brand_manager');
  const calls: [string, string, unknown][] = [
    ['GET', `${theirs}/team`, undefined],
    ['GET', `${theirs}/invitations`, undefined],
    ['GET', `${theirs}/api-keys`, undefined],
    ['GET', `${theirs}/audit`, undefined],
    ['POST', `${theirs}/invitations`, { email: newEmail(), role: 'brand_owner' }],
    ['POST', `${theirs}/api-keys`, { label: 'x', role: 'brand_manager', grants: ['read'] }],
    ['PATCH', `${theirs}/team/${b.owner.id}`, { role: 'brand_analyst' }],
    ['PATCH', `/v1/brands/${a.brandId}/team/${b.owner.id}`, { role: 'brand_analyst' }],
    ['DELETE', `/v1/brands/${a.brandId}/team/${b.owner.id}`, undefined],
    ['DELETE', `/v1/brands/${a.brandId}/invitations/${String(made.body['id'])}`, undefined],
  ];
  for (const [method, path, body] of calls)
    expect([path, (await a.desk.send(method, path, body)).status]).toEqual([path, 404]);
  const influencer = await signInByPhone(api);
  expect((await influencer.get(`${theirs}/team`)).status).toBe(403);
});

test('lists go on where they stopped, and cursors made up are refused', async () => {
  const w = await world();
  for (let i = 0; i < 6; i += 1) await newPerson(api, 'brand_analyst', w.brandId);
  const all: string[] = [];
  let path = `/v1/brands/${w.brandId}/team?limit=2`;
  for (let pages = 0; pages < 10; pages += 1) {
    const { body } = await w.desk.get(path);
    all.push(...(body['items'] as { id: string }[]).map(({ id }) => id));
    if (body['next_cursor'] === null) break;
    path = `/v1/brands/${w.brandId}/team?limit=2&cursor=${body['next_cursor'] as string}`;
  }
  expect(new Set(all).size).toBe(7);
  expect(all).toHaveLength(7);
  const forged = [['x', 'y'], ['1', '2', '3'], ['-1', 'a'], ['99999999999999999', 'a'], [1, 2], {}];
  for (const cursor of forged) {
    const text = Buffer.from(JSON.stringify(cursor)).toString('base64url');
    for (const list of ['team', 'invitations', 'api-keys', 'audit']) {
      const got = await w.desk.get(`/v1/brands/${w.brandId}/${list}?cursor=${text}`);
      expect([list, text, got.body['code']]).toEqual([list, text, 'cursor_invalid']);
    }
  }
});

test('a brand is made by the maker of ops, with an invitation for its owner', async () => {
  const maker = await signInToDesk(api, await newPerson(api, 'ops_maker', 'ops'), nowMs);
  const checker = await signInToDesk(api, await newPerson(api, 'ops_checker', 'ops'), nowMs);
  const body = { name: 'Тестовый магазин', owner_email: newEmail() };
  expect((await checker.post('/v1/ops/brands', body)).body['code']).toBe('scope_forbidden');
  const made = await maker.post('/v1/ops/brands', body);
  expect(made.status).toBe(201);
  const { brand } = made.body as { brand: { id: string } };
  expect(brand).toMatchObject({ name: body.name, owners: 0, programmes: 0 });
  const named = async (query: string): Promise<unknown> =>
    (await checker.get(`/v1/ops/brands?query=${encodeURIComponent(query)}`)).body['items'];
  const waits = { id: brand.id, open_invitation: { expires_at: expect.any(String) as string } };
  expect(await named('тестовый МАГ')).toMatchObject([waits]);
  expect(await named(brand.id)).toMatchObject([waits]);
  expect(await named('%')).toEqual([]);
  const { got } = await join(tokenIn(await mailTo(() => api.mails, body.owner_email)));
  expect(await named(brand.id)).toMatchObject([{ id: brand.id, open_invitation: null }]);
  expect(got.body['me']).toMatchObject({ role: 'brand_owner', tenant: { id: brand.id } });
  const [first] = (await checker.get('/v1/ops/brands?limit=1')).body['items'] as { id: string }[];
  expect(first).toMatchObject({ id: brand.id, owners: 1 });
  expect(
    (await maker.post('/v1/ops/brands/brd_00000/invitations', { email: newEmail() })).status,
  ).toBe(404);
});
