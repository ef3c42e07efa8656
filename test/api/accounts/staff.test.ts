import { execFile } from 'node:child_process';
import { join } from 'node:path';

import { startHarness, type Harness } from '../harness';
import { Browser, newBrand, newPerson, signInToDesk, totpAt } from './browser';
import { mailTo, tokenIn } from '../../support/mail';

let api: Harness;
beforeAll(async () => {
  api = await startHarness();
});
afterAll(async () => {
  await api.stop();
  expect(api.violations).toEqual([]);
});

type Ran = { readonly code: number; readonly out: string; readonly err: string };

/** The program as it runs on a server. */
const staff = (...args: string[]): Promise<Ran> =>
  new Promise((resolve) => {
    const file = join(__dirname, '../../../dist/api/staff.js');
    const env = {
      PATH: process.env['PATH'],
      DATABASE_URL: api.stack.urls.postgres,
      GAMMA_MASTER_KEY: api.masterKeys,
    };
    execFile(process.execPath, [file, ...args], { env, timeout: 30_000 }, (error, out, err) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, out, err }),
    );
  });

test('staff are invited, changed and shut out on the server; the log says so', async () => {
  const email = 'first.maker@gamma.example';
  const invited = await staff('--invite', '--role', 'ops_maker', '--email', email);
  expect([invited.code, invited.err]).toEqual([0, '']);
  expect(invited.out).not.toMatch(/token|http/);
  const mail = await mailTo(() => api.mails, email);
  const browser = new Browser(api);
  const accepted = await browser.post('/v1/auth/invitations/accept', {
    token: tokenIn(mail),
    name: 'Марат',
    password: 'a violin on a lorry',
  });
  const { challenge, totp_secret: secret } = accepted.body as Record<string, string>;
  const code = totpAt(secret!, Date.now());
  const confirmed = await browser.post('/v1/auth/invitations/confirm', { challenge, code });
  expect(confirmed.body['me']).toMatchObject({
    role: 'ops_maker',
    tenant: { kind: 'ops', id: 'ops', name: 'Gamma' },
  });
  expect((await staff('--list')).out).toContain(email);
  expect((await staff('--invite', '--role', 'ops_checker', '--email', email)).code).toBe(2);
  expect((await staff('--change', '--role', 'ops_auditor', '--email', email)).code).toBe(0);
  expect((await browser.get('/v1/me')).body).toMatchObject({ role: 'ops_auditor' });
  expect((await staff('--disable', '--email', email)).code).toBe(0);
  expect((await browser.get('/v1/me')).status).toBe(401);
  const { rows } = await api.owner.query<{ action: string; via: string; text: string }>(
    `select action, via, a::text as text from audit_log a where actor_id = 'system' order by id`,
  );
  expect(rows.map(({ action }) => action)).toEqual([
    'invitation.create',
    'person.change_role',
    'person.disable',
  ]);
  expect(rows.map(({ text }) => text).join('\n')).not.toContain(email);
});

test('a wrong command changes nothing and says how', async () => {
  const brand = await newPerson(api, 'brand_owner', await newBrand(api));
  const wrong = [
    [],
    ['--invite'],
    ['--invite', '--role', 'brand_owner', '--email', 'a@b.example'],
    ['--invite', '--role', 'ops_maker', '--email', 'nonsense'],
    ['--invite', '--disable', '--email', 'a@b.example', '--role', 'ops_maker'],
    ['--everything'],
    ['--disable', '--email', 'nobody@gamma.example'],
    ['--invite', '--role', 'ops_maker', '--email', brand.email],
  ];
  for (const args of wrong) {
    const { code, out, err } = await staff(...args);
    expect([args, code, out]).toEqual([args, 2, '']);
    expect(err).not.toBe('');
  }
});

test('no operation of the API makes, changes or shuts out staff', async () => {
  const maker = await signInToDesk(api, await newPerson(api, 'ops_maker', 'ops'));
  const checker = await newPerson(api, 'ops_checker', 'ops');
  for (const [method, path, body] of [
    ['POST', '/v1/brands/ops/invitations', { email: 'x@y.example', role: 'brand_owner' }],
    ['POST', '/v1/ops/brands/ops/invitations', { email: 'x@y.example' }],
    ['PATCH', `/v1/brands/ops/team/${checker.id}`, { role: 'brand_owner' }],
    ['POST', '/v1/ops/brands', { name: 'X', owner_email: 'nonsense' }],
  ] as const)
    expect((await maker.send(method, path, body)).status).toBeGreaterThanOrEqual(400);
  const { rows } = await api.owner.query<{ role: string }>('select role from users where id = $1', [
    checker.id,
  ]);
  expect(rows[0]!.role).toBe('ops_checker');
});
