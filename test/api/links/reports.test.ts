import { createLinkCache } from '../../../store/redis/linkCache';
import { startHarness, type Harness } from '../harness';
import { all, call, pluck } from '../influencer/money';
import { signedIn, type Person } from '../people';
import { openShop, type Shop } from './world';

let api: Harness;
let shop: Shop;
let maker: Person;
let checker: Person;
let auditor: Person;

beforeAll(async () => {
  api = await startHarness();
  maker = await signedIn(api, 'ops_maker', 'ops');
  checker = await signedIn(api, 'ops_checker', 'ops');
  auditor = await signedIn(api, 'ops_auditor', 'ops');
});
afterAll(async () => {
  expect(api.violations).toEqual([]);
  await api.stop();
});
beforeEach(async () => {
  shop = await openShop(api);
  const keys = await api.redis.keys('test:limit:link_reports*');
  for (const key of keys) await api.redis.del(key.replace(/^test:/, ''));
});

const report = async (address: string, fields: Record<string, unknown> = {}) => {
  const response = await fetch(`${api.url}/v1/link-reports`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ address, reason: 'fraud', ...fields }),
  });
  return { status: response.status, text: await response.text() };
};
type ReportItem = Record<string, unknown> & { id: string; link: { id: string } | null };

const reports = async (query = '') => {
  const { body } = await call(api, auditor, 'GET', `/v1/ops/link-reports?limit=100${query}`);
  return body.items as ReportItem[];
};
const one = (id: string, person: Person = auditor) =>
  call(api, person, 'GET', `/v1/ops/link-reports/${id}`);
const decide = (person: Person, id: string, body: Record<string, unknown>) =>
  call(api, person, 'POST', `/v1/ops/link-reports/${id}/decision`, {
    note: 'looked at it',
    ...body,
  });
type Made = { id: string; code: string; short_url: string };

const made = async (path = '/p') =>
  (await shop.own('POST', '/links', { url: `https://${shop.host}${path}` })).body as Made;

test('anybody may report; the answer never says whether there is such a link', async () => {
  const link = await made();
  const known = await report(link.short_url, { comment: 'Обман\u0001 тут' });
  const unknown = await report('http://127.0.0.1:8080/nosuchcode');
  const foreign = await report('https://elsewhere.example/x');
  expect([known, unknown, foreign].map(({ status }) => status)).toEqual([202, 202, 202]);
  expect(new Set([known.text, unknown.text, foreign.text]).size).toBe(1);
  const [last, middle, first] = (await reports()) as [ReportItem, ReportItem, ReportItem];
  expect(first).toMatchObject({
    state: 'open',
    comment: 'Обман  тут',
    from_prefix: '127.0.0.0/24',
    link: { id: link.id },
  });
  expect([middle.link, last.link]).toEqual([null, null]);
});

test.each([
  ['the code alone', (link: { code: string }) => link.code],
  ['the address without a scheme', (link: { code: string }) => `127.0.0.1:8080/${link.code}`],
  ['with sub ids', (link: { code: string }) => `http://127.0.0.1:8080/${link.code}?sub1=a`],
  ['in capitals', (link: { code: string }) => link.code.toUpperCase()],
])('a link is found by %s', async (_name, addressOf) => {
  const link = await made();
  await report(addressOf(link));
  expect((await reports())[0]!.link).toMatchObject({ id: link.id, open_reports: 1 });
});

test('an open link is found by its author and shop', async () => {
  const { rows } = await api.owner.query<{ ref: string }>(
    'select ref from influencers where id = $1',
    [shop.world.influencerId],
  );
  await report(`http://127.0.0.1:8080/click?ref=${rows[0]!.ref}&target=https://${shop.host}/p`);
  expect((await reports())[0]!.link).toMatchObject({ code: null });
});

test('ten an hour of one address, then 429', async () => {
  for (let i = 0; i < 10; i += 1) expect((await report('abcd')).status).toBe(202);
  expect((await report('abcd')).status).toBe(429);
});

test('taken down: works nowhere, its owner knows why and cannot start, move or replace it', async () => {
  const link = await made();
  const path = `/links/${link.id}`;
  const cache = createLinkCache(api.redis, 60);
  await cache.write('short', new Map([[link.code, { any: 1 }]]), Date.now());
  await report(link.code);
  await report(link.code, { reason: 'misleading' });
  const [row] = (await reports('&state=open')) as [ReportItem];
  const decided = await decide(checker, row.id, { decision: 'take_down' });
  expect(decided).toMatchObject({
    status: 200,
    body: { state: 'taken_down', decided_by: { id: checker.userId }, note: 'looked at it' },
  });
  expect(await cache.read('short', [link.code])).toEqual([undefined]);
  const open = await reports('&state=open');
  expect(open.some((one) => one.link?.id === link.id)).toBe(false);
  const own = await shop.own('GET', path);
  expect(own.body).toMatchObject({ works: { code: 'link_taken_down' } });
  expect(own.body.works.ru).toMatch(/Ссылку сняли/);
  const notices = await all(shop.own, '/notices');
  expect(notices[0]).toMatchObject({
    code: 'link_taken_down',
    subject: { kind: 'link', id: link.id },
    params: { reason: 'misleading' },
  });
  for (const change of [
    { state: 'active' },
    { url: `https://${shop.host}/other` },
    { title: 'x' },
    { expires_at: null },
  ])
    expect(await shop.own('PATCH', path, change)).toMatchObject({
      status: 409,
      body: { code: 'link_taken_down' },
    });
  const around = await shop.own('POST', '/links', { url: `https://${shop.host}/p?utm_source=2` });
  expect(around).toMatchObject({ status: 409, body: { code: 'link_taken_down' } });
  const other = await made('/other');
  const moved = await shop.own('PATCH', `/links/${other.id}`, {
    url: `https://${shop.host}/p?x=1`,
  });
  expect(moved.status).toBe(200);
  const back = await shop.own('PATCH', `/links/${other.id}`, { url: `https://${shop.host}/p` });
  expect(back.body.code).toBe('link_taken_down');
  expect((await shop.own('DELETE', path)).status).toBe(200);
  expect((await shop.own('POST', '/links', { url: `https://${shop.host}/p` })).status).toBe(409);
});

test('taken down and restored by hand, with a reason, written down; the same again changes nothing', async () => {
  const link = await made();
  const down = (person: Person, body: Record<string, unknown>) =>
    call(api, person, 'POST', `/v1/ops/links/${link.id}/take-down`, body);
  expect((await down(maker, { reason: 'adult' })).body.code).toBe('body_invalid');
  expect((await down(auditor, { reason: 'adult', note: 'because' })).status).toBe(403);
  expect(await down(maker, { reason: 'adult', note: 'because' })).toMatchObject({
    status: 200,
    body: { taken_down_reason: 'adult', note: 'because' },
  });
  expect((await down(checker, { reason: 'adult', note: 'because' })).status).toBe(200);
  const restored = await call(api, checker, 'POST', `/v1/ops/links/${link.id}/restore`, {
    note: 'a mistake',
  });
  expect(restored.body).toMatchObject({
    taken_down_at: null,
    taken_down_reason: null,
    note: 'a mistake',
  });
  expect((await shop.own('GET', `/links/${link.id}`)).body.works).toBeNull();
  const { rows } = await api.owner.query(
    `select action, actor_id from audit_log where subject_id = $1 and action like 'link.%' order by id`,
    [link.id],
  );
  expect(rows.slice(1)).toEqual([
    { action: 'link.take_down', actor_id: maker.userId },
    { action: 'link.restore', actor_id: checker.userId },
  ]);
  expect(pluck(await all(shop.own, '/notices'), 'code')).toEqual([
    'link_restored',
    'link_taken_down',
  ]);
});

test('a report is decided once; one that names no link of ours can only be dismissed', async () => {
  await report('https://elsewhere.example/x');
  const [row] = (await reports()) as [ReportItem];
  expect((await decide(maker, row.id, { decision: 'take_down' })).body.code).toBe(
    'report_without_link',
  );
  expect((await decide(maker, row.id, { decision: 'dismiss' })).body.state).toBe('dismissed');
  expect((await decide(maker, row.id, { decision: 'dismiss' })).body.code).toBe('report_decided');
  expect((await decide(maker, 'rpt_00000000', { decision: 'dismiss' })).status).toBe(404);
});

test('the list is cut by reason and by state and reason, page by page', async () => {
  const link = await made();
  for (const reason of ['adult', 'broken', 'adult', 'broken', 'adult'])
    await report(link.code, { reason });
  const ours = (rows: readonly ReportItem[]) => rows.filter((row) => row.link?.id === link.id);
  const adult = ours(await reports('&reason=adult'));
  expect(pluck(adult, 'reason')).toEqual(['adult', 'adult', 'adult']);
  await decide(maker, adult[0]!.id, { decision: 'dismiss' });
  const open = ours(await reports('&state=open&reason=adult'));
  expect(pluck(open, 'id')).toEqual(pluck(adult.slice(1), 'id'));
  const page = (query: string) =>
    call(api, auditor, 'GET', `/v1/ops/link-reports?reason=adult&limit=2${query}`);
  const first = await page('');
  const next = await page(`&cursor=${encodeURIComponent(first.body.next_cursor as string)}`);
  const paged = [...first.body.items, ...next.body.items] as ReportItem[];
  expect(pluck(ours(paged), 'id')).toEqual(pluck(adult, 'id'));
  const bad = await call(api, auditor, 'GET', '/v1/ops/link-reports?reason=dull');
  expect([bad.status, bad.body.code]).toEqual([400, 'parameter_invalid']);
});

test('one report is read by its id, by operators only', async () => {
  const link = await made();
  await report(link.code, { comment: 'wrong shop' });
  const [row] = (await reports()) as [ReportItem];
  expect(await one(row.id)).toMatchObject({ status: 200, body: row });
  expect(await one('rpt_00000000')).toMatchObject({
    status: 404,
    body: { code: 'report_not_found' },
  });
  expect((await shop.own('GET', `/links/${link.id}`)).status).toBe(200);
  const author = await signedIn(api, 'influencer', shop.world.influencerId);
  expect((await one(row.id, author)).status).toBe(403);
});

test('undecided reports are counted among what waits for operators, since the oldest', async () => {
  const summary = async () => {
    const { body } = await call(api, auditor, 'GET', '/v1/ops/summary');
    const { to_do: toDo, oldest } = body as {
      to_do: Record<string, number>;
      oldest: Record<string, string | null>;
    };
    return { open: toDo['link_reports_open']!, since: oldest['link_reports_open'] ?? null };
  };
  const before = await summary();
  await report('nosuchcode');
  const [row] = (await reports()) as [ReportItem & { created_at: string }];
  const after = await summary();
  expect(after).toEqual({ open: before.open + 1, since: before.since ?? row.created_at });
  await decide(maker, row.id, { decision: 'dismiss' });
  expect(await summary()).toEqual(before);
});

test('a link nobody named is called by its place, one for a whole shop by the shop, and its standing is said', async () => {
  const link = await made('/shoes/42?utm_source=x');
  await api.owner.query(`update links set title = '' where influencer_id = $1`, [
    shop.world.influencerId,
  ]);
  const { rows } = await api.owner.query<{ ref: string }>(
    'select ref from influencers where id = $1',
    [shop.world.influencerId],
  );
  await report(link.code);
  await report(`http://127.0.0.1:8080/click?ref=${rows[0]!.ref}&target=https://${shop.host}/p`);
  const [open, short] = (await reports()) as [ReportItem, ReportItem];
  expect(short.link).toMatchObject({ title: `${shop.host}/shoes/42`, standing: 'works' });
  expect(open.link).toMatchObject({ title: `Shop ${shop.host}`, code: null, standing: 'works' });
  const standing = async () => (await one(short.id)).body.link.standing as string;
  await shop.own('PATCH', `/links/${link.id}`, { state: 'paused' });
  expect(await standing()).toBe('paused');
  await shop.own('PATCH', `/links/${link.id}`, {
    state: 'active',
    expires_at: '2020-01-01T00:00:00Z',
  });
  expect(await standing()).toBe('expired');
  const down = await call(api, maker, 'POST', `/v1/ops/links/${link.id}/take-down`, {
    reason: 'broken',
    note: 'gone',
  });
  expect(down.body).toMatchObject({ title: `${shop.host}/shoes/42`, standing: 'taken_down' });
  expect(await standing()).toBe('taken_down');
  const [notice] = await all(shop.own, '/notices');
  expect(notice!['params']).toEqual({ link: `${shop.host}/shoes/42`, reason: 'broken' });
});
