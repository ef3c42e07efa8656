import { randomBytes, randomUUID } from 'node:crypto';

import * as catalogue from '../../../store/postgres/catalogue';
import { order, postback, startHarness, type Harness, type World } from '../harness';
import { signedIn, type Person } from '../people';
import { send } from './desk';

const IIN = '900101300017';
const PHONE = '+77011234567';

let api: Harness;
let world: World;
let maker: Person;
let checker: Person;
let auditor: Person;
beforeAll(async () => {
  api = await startHarness();
  world = await api.world();
  [maker, checker, auditor] = [
    await signedIn(api, 'ops_maker', 'ops'),
    await signedIn(api, 'ops_checker', 'ops'),
    await signedIn(api, 'ops_auditor', 'ops'),
  ];
  const id = world.influencerId;
  await api.owner.query(
    'update influencers set iin_sealed = $2, iin_index = $3, display_name = $4 where id = $1',
    [
      id,
      api.sealer.seal(Buffer.from(IIN), id),
      api.sealer.blindIndex(IIN, 'influencers.iin'),
      'Aigerim 100%',
    ],
  );
  const user = await signedIn(api, 'influencer', id);
  await api.owner.query('update users set phone_sealed = $2, phone_index = $3 where id = $1', [
    user.userId,
    api.sealer.seal(Buffer.from(PHONE), user.userId),
    api.sealer.blindIndex(PHONE, 'users.phone'),
  ]);
});
afterAll(async () => {
  expect(api.violations).toEqual([]);
  await api.stop();
});

const path = (rest = ''): string => `/v1/ops/people/${world.influencerId}${rest}`;
const found = (body: Record<string, unknown>): string[] =>
  (body['items'] as { id: string }[]).map((row) => row.id);

test('a person is found by a part of the name, taken as it is, by id and by the last four', async () => {
  for (const query of ['igerim 100%', world.influencerId, 'AIGERIM']) {
    const told = await send(
      api,
      auditor,
      'GET',
      `/v1/ops/people?query=${encodeURIComponent(query)}`,
    );
    expect(found(told.body)).toEqual([world.influencerId]);
  }
  await api.world();
  expect(found((await send(api, auditor, 'GET', '/v1/ops/people?query=1234')).body).length).toBe(2);
  expect(found((await send(api, auditor, 'GET', '/v1/ops/people?query=%25%25')).body)).toEqual([]);
});

test('a person is found by the whole phone or IIN; neither is kept, who looked is', async () => {
  for (const body of [{ phone: '8 (701) 123-45-67' }, { phone: PHONE }, { iin: IIN }]) {
    const told = await send(api, auditor, 'POST', '/v1/ops/people/search', body);
    expect(found(told.body)).toEqual([world.influencerId]);
  }
  for (const body of [{ phone: '+77010000000' }, { iin: '000000000000' }])
    expect(found((await send(api, auditor, 'POST', '/v1/ops/people/search', body)).body)).toEqual(
      [],
    );
  const { rows } = await api.owner.query<{ row: string }>('select a::text as row from audit_log a');
  expect(rows.filter(({ row }) => row.includes('person.search'))).toHaveLength(5);
  for (const { row } of rows) expect(row).not.toMatch(/7011234567|900101300017/);
});

test('phone and IIN are shown masked, with money, status, orders and flags', async () => {
  await postback(api, world, order(api, world));
  const told = await send(api, auditor, 'GET', path());
  expect(told).toMatchObject({
    status: 200,
    body: {
      phone_masked: '+7 *** *** 45 67',
      iin_masked: '********0017',
      instrument: { last4: '1234', stopped_at: null },
      tax: { current: null, history: [], claims: [] },
      balance: { held: '0.00', available: '0.00' },
      flags: [],
    },
  });
  expect(told.body['conversions']).toHaveLength(1);
  expect(JSON.stringify(told.body)).not.toMatch(/7011234567|900101300017/);
  expect((await send(api, auditor, 'GET', '/v1/ops/people/inf_0000000000')).status).toBe(404);
});

test('a flag is raised, changed and taken away; an unknown one is refused', async () => {
  const raised = await send(api, maker, 'POST', path('/flags'), {
    code: 'complaint',
    note: 'by mail',
  });
  expect(raised).toMatchObject({
    status: 200,
    body: { note: 'by mail', raised_by: { id: maker.userId } },
  });
  await send(api, checker, 'POST', path('/flags'), { code: 'complaint' });
  const person = await send(api, auditor, 'GET', path());
  expect(person.body['flags']).toMatchObject([{ code: 'complaint', note: null }]);
  expect(found((await send(api, auditor, 'GET', '/v1/ops/people?flag=complaint')).body)).toEqual([
    world.influencerId,
  ]);
  expect((await send(api, auditor, 'GET', '/v1/ops/people?flag=any')).body['items']).toMatchObject([
    { id: world.influencerId, flags: ['complaint'] },
  ]);
  expect((await send(api, auditor, 'GET', '/v1/ops/people?flag=many')).status).toBe(400);
  expect((await send(api, maker, 'POST', path('/flags'), { code: 'nonsense' })).body['code']).toBe(
    'body_invalid',
  );
  const gone = await send(api, maker, 'DELETE', path('/flags/complaint'));
  expect(gone.body).toEqual({ code: 'complaint', removed: true });
  expect((await send(api, maker, 'DELETE', path('/flags/complaint'))).body['removed']).toBe(false);
  const stranger = '/v1/ops/people/inf_0000000000/flags';
  expect((await send(api, maker, 'POST', stranger, { code: 'complaint' })).body['code']).toBe(
    'influencer_not_found',
  );
});

async function claim(regime = 'individual_entrepreneur'): Promise<string> {
  const { rows } = await api.owner.query<{ id: bigint }>(
    `insert into payee_statuses (influencer_id, regime, state, evidence, evidence_ref, valid_from, expires_at)
     values ($1, $2, 'pending', 'declaration', 'KZ-77', now(), now() + interval '30 days') returning id`,
    [world.influencerId, regime],
  );
  return String(rows[0]!.id);
}

const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();
const confirm = (status_id: string, expires_at = inDays(365)): Record<string, unknown> => ({
  status_id,
  decision: 'confirm',
  evidence: 'kgd',
  evidence_ref: 'KGD answer 12 of 2026-11-20',
  expires_at,
});

const propose = (body: unknown, key?: string): ReturnType<typeof send> =>
  send(api, maker, 'POST', path('/tax-status/proposal'), body, key);
const decide = (
  proposal_id: string,
  decision = 'approve',
  by = checker,
  key?: string,
): ReturnType<typeof send> =>
  send(api, by, 'POST', path('/tax-status/decision'), { proposal_id, decision }, key);
const proposalOf = ({ body }: { body: Record<string, unknown> }): string =>
  (body['proposal'] as { id: string }).id;

test('12.9, a tax status is confirmed by two people, once: the person, their orders and the audit log hear of it', async () => {
  const id = await claim();
  const waiting = await send(api, auditor, 'GET', '/v1/ops/people?tax_claim=pending');
  expect(found(waiting.body)).toEqual([world.influencerId]);
  const key = randomUUID();
  const body = confirm(id);
  const proposed = await Promise.all(Array.from({ length: 5 }, () => propose(body, key)));
  for (const told of proposed)
    expect(told).toMatchObject({
      status: 200,
      body: { id, state: 'pending', proposal: { decision: 'confirm', by: { id: maker.userId } } },
    });
  expect((await propose(confirm(id))).body['code']).toBe('tax_decision_proposed');
  const proposal = proposalOf(proposed[0]!);
  const { body: summary } = await send(api, checker, 'GET', '/v1/ops/summary');
  expect(summary['to_do']).toMatchObject({ tax_claims_pending: 0, tax_decisions_to_decide: 1 });
  // The maker alone gets nowhere, by role or by changing into a checker.
  expect((await decide(proposal, 'approve', maker)).status).toBe(403);
  await api.owner.query(`update users set role = 'ops_checker' where id = $1`, [maker.userId]);
  expect((await decide(proposal, 'approve', maker)).body['code']).toBe('second_person_required');
  await api.owner.query(`update users set role = 'ops_maker' where id = $1`, [maker.userId]);
  await expect(
    api.owner.query(
      `update tax_decisions set verdict = 'approved', decided_by = proposed_by, decided_at = now()`,
    ),
  ).rejects.toThrow(/four_eyes/);
  const decided = await Promise.all(
    Array.from({ length: 5 }, () => decide(proposal, 'approve', checker, key)),
  );
  for (const told of decided)
    expect(told).toMatchObject({
      status: 200,
      body: { id, state: 'confirmed', proposal: null, decided_by: { id: checker.userId } },
    });
  expect((await decide(proposal)).body['code']).toBe('tax_decision_not_proposed');
  expect((await propose(confirm(id))).body['code']).toBe('tax_claim_decided');
  const person = await send(api, auditor, 'GET', path());
  expect(person.body['tax']).toMatchObject({
    current: { regime: 'individual_entrepreneur', evidence: 'kgd', expired: false },
  });
  const { rows } = await api.owner.query<{ told: number; notices: number; audits: number }>(
    `select (select count(*) from outbox where topic = 'payee.updated' and subject_id = $1)::int as told,
            (select count(*) from notices where influencer_id = $1 and code = 'tax_status_confirmed')::int as notices,
            (select count(*) from audit_log where subject_id = $1 and action = 'tax_status.confirm')::int as audits`,
    [world.influencerId],
  );
  expect(rows).toEqual([{ told: 1, notices: 1, audits: 1 }]);
});

test('12.9, a proposal that is refused changes nothing; the next one may say otherwise', async () => {
  const id = await claim('self_employed');
  const first = proposalOf(await propose(confirm(id)));
  expect(await decide(first, 'refuse')).toMatchObject({
    status: 200,
    body: { state: 'pending', proposal: null },
  });
  const refusal = { status_id: id, decision: 'refuse', reason: 'KGD knows no such registration' };
  const second = proposalOf(await propose(refusal));
  // What was looked at is what is decided: the first proposal's id decides nothing of the second.
  expect((await decide(first)).body['code']).toBe('tax_decision_not_proposed');
  const both = await Promise.all([decide(second), decide(second, 'refuse')]);
  expect(both.filter(({ status }) => status === 200)).toHaveLength(1);
  const { rows } = await api.owner.query<{ state: string; verdict: string }>(
    `select s.state, p.verdict from payee_statuses s join tax_decisions p on p.status_id = s.id where p.id = $1`,
    [second],
  );
  expect(['rejected approved', 'pending refused']).toContain(
    `${rows[0]!.state} ${rows[0]!.verdict}`,
  );
  if (rows[0]!.state === 'pending') await decide(proposalOf(await propose(refusal)));
  const person = await send(api, auditor, 'GET', path());
  const claims = (person.body['tax'] as { claims: { id: string }[] }).claims;
  expect(claims.find((one) => one.id === id)).toMatchObject({
    state: 'refused',
    decision_reason: refusal.reason,
  });
});

test('evidence of a tax status must hold in the future, still at the decision, and be this person’s', async () => {
  const id = await claim('self_employed');
  for (const expires of [inDays(-1), inDays(401)])
    expect((await propose(confirm(id, expires))).body['code']).toBe('expiry_invalid');
  const stranger = (await api.world()).influencerId;
  const foreign = await send(
    api,
    maker,
    'POST',
    `/v1/ops/people/${stranger}/tax-status/proposal`,
    confirm(id),
  );
  expect(foreign.body['code']).toBe('tax_claim_not_found');
  const odd = await propose(confirm('99999999999999999999999'));
  expect(odd.body['code']).toBe('tax_claim_not_found');
  const proposal = proposalOf(await propose(confirm(id)));
  const elsewhere = await send(
    api,
    checker,
    'POST',
    `/v1/ops/people/${stranger}/tax-status/decision`,
    { proposal_id: proposal, decision: 'approve' },
  );
  expect(elsewhere.body['code']).toBe('tax_decision_not_proposed');
  await api.owner.query(`update tax_decisions set expires_at = now() where id = $1`, [proposal]);
  expect((await decide(proposal)).body['code']).toBe('expiry_invalid');
  expect((await decide(proposal, 'refuse')).status).toBe(200);
});

test('a stopped card stays stopped from the first time; without one there is nothing to stop', async () => {
  const told = await send(api, maker, 'POST', path('/instrument/stop'), { reason: 'bank says so' });
  expect(told).toMatchObject({
    status: 200,
    body: { last4: '1234', stopped_at: expect.any(String) },
  });
  expect(
    (await send(api, maker, 'POST', path('/instrument/stop'), { reason: 'once more' })).body,
  ).toEqual(told.body);
  const bare = `inf_${randomBytes(8).toString('hex')}`;
  await catalogue.insertInfluencer(api.pool, {
    id: bare,
    ref: randomBytes(6).toString('hex'),
    displayName: 'Nobody yet',
    iinSealed: randomBytes(16),
    iinIndex: randomBytes(16),
    instrumentToken: null as unknown as string,
    instrumentLast4: null as unknown as string,
  });
  const none = await send(api, maker, 'POST', `/v1/ops/people/${bare}/instrument/stop`, {
    reason: 'a test',
  });
  expect(none).toMatchObject({ status: 409, body: { code: 'instrument_missing' } });
});

const WRITES: readonly (readonly [method: string, path: string, body: unknown])[] = [
  ['PUT', '/v1/ops/switches/payouts_stopped', { on: true, reason: 'a test' }],
  ['POST', '/v1/payout-batches/bat_0000000000/prepare', {}],
  ['POST', '/v1/payout-batches/bat_0000000000/approve', {}],
  ['POST', '/v1/payout-batches/bat_0000000000/items/pay_0000000000/exclude', { reason: 'a test' }],
  ['POST', '/v1/ops/people/inf_0000000000/flags', { code: 'complaint' }],
  ['DELETE', '/v1/ops/people/inf_0000000000/flags/complaint', undefined],
  ['POST', '/v1/ops/people/inf_0000000000/instrument/stop', { reason: 'a test' }],
  ['POST', '/v1/ops/people/inf_0000000000/tax-status/proposal', confirm('1')],
  ['POST', '/v1/conversions/cnv_0000000000/actions', { action: 'hold', reason: 'a test' }],
  ['PUT', '/v1/ops/sandbox/dials/wooppay/payout', { value: 'ok' }],
  ['PUT', '/v1/ops/sandbox/clock', { offset_ms: 0 }],
];

test.each(WRITES)(
  'an auditor, a brand and an influencer may not %s %s',
  async (method, where, body) => {
    const brand = await signedIn(api, 'brand_owner', world.brandId);
    const influencer = await signedIn(api, 'influencer', world.influencerId);
    for (const who of [auditor, brand, influencer])
      expect((await send(api, who, method, where, body)).body['code']).toBe('scope_forbidden');
  },
);

test.each([
  '/v1/ops/summary',
  '/v1/ops/stuck',
  '/v1/ops/people',
  '/v1/ops/conversions',
  '/v1/payout-batches',
  '/v1/ops/switches',
])('nobody but ops reads %s', async (where) => {
  const brand = await signedIn(api, 'brand_owner', world.brandId);
  expect((await send(api, brand, 'GET', where)).body['code']).toBe('scope_forbidden');
  expect((await send(api, auditor, 'GET', where)).status).toBe(200);
});
