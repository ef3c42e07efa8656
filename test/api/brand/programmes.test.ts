import { createConversionActivities } from '../../../activities/conversions';
import { formatTenge } from '../../../domain/money';
import { LedgerQueue } from '../../../store/postgres/ledger';
import { order, postback, startHarness, type Harness, type World } from '../harness';
import { cursorOf, deskOf, idempotency, items, type Desk, type Row } from './desk';

let api: Harness;
let world: World;
let stranger: World;
let owner: Desk;
let rival: Desk;
let count = 0;

beforeAll(async () => {
  api = await startHarness();
  [world, stranger] = [await api.world(), await api.world()];
  owner = await deskOf(api, 'brand_owner', world.brandId);
  rival = await deskOf(api, 'brand_owner', stranger.brandId);
});
afterAll(async () => {
  await api.stop();
  expect(api.violations).toEqual([]);
});

const TERMS = { commission_bps: 1500, hold_days: 14, click_window_days: 30 };
const newHost = (): string => `shop${(count += 1)}.example`;
const fresh = (fields: Record<string, unknown> = {}): Record<string, unknown> => ({
  name: 'Летняя программа',
  hosts: [newHost()],
  terms: TERMS,
  ...fields,
});
const create = (desk: Desk, brandId: string, body: unknown) =>
  desk.post(`/v1/brands/${brandId}/programmes`, body, idempotency());

test('a programme with its first terms in force, listed newest first, audited', async () => {
  const hosts = ['Shop-One.example', 'магазин.example', 'shop-one.example.'];
  const made = await create(
    owner,
    world.brandId,
    fresh({
      hosts,
      status_map: { paid: 'approved' },
      terms: { ...TERMS, hold_from: 'delivery' },
    }),
  );
  expect(made).toMatchObject({
    status: 201,
    body: {
      brand_id: world.brandId,
      state: 'active',
      hosts: ['shop-one.example', 'xn--80aairftm.example'],
      click_param: 'sub1',
      confirmation: 'postback',
      status_map: { paid: 'approved' },
      terms: {
        commission_bps: 1500,
        platform_fee_bps: 2000,
        hold_seconds: 14 * 86_400,
        hold_from: 'delivery',
      },
      next_terms: null,
      secrets_live: 0,
    },
  });
  const id = String(made.body['id']);
  await expect(owner.get(`/v1/programmes/${id}`)).resolves.toMatchObject({
    status: 200,
    body: { ...made.body, terms: { ...(made.body['terms'] as object), state: 'current' } },
  });
  const { rows } = await api.owner.query(
    'select action, after from audit_log where subject_id = $1',
    [id],
  );
  expect(rows).toMatchObject([{ action: 'programme.create', after: { name: 'Летняя программа' } }]);
  const first = await owner.get(`/v1/brands/${world.brandId}/programmes?limit=1`);
  expect(items(first).map((item) => item['id'])).toEqual([id]);
  const second = await owner.get(
    `/v1/brands/${world.brandId}/programmes?limit=1&cursor=${cursorOf(first)}`,
  );
  expect(items(second).map((item) => item['id'])).toEqual([world.programmeId]);
  expect(second.body['next_cursor']).toBeNull();
});

test('a lost answer is found again by its key: one programme', async () => {
  const [body, key] = [fresh(), idempotency()];
  const path = `/v1/brands/${world.brandId}/programmes`;
  const [one, two] = await Promise.all([owner.post(path, body, key), owner.post(path, body, key)]);
  expect(one.status).toBe(201);
  expect(two.body).toEqual(one.body);
});

test.each([
  'https://shop.example',
  'shop.example/path',
  'shop.example:443',
  '*.shop.example',
  'shop..example',
  'localhost',
  '127.0.0.1',
  '0x7f.1',
  '2130706433',
  '[::1]',
  'user@shop.example',
  'ｓhop.example',
  'shop。example',
  'sh op.example',
  '.example',
])('%s is no host of a programme', async (host) => {
  const made = await create(owner, world.brandId, fresh({ hosts: ['good.example', host] }));
  expect(made).toMatchObject({
    status: 422,
    body: { code: 'host_invalid', errors: [{ pointer: '/hosts/1' }] },
  });
});

test('a host of another brand’s active programme is refused, also when both claim it at once', async () => {
  const host = newHost();
  const both = await Promise.all([
    create(owner, world.brandId, fresh({ hosts: [host] })),
    create(rival, stranger.brandId, fresh({ hosts: [host] })),
  ]);
  expect(both.map((made) => made.status).sort()).toEqual([201, 409]);
  const [winner, loser] = both[0].status === 201 ? [owner, rival] : [rival, owner];
  const won = both.find((made) => made.status === 201)!.body;
  const lost = both.find((made) => made.status === 409)!.body;
  expect(lost).toMatchObject({ code: 'host_claimed', errors: [{ pointer: '/hosts/0' }] });
  // Its own brand may have it twice; a paused programme claims nothing, and must look again to go on.
  const loserBrand = loser === rival ? stranger.brandId : world.brandId;
  await winner.patch(`/v1/programmes/${String(won['id'])}`, { state: 'paused' });
  expect((await create(loser, loserBrand, fresh({ hosts: [host] }))).status).toBe(201);
  const again = await winner.patch(`/v1/programmes/${String(won['id'])}`, { state: 'active' });
  expect(again.body['code']).toBe('host_claimed');
});

test('changes are checked, audited with before and after, and end with the programme', async () => {
  const made = await create(owner, world.brandId, fresh());
  const id = String(made.body['id']);
  const path = `/v1/programmes/${id}`;
  const host = newHost();
  const changed = await owner.patch(path, { name: 'New', hosts: [host] });
  expect(changed).toMatchObject({ status: 200, body: { name: 'New', hosts: [host] } });
  expect((await owner.patch(path, { name: 'New' })).status).toBe(200);
  const { rows } = await api.owner.query(
    `select before, after from audit_log where subject_id = $1 and action = 'programme.change'`,
    [id],
  );
  expect(rows).toEqual([
    {
      before: { name: 'Летняя программа', hosts: made.body['hosts'] },
      after: { name: 'New', hosts: [host] },
    },
  ]);
  expect((await owner.patch(path, { state: 'ended' })).body['state']).toBe('ended');
  expect((await owner.patch(path, { state: 'active' })).body['code']).toBe('programme_ended');
  expect((await owner.patch(path, { name: 'X' })).body['code']).toBe('programme_ended');
  const terms = await owner.post(`${path}/terms`, TERMS);
  expect(terms.body['code']).toBe('programme_ended');
});

test('terms: from now, from a moment to come, never from the past, never twice from one moment', async () => {
  const { body } = await create(owner, world.brandId, fresh());
  const path = `/v1/programmes/${String(body['id'])}/terms`;
  const valid_from = new Date(Date.now() + 86_400_000).toISOString();
  const next = await owner.post(path, { ...TERMS, commission_bps: 2000, valid_from });
  expect(next).toMatchObject({
    status: 201,
    body: { valid_from, state: 'future', commission_bps: 2000, platform_fee_bps: 2000 },
  });
  const twice = await owner.post(path, { ...TERMS, valid_from });
  expect(twice).toMatchObject({ status: 409, body: { code: 'terms_exist' } });
  const past = new Date(Date.now() - 1000).toISOString();
  expect((await owner.post(path, { ...TERMS, valid_from: past })).body['code']).toBe(
    'terms_in_past',
  );
  const leap = '2026-12-31T23:59:60Z';
  expect((await owner.post(path, { ...TERMS, valid_from: leap })).body['code']).toBe(
    'body_invalid',
  );
  for (const wrong of [{ platform_fee_bps: 0 }, { commission_bps: 0 }, { commission_bps: 10_001 }])
    expect((await owner.post(path, { ...TERMS, ...wrong })).body['code']).toBe('body_invalid');
  const now = await owner.post(path, { ...TERMS, commission_bps: 700 });
  expect(now.body).toMatchObject({ state: 'current', commission_bps: 700 });
  const list = await owner.get(path);
  expect(items(list).map((item) => [item['commission_bps'], item['state']])).toEqual([
    [2000, 'future'],
    [700, 'current'],
    [1500, 'past'],
  ]);
  const page = await owner.get(`${path}?limit=2`);
  const rest = await owner.get(`${path}?limit=2&cursor=${cursorOf(page)}`);
  expect(items(rest).map((item) => item['commission_bps'])).toEqual([1500]);
  const programme = await owner.get(`/v1/programmes/${String(body['id'])}`);
  expect(programme.body).toMatchObject({
    terms: { commission_bps: 700 },
    next_terms: { commission_bps: 2000 },
  });
});

const activities = () =>
  createConversionActivities({
    pool: api.pool,
    ledger: new LedgerQueue(api.pool),
    now: () => new Date(),
    mode: 'test',
    pollEveryMs: 1000,
    orderLimit: 500_000_000n,
  });

test('the worked example is what a real order then books; later terms do not touch it', async () => {
  const path = `/v1/programmes/${world.programmeId}`;
  await api.owner.query(
    `insert into programme_terms values ($1, now() - interval '1 day', 1000, 2000, 1209600, 2592000)`,
    [world.programmeId],
  );
  for (const sale_amount of ['1000.00', '12345.67', '0.55', '99999.99']) {
    const example = await owner.post(`${path}/example`, { sale_amount });
    const { body } = await postback(api, world, order(api, world, { sale_amount }));
    const conversionId = String(body['conversion_id']);
    const booked = await activities().advanceConversion({ conversionId });
    expect(booked).toMatchObject({
      state: 'HELD',
      amounts: {
        gross: example.body['commission'],
        fee: example.body['platform_fee'],
        payable: example.body['influencer_gross'],
      },
    });
    await owner.post(`${path}/terms`, { ...TERMS, commission_bps: 9000 });
    const { body: conversion } = await owner.get(`/v1/conversions/${conversionId}`);
    expect(conversion['terms']).toMatchObject({ commissionBps: 1000, platformFeeBps: 2000 });
    await api.owner.query(
      `delete from programme_terms where programme_id = $1 and commission_bps = 9000`,
      [world.programmeId],
    );
  }
});

test('the example shows each regime with what is withheld, and the plan’s 1,000 → 100 → 20', async () => {
  const { body } = await owner.post(`/v1/programmes/${world.programmeId}/example`, {
    sale_amount: '1000.00',
  });
  expect(body).toMatchObject({
    terms: { commission_bps: 1000, platform_fee_bps: 2000 },
    sale: '1000.00',
    commission: '100.00',
    platform_fee: '20.00',
    influencer_gross: '80.00',
  });
  const regimes = body['regimes'] as Row[];
  expect(regimes.map((one) => one['regime'])).toEqual([
    'self_employed',
    'individual_entrepreneur',
    'individual_gph',
    'demo_flat_10',
  ]);
  for (const { withheld, net, refused } of regimes) {
    if (refused !== null) continue;
    const taken = (withheld as { amount: string }[]).reduce(
      (sum, line) => sum + BigInt(line.amount.replace('.', '')),
      0n,
    );
    expect(net).toBe(formatTenge(8000n - taken));
  }
  expect(regimes.every((one) => one['refused'] === null)).toBe(true);
  const tried = await owner.post(`/v1/programmes/${world.programmeId}/example`, {
    sale_amount: '1000.00',
    terms: { commission_bps: 2500 },
  });
  expect(tried.body).toMatchObject({ commission: '250.00', influencer_gross: '200.00' });
});

test('secrets: shown once, two at most, both sign while they live, the last one stays', async () => {
  const made = await create(owner, world.brandId, fresh());
  const programmeId = String(made.body['id']);
  const path = `/v1/programmes/${programmeId}/secrets`;
  const signs = async (secret: unknown): Promise<number> =>
    (
      await postback(
        api,
        { ...world, programmeId, secret: String(secret) },
        order(api, world, { click_id: null }),
      )
    ).status;
  // Rotations race: three at once leave two secrets.
  const made3 = await Promise.all([owner.post(path), owner.post(path), owner.post(path)]);
  expect(made3.map((one) => one.status).sort()).toEqual([201, 201, 409]);
  expect(made3.find((one) => one.status === 409)!.body['code']).toBe('secret_limit');
  const live = made3.filter((one) => one.status === 201).map((one) => one.body);
  for (const { secret } of live) expect(await until(() => signs(secret), 202)).toBe(202);
  const list = await owner.get(path);
  expect(items(list)).toHaveLength(2);
  expect(JSON.stringify(list.body)).not.toContain('whsec_');
  expect(new Set(items(list).map((item) => item['hint']))).toEqual(
    new Set(live.map((one) => String(one['secret']).slice(-4))),
  );
  const [old, kept] = live;
  const both = await Promise.all(live.map((one) => owner.delete(`${path}/${String(one['id'])}`)));
  expect(both.map((one) => one.status).sort()).toEqual([200, 409]);
  const gone = both[0]!.status === 200 ? old! : kept!;
  const stays = gone === old ? kept! : old!;
  expect(await until(() => signs(gone['secret']), 401)).toBe(401);
  expect(await signs(stays['secret'])).toBe(202);
  const last = await owner.delete(`${path}/${String(stays['id'])}`);
  expect(last.body['code']).toBe('secret_last');
  // Ending it twice is ending it; one of another programme is none.
  expect((await owner.delete(`${path}/${String(gone['id'])}`)).status).toBe(200);
  const other = `/v1/programmes/${world.programmeId}/secrets/${String(stays['id'])}`;
  expect((await owner.delete(other)).body['code']).toBe('secret_not_found');
  const { rows } = await api.owner.query(
    `select count(*)::int as rows, bool_or(after::text like '%whsec_%') as leaked
       from audit_log where subject_id = $1 and action like 'programme_secret.%'`,
    [programmeId],
  );
  expect(rows).toEqual([{ rows: 3, leaked: null }].map((row) => ({ ...row, leaked: false })));
});

/** A rotated secret takes effect within a second (api/intake/programmeCache.ts). */
async function until(ask: () => Promise<number>, wanted: number): Promise<number> {
  const giveUpMs = Date.now() + 5_000;
  for (;;) {
    const got = await ask();
    if (got === wanted || Date.now() > giveUpMs) return got;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test('secrets want a person with a fresh factor: no key, no stale factor, no analyst', async () => {
  const path = `/v1/programmes/${world.programmeId}/secrets`;
  const stale = await deskOf(api, 'brand_owner', world.brandId, 11 * 60_000);
  expect((await stale.post(path)).body['code']).toBe('factor_required');
  const analyst = await deskOf(api, 'brand_analyst', world.brandId);
  expect((await analyst.post(path)).body['code']).toBe('scope_forbidden');
  const key = await api.key('brand', world.brandId);
  const byKey = await fetch(`${api.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
  });
  expect(await byKey.json()).toMatchObject({ code: 'person_required' });
});

test('what belongs to another brand is not there', async () => {
  const own = `/v1/programmes/${world.programmeId}`;
  const answers = await Promise.all([
    rival.get(own),
    rival.patch(own, { name: 'Mine' }),
    rival.get(`${own}/terms`),
    rival.post(`${own}/terms`, TERMS),
    rival.post(`${own}/example`, { sale_amount: '1.00' }),
    rival.get(`${own}/secrets`),
    rival.post(`${own}/secrets`),
    rival.delete(`${own}/secrets/1`),
    rival.get(`${own}/postbacks`),
    rival.get(`${own}/postbacks/events`),
    rival.post(`${own}/test-postbacks`, {}),
    rival.get(`${own}/snippets`),
  ]);
  for (const answer of answers)
    expect(answer).toMatchObject({ status: 404, body: { code: 'programme_not_found' } });
  const brand = `/v1/brands/${world.brandId}`;
  const period = 'from=2026-01-01&to=2026-01-02';
  const brandAnswers = await Promise.all([
    rival.get(`${brand}/overview?${period}`),
    rival.get(`${brand}/programmes`),
    rival.post(`${brand}/programmes`, fresh()),
    rival.get(`${brand}/orders`),
    rival.get(`${brand}/orders.csv`),
    rival.get(`${brand}/influencers`),
    rival.get(`${brand}/influencers/${world.influencerId}`),
  ]);
  for (const answer of brandAnswers)
    expect(answer).toMatchObject({ status: 404, body: { code: 'brand_not_found' } });
  // Their own brand with a foreign programme or influencer in the question.
  const theirs = `/v1/brands/${stranger.brandId}`;
  const foreign = await rival.get(`${theirs}/orders?programme_id=${world.programmeId}`);
  expect(foreign.body['items']).toEqual([]);
  const person = await rival.get(`${theirs}/influencers/${world.influencerId}`);
  expect(person.body['code']).toBe('influencer_not_found');
  const overview = await rival.get(
    `${theirs}/overview?${period}&programme_id=${world.programmeId}`,
  );
  expect(overview.body['total']).toMatchObject({ orders: 0 });
  // Ops look at any brand there is.
  const auditor = await deskOf(api, 'ops_auditor', 'ops');
  expect((await auditor.get(own)).status).toBe(200);
  expect((await auditor.get(`/v1/brands/brd_none0000/orders`)).body['code']).toBe(
    'brand_not_found',
  );
});
