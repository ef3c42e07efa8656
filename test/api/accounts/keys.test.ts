import { get, startHarness, type Harness } from '../harness';
import { newBrand, newPerson, signInByPhone, signInToDesk, type Browser } from './browser';

let api: Harness;
let brandId: string;
let owner: Browser;
let ownerId: string;
beforeAll(async () => {
  api = await startHarness();
  brandId = await newBrand(api);
  const person = await newPerson(api, 'brand_owner', brandId);
  ownerId = person.id;
  owner = await signInToDesk(api, person);
});
afterAll(async () => {
  await api.stop();
  expect(api.violations).toEqual([]);
});

type Key = { id: string; state: string; last_used_at: string | null; expires_at: string | null };
const keys = (): string => `/v1/brands/${brandId}/api-keys`;
const make = async (body: unknown): Promise<{ key: string; api_key: Key }> =>
  (await owner.post(keys(), body)).body as { key: string; api_key: Key };
const listed = async (id: string): Promise<Key> =>
  ((await owner.get(keys())).body['items'] as Key[]).find((one) => one.id === id)!;
const probe = '/v1/receipts/rcp_0000000000';

async function until(what: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 6_000; !(await what());)
    if (Date.now() > end) throw new Error('not in time');
}

test('a key is shown once and acts with its role and grants only', async () => {
  const label = 'Магазин, сервер';
  const made = await make({ label, role: 'brand_manager', grants: ['read'] });
  expect(made.key).toMatch(/^gk_test_[A-Za-z0-9_-]{43}$/);
  expect(made.api_key).toMatchObject({
    label,
    role: 'brand_manager',
    state: 'active',
    created_by: ownerId,
    last_used_at: null,
  });
  expect((await get(api, probe, made.key)).status).toBe(404);
  const list = await owner.get(keys());
  expect(JSON.stringify(list.body)).not.toContain(made.key);
  const { rows } = await api.owner.query<{ text: string }>(
    'select k::text as text from api_keys k union all select a::text from audit_log a',
  );
  expect(rows.map(({ text }) => text).join('\n')).not.toContain(made.key.slice(-35));
  await until(async () => (await listed(made.api_key.id)).last_used_at !== null);
  // Keys are no people: nothing of the account, the team or other keys.
  for (const path of ['/v1/me', keys(), `/v1/brands/${brandId}/team`])
    expect((await get(api, path, made.key)).status).toBe(403);
});

test('no key is given more than its role may have, and never payouts', async () => {
  const wanted: [unknown, string][] = [
    [{ label: 'x', role: 'brand_analyst', grants: ['orders'] }, 'grant_forbidden'],
    [{ label: 'x', role: 'brand_analyst', grants: ['read', 'programmes'] }, 'grant_forbidden'],
    [{ label: 'x', role: 'brand_manager', grants: ['payouts'] }, 'body_invalid'],
    [{ label: 'x', role: 'brand_manager', grants: ['payouts_approve'] }, 'body_invalid'],
    [{ label: 'x', role: 'brand_manager', grants: ['links'] }, 'body_invalid'],
    [{ label: 'x', role: 'brand_owner', grants: ['read'] }, 'body_invalid'],
    [{ label: 'x', role: 'ops_checker', grants: ['read'] }, 'body_invalid'],
    [{ label: 'x', role: 'brand_manager', grants: [] }, 'body_invalid'],
    [{ label: 'x', role: 'brand_manager', grants: ['read', 'read'] }, 'body_invalid'],
    [{ label: '   ', role: 'brand_manager', grants: ['read'] }, 'body_invalid'],
  ];
  for (const [body, code] of wanted)
    expect([body, (await owner.post(keys(), body)).body['code']]).toEqual([body, code]);
});

test('rotation: both work for a day, then one; of two rotations at once one is made', async () => {
  const made = await make({ label: 'rotated', role: 'brand_manager', grants: ['read', 'orders'] });
  const path = `${keys()}/${made.api_key.id}/rotate`;
  const both = await Promise.all([owner.copy().post(path), owner.copy().post(path)]);
  expect(both.map(({ status }) => status).sort()).toEqual([201, 404]);
  const next = both.find(({ status }) => status === 201)!.body as { key: string; api_key: Key };
  expect(next.api_key).toMatchObject({ label: 'rotated', grants: ['read', 'orders'] });
  expect((await get(api, probe, made.key)).status).toBe(404);
  expect((await get(api, probe, next.key)).status).toBe(404);
  const old = await listed(made.api_key.id);
  expect(old.state).toBe('expiring');
  const leftMs = Date.parse(old.expires_at!) - Date.now();
  expect(Math.abs(leftMs - 86_400_000)).toBeLessThan(60_000);
  await api.owner.query('update api_keys set expires_at = now() where id = $1', [old.id]);
  await until(async () => (await get(api, probe, made.key)).status === 401);
  expect((await listed(old.id)).state).toBe('revoked');
  expect((await get(api, probe, next.key)).status).toBe(404);
});

test('a revoked key is refused within seconds, and cannot be rotated back', async () => {
  const made = await make({ label: 'leaked', role: 'brand_analyst', grants: ['read'] });
  expect((await get(api, probe, made.key)).status).toBe(404);
  const path = `${keys()}/${made.api_key.id}`;
  expect((await owner.send('DELETE', path)).body).toMatchObject({ state: 'revoked' });
  await until(async () => (await get(api, probe, made.key)).status === 401);
  expect((await owner.post(`${path}/rotate`)).status).toBe(404);
  expect((await owner.send('DELETE', path)).status).toBe(404);
});

test('twenty live keys and no more, however many ask at once', async () => {
  const brand = await newBrand(api);
  const desk = await signInToDesk(api, await newPerson(api, 'brand_owner', brand));
  const body = { label: 'many', role: 'brand_analyst', grants: ['read'] };
  const made = await Promise.all(
    Array.from({ length: 30 }, () => desk.copy().post(`/v1/brands/${brand}/api-keys`, body)),
  );
  expect(made.filter(({ status }) => status === 201)).toHaveLength(20);
  expect(made.filter((one) => one.body['code'] === 'api_key_limit')).toHaveLength(10);
});

test("an influencer's own keys, and nobody else's", async () => {
  const [mine, theirs] = [await signInByPhone(api), await signInByPhone(api)];
  const idOf = async (browser: Browser): Promise<string> =>
    ((await browser.get('/v1/me')).body['tenant'] as { id: string }).id;
  const path = `/v1/influencers/${await idOf(mine)}/api-keys`;
  const made = await mine.post(path, { label: 'script', grants: ['read', 'links'] });
  expect(made.status).toBe(201);
  const { key, api_key: view } = made.body as { key: string; api_key: Key };
  const balance = `/v1/influencers/${await idOf(mine)}/balance`;
  expect((await get(api, balance, key)).status).toBe(200);
  expect((await get(api, `/v1/influencers/${await idOf(theirs)}/balance`, key)).status).toBe(404);
  const asked = await fetch(`${api.url}/v1/influencers/${await idOf(mine)}/payouts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
  });
  expect(((await asked.json()) as { code: string }).code).toBe('grant_missing');
  expect((await theirs.get(path)).status).toBe(404);
  expect((await theirs.send('DELETE', `${path}/${view.id}`)).status).toBe(404);
  expect((await mine.post(path, { label: 'x', grants: ['payouts'] })).body['code']).toBe(
    'body_invalid',
  );
});

test('in production no key moves money, whatever it was given', async () => {
  const live = await api.another('live');
  const person = await api.world();
  const keysOf = {
    influencer: await api.key('influencer', person.influencerId),
    ops: await api.key('ops', 'ops_live'),
  };
  const ask = async (url: string, path: string, key: string): Promise<unknown> => {
    const headers = { authorization: `Bearer ${key}` };
    const answer = await fetch(`${url}${path}`, { method: 'POST', headers });
    return ((await answer.json()) as { code?: string }).code;
  };
  const payout = `/v1/influencers/${person.influencerId}/payouts`;
  const approval = '/v1/payout-batches/bat_0000000000/approve';
  expect(await ask(live, payout, keysOf.influencer)).toBe('person_required');
  expect(await ask(live, approval, keysOf.ops)).toBe('person_required');
  expect(await ask(api.url, payout, keysOf.influencer)).not.toBe('person_required');
  expect(await ask(api.url, approval, keysOf.ops)).not.toBe('person_required');
});

test('the audit log: who did what, found by any of it, each brand its own', async () => {
  const auditor = await signInToDesk(api, await newPerson(api, 'ops_auditor', 'ops'));
  const made = await make({ label: 'audited', role: 'brand_analyst', grants: ['read'] });
  type Entry = {
    id: string;
    action: string;
    subject_id: string;
    actor_id: string;
    actor_name: string;
    tenant_id: string;
    after: unknown;
  };
  const entries = async (browser: Browser, path: string): Promise<Entry[]> =>
    (await browser.get(path)).body['items'] as Entry[];
  const subject = made.api_key.id;
  const [entry, ...others] = await entries(auditor, `/v1/ops/audit?subject=${subject}`);
  expect(others).toEqual([]);
  expect(entry).toMatchObject({
    action: 'api_key.create',
    actor_id: ownerId,
    actor_name: 'Somebody',
    tenant_id: brandId,
    after: { role: 'brand_analyst', grants: ['read'] },
  });
  const since = new Date(Date.now() - 60_000).toISOString();
  const filters = [
    `actor=${ownerId}`,
    `tenant=${brandId}`,
    'action=api_key.',
    'action=api_key.create',
    `from=${since}`,
  ];
  for (const filter of filters) {
    const found = await entries(auditor, `/v1/ops/audit?${filter}&limit=100`);
    expect([filter, found.some(({ id }) => id === entry!.id)]).toEqual([filter, true]);
  }
  const none = await entries(auditor, `/v1/ops/audit?to=${since}`);
  expect(none).toEqual([]);
  const odd = ['0000-01-01T00:00:00Z', '9999-12-31T23:59:59Z', '2026-01-01T00:00:00%2B23:59'];
  for (const time of odd)
    expect((await auditor.get(`/v1/ops/audit?from=${time}`)).status).toBe(200);
  const own = await entries(owner, `/v1/brands/${brandId}/audit?limit=100`);
  expect(new Set(own.map(({ tenant_id: tenant }) => tenant))).toEqual(new Set([brandId]));
  expect((await owner.get('/v1/ops/audit')).status).toBe(403);
  const seen = new Set<string>();
  for (let path: string | undefined = '/v1/ops/audit?limit=7'; path !== undefined;) {
    const { body } = await auditor.get(path);
    for (const { id } of body['items'] as Entry[]) seen.add(id);
    const cursor = body['next_cursor'] as string | null;
    path = cursor === null ? undefined : `/v1/ops/audit?limit=7&cursor=${cursor}`;
  }
  const { rows } = await api.owner.query<{ count: number }>(
    'select count(*)::int as count from audit_log',
  );
  expect(seen.size).toBe(rows[0]!.count);
  await expect(api.pool.query('update audit_log set actor_id = $1', ['x'])).rejects.toThrow(
    /permission denied/,
  );
  await expect(api.pool.query('delete from audit_log')).rejects.toThrow(/permission denied/);
});
