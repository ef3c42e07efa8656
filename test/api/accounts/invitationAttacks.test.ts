import { randomBytes } from 'node:crypto';

import { linkIn, mailTo, tokenIn, type SeenMail } from '../../support/mail';
import { startHarness, type Harness } from '../harness';
import {
  Browser,
  newBrand,
  newPerson,
  signInToDesk,
  totpAt,
  type DeskPerson,
  type Got,
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

const PASSWORD = 'a violin on a lorry';
const newEmail = (): string => `n${randomBytes(6).toString('hex')}@shop.example`;
const desk = (person: DeskPerson): Promise<Browser> => {
  nowMs += 30_000;
  return signInToDesk(api, person, nowMs);
};
const invite = (by: Browser, brandId: string, email: string, role = 'brand_manager') =>
  by.post(`/v1/brands/${brandId}/invitations`, { email, role });
const inviteOwner = (by: Browser, brandId: string, email: string): Promise<Got> =>
  by.post(`/v1/ops/brands/${brandId}/invitations`, { email });
const post = (step: string, body: unknown): Promise<Got> =>
  new Browser(api).post(`/v1/auth/invitations/${step}`, body);

/** What comes to a mailbox by this. */
async function mailBy(email: string, act: () => Promise<Got>, subject = /./): Promise<SeenMail> {
  const before = api.mails.length;
  expect((await act()).status).toBe(201);
  // An owner is told of the invitation, too: that mail may leave before or after this one.
  return mailTo(() => api.mails.slice(before).filter((mail) => subject.test(mail.subject)), email);
}

async function accountOf({ id }: DeskPerson): Promise<string> {
  const { rows } = await api.owner.query<{ text: string }>(
    'select u::text as text from users u where id = $1',
    [id],
  );
  return rows[0]!.text;
}

test('12.1, the attack as seen: maker to owner, owner to co-owner, owner of one brand to people of another', async () => {
  const [a, b] = [await newBrand(api), await newBrand(api)];
  const owner = await newPerson(api, 'brand_owner', a);
  const coOwner = await newPerson(api, 'brand_owner', a);
  const member = await newPerson(api, 'brand_manager', b);
  const maker = await desk(await newPerson(api, 'ops_maker', 'ops'));
  const ownerDesk = await desk(owner);
  const attacks: [DeskPerson, () => Promise<Got>, RegExp][] = [
    [coOwner, () => inviteOwner(maker, a, coOwner.email), /уже есть доступ/],
    [coOwner, () => invite(ownerDesk, a, coOwner.email, 'brand_owner'), /уже есть доступ/],
    [coOwner, () => invite(ownerDesk, a, coOwner.email, 'brand_analyst'), /уже есть доступ/],
    [member, () => invite(ownerDesk, a, member.email), /нужна другая почта/],
    [member, () => inviteOwner(maker, a, member.email), /нужна другая почта/],
  ];
  for (const [victim, act, subject] of attacks) {
    const session = await desk(victim);
    const before = await accountOf(victim);
    const mail = await mailBy(victim.email, act, subject);
    // Not even the mailbox's reader gets a link that opens anything.
    expect(mail.text).not.toMatch(/#token=/);
    expect(await accountOf(victim)).toBe(before);
    expect((await session.get('/v1/me')).status).toBe(200);
  }
});

test('12.1, even with the token of an invitation an account that is there keeps its credentials', async () => {
  const brandId = await newBrand(api);
  const ownerDesk = await desk(await newPerson(api, 'brand_owner', brandId));
  const email = newEmail();
  const token = tokenIn(await mailBy(email, () => invite(ownerDesk, brandId, email)));
  const body = { token, name: 'X', password: PASSWORD };
  const accepted = await post('accept', body);
  const { challenge, totp_secret: secret } = accepted.body as Record<string, string>;
  // Between the two steps the address gets an account by another way.
  const other = await newPerson(api, 'brand_analyst', await newBrand(api));
  await api.owner.query('update users set email_index = $2 where id = $1', [
    other.id,
    api.sealer.blindIndex(email, 'users.email'),
  ]);
  const before = await accountOf(other);
  const confirmed = await post('confirm', { challenge, code: totpAt(secret!, nowMs) });
  expect(confirmed.body['code']).toBe('email_taken');
  expect((await post('accept', body)).body['code']).toBe('email_taken');
  expect((await post('look', { token })).body).toMatchObject({ account: 'taken' });
  expect(await accountOf(other)).toBe(before);
});

test('12.1, the answer to whoever invites is the same for a stranger, a member, somebody elsewhere and somebody shut out', async () => {
  const [a, b] = [await newBrand(api), await newBrand(api)];
  const ownerDesk = await desk(await newPerson(api, 'brand_owner', a));
  const maker = await desk(await newPerson(api, 'ops_maker', 'ops'));
  const member = await newPerson(api, 'brand_manager', a);
  const elsewhere = await newPerson(api, 'brand_owner', b);
  const ops = await newPerson(api, 'ops_checker', 'ops');
  const gone = await newPerson(api, 'brand_manager', a);
  await ownerDesk.send('DELETE', `/v1/brands/${a}/team/${gone.id}`);
  const emails = [newEmail(), member.email, elsewhere.email, ops.email, gone.email];
  const blurred = ({ status, body }: Got): string =>
    JSON.stringify([status, body])
      .replace(/(inv|brd)_\w+/g, '$1')
      .replace(/\d{4}-[^"]+Z/g, 'at');
  for (const act of [
    (email: string) => invite(ownerDesk, a, email),
    (email: string) => inviteOwner(maker, a, email),
    (email: string) => maker.post('/v1/ops/brands', { name: 'Shop', owner_email: email }),
  ]) {
    const answers = [];
    for (const email of emails) answers.push(blurred(await act(email)));
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).not.toMatch(/token|https?:|@/);
  }
  // Nor does the list of invitations, when the mails have left.
  for (const email of emails) await mailTo(() => api.mails, email);
  const states = async (): Promise<unknown[]> => {
    const { body } = await ownerDesk.get(`/v1/brands/${a}/invitations`);
    return (body['items'] as { state: string; mail: string; revoked: boolean }[])
      .filter(({ state }) => state === 'pending')
      .map(({ mail }) => mail);
  };
  for (const end = Date.now() + 30_000; (await states()).includes('waiting');)
    if (Date.now() > end) throw new Error('mails still wait');
  expect(new Set(await states())).toEqual(new Set(['sent']));
});

test('12.1, shut out and invited again: in with the old password and factor, and with nothing else', async () => {
  const brandId = await newBrand(api);
  const ownerDesk = await desk(await newPerson(api, 'brand_owner', brandId));
  const person = await newPerson(api, 'brand_manager', brandId);
  await ownerDesk.send('DELETE', `/v1/brands/${brandId}/team/${person.id}`);
  const mail = await mailBy(person.email, () =>
    invite(ownerDesk, brandId, person.email, 'brand_analyst'),
  );
  const token = tokenIn(mail);
  expect((await post('look', { token })).body).toMatchObject({ account: 'shut_out' });
  const accept = await post('accept', { token, name: 'X', password: PASSWORD });
  expect(accept.body['code']).toBe('email_taken');
  const { password, secret } = person;
  nowMs += 30_000;
  const code = totpAt(secret, nowMs);
  const wrong = await post('reopen', { token, password: PASSWORD, code });
  expect(wrong.body['code']).toBe('credentials_wrong');
  const stale = await post('reopen', { token, password, code: totpAt(secret, nowMs - 600_000) });
  expect(stale.body['code']).toBe('code_wrong');
  expect((await post('reopen', { token, password })).body['code']).toBe('code_wrong');
  const answers = await Promise.all(
    Array.from({ length: 3 }, () => post('reopen', { token, password, code })),
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  const me = answers.find(({ status }) => status === 200)!.body;
  expect(me).toMatchObject({ role: 'brand_analyst', user: { id: person.id } });
  await desk(person);
});

test('12.1, shut out, invited again and the phone lost: recovery first, and it opens nothing by itself', async () => {
  const brandId = await newBrand(api);
  const ownerDesk = await desk(await newPerson(api, 'brand_owner', brandId));
  const person = await newPerson(api, 'brand_manager', brandId);
  await ownerDesk.send('DELETE', `/v1/brands/${brandId}/team/${person.id}`);
  const token = tokenIn(await mailBy(person.email, () => invite(ownerDesk, brandId, person.email)));
  const before = api.mails.length;
  await new Browser(api).post('/v1/auth/recovery', { email: person.email });
  const link = tokenIn(await mailTo(() => api.mails.slice(before), person.email));
  const prepared = await new Browser(api).post('/v1/auth/recovery/prepare', {
    token: link,
    password: PASSWORD,
  });
  const { challenge, totp_secret: secret } = prepared.body as Record<string, string>;
  const confirmed = await new Browser(api).post('/v1/auth/recovery/confirm', {
    challenge,
    code: totpAt(secret!, nowMs),
  });
  const { items } = (await ownerDesk.get('/v1/recoveries')).body as { items: { id: string }[] };
  const approved = await ownerDesk.post(`/v1/recoveries/${items[0]!.id}/approve`, {
    check_code: confirmed.body['check_code'],
  });
  expect(approved.status).toBe(200);
  const { email } = person;
  const signIn = await new Browser(api).post('/v1/auth/password', { email, password: PASSWORD });
  expect(signIn.status).toBe(401);
  nowMs += 30_000;
  const code = totpAt(secret!, nowMs);
  expect((await post('reopen', { token, password: PASSWORD, code })).status).toBe(200);
});

test('12.1, whoever invited was shut out or lost the role: the link is worth nothing', async () => {
  for (const change of ['shut out', 'demoted', 'demoted by sql'] as const) {
    const brandId = await newBrand(api);
    const [first, second] = [
      await newPerson(api, 'brand_owner', brandId),
      await newPerson(api, 'brand_owner', brandId),
    ];
    const [by, other] = [await desk(first), await desk(second)];
    const email = newEmail();
    const token = tokenIn(await mailBy(email, () => invite(by, brandId, email)));
    const accepted = await post('accept', { token, name: 'X', password: PASSWORD });
    const { challenge, totp_secret: secret } = accepted.body as Record<string, string>;
    const path = `/v1/brands/${brandId}/team/${first.id}`;
    if (change === 'shut out') await other.send('DELETE', path);
    else if (change === 'demoted') await other.send('PATCH', path, { role: 'brand_manager' });
    else await api.owner.query(`update users set role = 'brand_analyst' where id = $1`, [first.id]);
    const confirmed = await post('confirm', { challenge, code: totpAt(secret!, nowMs) });
    expect([change, confirmed.body['code']]).toEqual([change, 'invitation_invalid']);
    if (change !== 'demoted') continue;
    // Back in the role: what was offered before does not come back to life.
    await other.send('PATCH', path, { role: 'brand_owner' });
    expect((await post('look', { token })).status).toBe(404);
  }
});

test('12.1, ops invite an owner beside others: they are told, the link waits a day, and they can revoke it', async () => {
  const brandId = await newBrand(api);
  const owner = await newPerson(api, 'brand_owner', brandId);
  const ownerDesk = await desk(owner);
  const maker = await desk(await newPerson(api, 'ops_maker', 'ops'));
  const email = newEmail();
  const before = api.mails.length;
  const token = tokenIn(await mailBy(email, () => inviteOwner(maker, brandId, email)));
  const told = await mailTo(() => api.mails.slice(before), owner.email);
  expect(told.text).toContain('/desk/brand/team');
  expect(linkIn(told)).toBe('no link');
  expect((await post('look', { token })).body['code']).toBe('invitation_not_open');
  const accept = { token, name: 'X', password: PASSWORD };
  expect((await post('accept', accept)).body['code']).toBe('invitation_not_open');
  const list = await ownerDesk.get(`/v1/brands/${brandId}/invitations`);
  const [item] = list.body['items'] as { id: string }[];
  expect(item).toMatchObject({ by_platform: true, state: 'pending', role: 'brand_owner' });
  nowMs += 86_400_000;
  expect((await post('look', { token })).status).toBe(200);
  const again = await desk(owner);
  await again.send('DELETE', `/v1/brands/${brandId}/invitations/${item!.id}`);
  expect((await post('look', { token })).status).toBe(404);
  // A brand that nobody owns any more does not wait.
  const orphan = await newBrand(api);
  const makerAgain = await desk(await newPerson(api, 'ops_maker', 'ops'));
  const first = newEmail();
  const link = tokenIn(await mailBy(first, () => inviteOwner(makerAgain, orphan, first)));
  expect((await post('look', { token: link })).status).toBe(200);
});
