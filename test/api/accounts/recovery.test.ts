import type { Role } from '../../../domain/access';
import { mailTo, tokenIn } from '../../support/mail';
import { startHarness, type Harness } from '../harness';
import { Browser, newBrand, passPassword, totpAt, type DeskPerson } from './browser';
import { NEW_PASSWORD, RecoveryWorld } from './recoveryWorld';

let api: Harness;
let w: RecoveryWorld;
const clock = { nowMs: Date.now() };
const seen: string[] = [];
const DAY_MS = 86_400_000;
beforeAll(async () => {
  const note = (fields: unknown, message: string): void => {
    seen.push(JSON.stringify(fields) + message);
  };
  const log = { debug: note, info: note, warn: note, error: note };
  api = await startHarness({ now: () => clock.nowMs, log });
  w = new RecoveryWorld(api, clock);
});
afterAll(async () => {
  await api.stop();
  expect(api.violations).toEqual([]);
});

async function untilState(id: string, wanted: string): Promise<void> {
  for (const end = Date.now() + 30_000; (await w.state(id)) !== wanted;) {
    if (Date.now() > end) throw new Error(`not ${wanted}, but ${await w.state(id)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test('12.1, a manager wins the account back: mailbox, an owner, and then everything is new at once', async () => {
  const brandId = await newBrand(api);
  const [owner, manager] = [
    await w.person('brand_owner', brandId),
    await w.person('brand_manager', brandId),
  ];
  const old = await w.desk(manager);
  const proved = await w.proved(manager);
  expect(proved.confirmed.body).toMatchObject({ approved_by: 'owner' });
  // Nothing of the old has changed.
  expect((await old.get('/v1/me')).status).toBe(200);
  expect(await w.password(manager.email, manager.password)).toBe(200);
  expect(await w.password(manager.email, NEW_PASSWORD)).toBe(401);
  expect((await old.get('/v1/recoveries')).body['items']).toMatchObject([
    { own: true, may_approve: false, may_stop: true },
  ]);
  await mailTo(
    () => api.mails,
    owner.email,
    ({ text }) => text.includes('/desk/brand/team'),
  );
  const desk = await w.desk(owner);
  expect((await desk.get('/v1/recoveries')).body['items']).toMatchObject([
    { id: proved.id, state: 'proved', own: false, may_approve: true, user: { id: manager.id } },
  ]);
  const wrong = { ...proved, checkCode: proved.checkCode === '000000' ? '000001' : '000000' };
  expect((await w.approve(desk, wrong)).body['code']).toBe('recovery_check_wrong');
  expect((await w.approve(desk, proved)).body).toMatchObject({ state: 'approved' });
  expect(await w.state(proved.id)).toBe('done');
  expect((await old.get('/v1/me')).status).toBe(401);
  expect(await w.password(manager.email, manager.password)).toBe(401);
  await w.desk({ ...manager, password: NEW_PASSWORD, secret: proved.secret });
  // The new recovery codes work, and so the old ones do not.
  const challenge = await passPassword(new Browser(api), { ...manager, password: NEW_PASSWORD });
  const recovery_code = proved.recoveryCodes[0];
  const byCode = await new Browser(api).post('/v1/auth/totp', { challenge, recovery_code });
  expect(byCode.status).toBe(200);
  const { rows } = await api.owner.query<{ action: string }>(
    'select action from audit_log where subject_id = $1 order by id',
    [proved.id],
  );
  expect(rows.map(({ action }) => action)).toEqual([
    'recovery.prove',
    'recovery.approve',
    'recovery.apply',
  ]);
});

type Who = 'self' | 'owner' | 'manager' | 'otherOwner' | 'maker' | 'checker' | 'auditor';
const REFUSED: Readonly<Record<Who, string>> = {
  self: 'own_access',
  owner: 'recovery_not_found',
  manager: 'scope_forbidden',
  otherOwner: 'recovery_not_found',
  maker: 'scope_forbidden',
  checker: 'recovery_approver',
  auditor: 'scope_forbidden',
};
const MATRIX: readonly (readonly [Role, 'alone' | 'with an owner', readonly Who[]])[] = [
  ['brand_analyst', 'with an owner', ['owner']],
  ['brand_owner', 'with an owner', ['owner']],
  ['brand_owner', 'alone', ['checker']],
  ['ops_maker', 'alone', ['checker']],
  ['ops_checker', 'alone', ['checker']],
  ['ops_auditor', 'alone', ['checker']],
];

test.each(MATRIX)('12.1, who may let %s in again, %s: %j', async (role, company, allowed) => {
  const isOps = role.startsWith('ops_');
  const brandId = await newBrand(api);
  const tenantId = isOps ? 'ops' : brandId;
  const subject = await w.person(role, tenantId);
  const own = await w.desk(subject);
  const desks: Partial<Record<Who, Browser>> = {
    self: own,
    manager: await w.desk(await w.person('brand_manager', brandId)),
    otherOwner: await w.desk(await w.person('brand_owner', await newBrand(api))),
    maker: await w.desk(await w.person('ops_maker', 'ops')),
    checker: await w.desk(await w.person('ops_checker', 'ops')),
    auditor: await w.desk(await w.person('ops_auditor', 'ops')),
    ...(company === 'with an owner' && {
      owner: await w.desk(await w.person('brand_owner', brandId)),
    }),
  };
  const proved = await w.proved(subject);
  const got: string[] = [];
  for (const [who, desk] of Object.entries(desks) as [Who, Browser][]) {
    if (allowed.includes(who)) continue;
    const { status, body } = await w.approve(desk, proved);
    const isClosed = !['brand_owner', 'ops_checker'].includes(role) && who === 'self';
    const wanted = isClosed ? 'scope_forbidden' : REFUSED[who];
    if (status < 400 || body['code'] !== wanted) got.push(`${who} ${String(body['code'])}`);
  }
  expect(got).toEqual([]);
  expect(await w.state(proved.id)).toBe('proved');
  for (const who of allowed)
    expect((await w.approve(desks[who]!, proved)).body).toMatchObject({ state: 'approved' });
  expect(await w.state(proved.id)).toBe(role === 'brand_analyst' ? 'done' : 'approved');
});

/** An owner's recovery that a second owner has approved. */
async function approved(): Promise<{
  readonly owner: DeskPerson;
  readonly second: DeskPerson;
  readonly third: DeskPerson;
  readonly own: Browser;
  readonly other: Browser;
  readonly proved: Awaited<ReturnType<RecoveryWorld['proved']>>;
}> {
  const brandId = await newBrand(api);
  const [owner, second, third] = [
    await w.person('brand_owner', brandId),
    await w.person('brand_owner', brandId),
    await w.person('brand_owner', brandId),
  ];
  const own = await w.desk(owner);
  const proved = await w.proved(owner);
  const other = await w.desk(second);
  expect((await w.approve(other, proved)).status).toBe(200);
  return { owner, second, third, own, other, proved };
}

test('12.1, an owner waits a day after the approval; every owner and the old mailbox are told', async () => {
  const { owner, second, third, own, proved } = await approved();
  for (const { email } of [second, third])
    await mailTo(
      () => api.mails,
      email,
      ({ subject }) => subject.includes('новый вход'),
    );
  await mailTo(
    () => api.mails,
    owner.email,
    ({ text }) => text.includes('#stop='),
  );
  expect((await own.get('/v1/recoveries')).body['items']).toMatchObject([
    { state: 'approved', own: true },
  ]);
  const keptMs = clock.nowMs;
  clock.nowMs += DAY_MS - 60_000;
  expect(await w.password(owner.email, NEW_PASSWORD)).toBe(401);
  expect(await w.password(owner.email, owner.password)).toBe(200);
  clock.nowMs = keptMs + DAY_MS;
  // Whoever signs in first, or nobody: the time alone does it.
  expect(await w.password(owner.email, owner.password)).toBe(401);
  await untilState(proved.id, 'done');
  const desk = await w.desk({ ...owner, password: NEW_PASSWORD, secret: proved.secret });
  expect((await desk.get('/v1/recoveries')).body['items']).toEqual([]);
  const again = totpAt(proved.secret, keptMs);
  const challenge = await passPassword(new Browser(api), { ...owner, password: NEW_PASSWORD });
  const replay = await new Browser(api).post('/v1/auth/totp', { challenge, code: again });
  expect(replay.body['code']).toBe('code_wrong');
});

test('12.1, sessions end at its time also when nobody signs in', async () => {
  const { own, proved } = await approved();
  clock.nowMs += DAY_MS;
  await untilState(proved.id, 'done');
  expect((await own.get('/v1/me')).status).toBe(401);
});

test('12.1, stopped by the session, by another owner, by the mailbox: the old credentials stay, the new never count', async () => {
  for (const by of ['session', 'owner', 'mailbox'] as const) {
    const { owner, own, other, proved } = await approved();
    if (by === 'mailbox') {
      const mail = await mailTo(
        () => api.mails,
        owner.email,
        ({ text }) => text.includes('#stop='),
      );
      const token = tokenIn(mail);
      const stop = (): Promise<{ status: number }> =>
        new Browser(api).post('/v1/auth/recovery/stop', { token });
      expect((await stop()).status).toBe(200);
      expect((await stop()).status).toBe(200);
      const forged = `${token.slice(0, -4)}AAAA`;
      const bad = await new Browser(api).post('/v1/auth/recovery/stop', { token: forged });
      expect(bad.body['code']).toBe('recovery_link_invalid');
    } else {
      // No fresh factor: a stop must be quick.
      clock.nowMs += 11 * 60_000;
      const desk = by === 'session' ? own : other;
      const stopped = await desk.post(`/v1/recoveries/${proved.id}/stop`);
      expect(stopped.body).toMatchObject({ state: 'stopped' });
    }
    expect(await w.state(proved.id)).toBe('stopped');
    clock.nowMs += 2 * DAY_MS;
    expect(await w.password(owner.email, owner.password)).toBe(200);
    expect(await w.password(owner.email, NEW_PASSWORD)).toBe(401);
    expect((await w.approve(await w.desk(owner), proved)).status).toBeGreaterThanOrEqual(400);
    const { rows } = await api.owner.query(
      'select 1 from recoveries where id = $1 and password_hash is null and totp_sealed is null',
      [proved.id],
    );
    expect(rows).toHaveLength(1);
  }
});

test('12.1, a role changed, shut out, or a password changed meanwhile stops it', async () => {
  for (const change of ['role', 'shut out', 'password', 'sql'] as const) {
    const { owner, own, other, proved } = await approved();
    const path = `/v1/brands/${owner.tenantId}/team/${owner.id}`;
    if (change === 'role') await other.send('PATCH', path, { role: 'brand_analyst' });
    if (change === 'shut out') await other.send('DELETE', path);
    if (change === 'password') {
      const body = { current_password: owner.password, new_password: 'yet another violin' };
      await own.post('/v1/auth/factor', { code: totpAt(owner.secret, (clock.nowMs += 30_000)) });
      expect((await own.post('/v1/me/password', body)).status).toBe(200);
    }
    if (change === 'sql')
      await api.owner.query(`update users set role = 'brand_manager' where id = $1`, [owner.id]);
    expect([change, await w.state(proved.id)]).toEqual([change, 'stopped']);
  }
});

test('12.1, links: once, for an hour, one recovery at a time; many confirmations at once make one', async () => {
  const person = await w.person('brand_owner', await newBrand(api));
  const look = (token: string): Promise<{ status: number; body: Record<string, unknown> }> =>
    new Browser(api).post('/v1/auth/recovery/look', { token });
  const [first, second] = [await w.link(person.email), await w.link(person.email)];
  // A newer link makes the older one no worse: a stranger who asks cannot take the person's link away.
  expect((await look(first)).body).toEqual({ email: person.email, role: 'brand_owner' });
  const prepared = await Promise.all(
    [first, first, second, second].map((token) => w.prepare(token)),
  );
  const got = await Promise.all(prepared.map((one) => w.confirm(one)));
  expect(got.filter(({ status }) => status === 200)).toHaveLength(1);
  expect((await look(second)).body['code']).toBe(
    (await look(first)).status === 404 ? 'recovery_under_way' : 'recovery_link_invalid',
  );
  const late = await w.person('brand_owner', await newBrand(api));
  const token = await w.link(late.email);
  clock.nowMs += 3_600_000;
  expect((await look(token)).body['code']).toBe('recovery_link_invalid');
});

test('12.1, what nobody approves in a week expires, and can be asked for anew', async () => {
  const person = await w.person('brand_owner', await newBrand(api));
  const proved = await w.proved(person);
  clock.nowMs += 7 * DAY_MS;
  await untilState(proved.id, 'expired');
  const checker = await w.desk(await w.person('ops_checker', 'ops'));
  expect((await w.approve(checker, proved)).body['code']).toBe('recovery_state');
  await w.proved(person);
});

test('12.1, known, unknown, phone-less and shut out addresses: one answer, and mail only to those with an account', async () => {
  const brandId = await newBrand(api);
  const known = await w.person('brand_owner', brandId);
  const gone = await w.person('brand_manager', brandId);
  await api.owner.query('update users set disabled_at = now() where id = $1', [gone.id]);
  const before = api.mails.length;
  const answers = [];
  for (const email of ['nobody@elsewhere.example', gone.email, known.email.toUpperCase()]) {
    const { status, body } = await new Browser(api).post('/v1/auth/recovery', { email });
    answers.push(JSON.stringify([status, body]));
  }
  expect(new Set(answers)).toEqual(new Set([JSON.stringify([202, { link_seconds: 3600 }])]));
  await mailTo(() => api.mails.slice(before), known.email);
  for (const end = Date.now() + 30_000; ;) {
    const { rows } = await api.owner.query(`select 1 from mails where state = 'waiting'`);
    if (rows.length === 0) break;
    if (Date.now() > end) throw new Error('mails still wait');
  }
  const asked = ['nobody@elsewhere.example', gone.email, known.email];
  const written = api.mails.slice(before).map(({ to }) => to);
  expect(written.filter((to) => asked.includes(to))).toEqual([known.email]);
});

test('12.1, the mail provider is away and comes back: every mail arrives, once, with a link that is good', async () => {
  const person = await w.person('brand_owner', await newBrand(api));
  api.mailAway.now = true;
  const before = api.mails.length;
  await new Browser(api).post('/v1/auth/recovery', { email: person.email });
  for (const end = Date.now() + 30_000; ;) {
    const { rows } = await api.owner.query(
      `select 1 from mails where state = 'waiting' and last_error is not null and attempts > 1`,
    );
    if (rows.length > 0) break;
    if (Date.now() > end) throw new Error('it was not tried again');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  // The link's hour begins when it leaves.
  clock.nowMs += 3 * 3_600_000;
  api.mailAway.now = false;
  const token = tokenIn(await mailTo(() => api.mails.slice(before), person.email));
  const look = await new Browser(api).post('/v1/auth/recovery/look', { token });
  expect(look.status).toBe(200);
  expect(api.mails.slice(before).filter(({ to }) => to === person.email)).toHaveLength(1);
});

test('12.1, no address, token, code or password in logs, audit or any table in clear', async () => {
  const person = await w.person('ops_maker', 'ops');
  const token = await w.link(person.email);
  const prepared = await w.prepare(token);
  const { body } = await w.confirm(prepared);
  const { rows } = await api.owner.query<{ text: string }>(
    `select m::text as text from mails m union all select r::text from recoveries r
      union all select a::text from audit_log a union all select o::text from outbox o`,
  );
  const everything = [...seen, ...rows.map(({ text }) => text)].join('\n');
  const codes = body['recovery_codes'] as string[];
  for (const secret of [person.email, token, prepared.secret, NEW_PASSWORD, codes[0]!])
    expect(everything).not.toContain(secret);
  const { rows: kept } = await api.owner.query(
    `select 1 from mails where state <> 'waiting' and sealed is not null`,
  );
  expect(kept).toEqual([]);
});
