import { randomBytes } from 'node:crypto';

import { createLinkCache } from '../../../store/redis/linkCache';
import { startHarness, type Harness } from '../harness';
import { all, ordered, pluck } from '../influencer/money';
import { emptyShop, openShop, type Shop } from './world';

let api: Harness;
let shop: Shop;

beforeAll(async () => {
  api = await startHarness();
});
afterAll(async () => {
  expect(api.violations).toEqual([]);
  await api.stop();
});
beforeEach(async () => {
  shop = await emptyShop(api);
});

const at = (path: string): string => `https://${shop.host}${path}`;
const make = (fields: Record<string, unknown>) => shop.own('POST', '/links', fields);
const slug = (): string =>
  `zima-${randomBytes(4)
    .toString('hex')
    .replace(/[^0-9]/g, 'z')}`;
const inAnHour = (): string => new Date(Date.now() + 3_600_000).toISOString();

test('two addresses of one product are one link; the address given first is kept whole', async () => {
  const first = await make({ url: at('/p/17?utm_source=ig&size=M') });
  expect(first).toMatchObject({
    status: 201,
    body: { target_url: at('/p/17?utm_source=ig&size=M') },
  });
  const again = await make({ url: at('/p/17/?size=M&fbclid=1&utm_medium=x') });
  expect(again).toMatchObject({ status: 200, body: { id: first.body.id } });
  expect(again.body.product).toEqual({ key: `${shop.host}/p/17?size=M`, shop: null });
  expect((await make({ url: at('/p/17?size=L') })).status).toBe(201);
});

test('parameters that the programme names are the product', async () => {
  await api.owner.query(`update programmes set product_params = '{id}' where id = $1`, [
    shop.world.programmeId,
  ]);
  const first = await make({ url: at('/p?id=5&session=1') });
  expect((await make({ url: at('/p?session=2&id=5') })).body.id).toBe(first.body.id);
  expect((await make({ url: at('/p?id=6&session=1') })).status).toBe(201);
});

test('twenty requests at once for one product make one link', async () => {
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, n) => make({ url: at(`/p/1?utm_term=${n}`) })),
  );
  expect(new Set(answers.map(({ body }) => String(body.id))).size).toBe(1);
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
});

test('a code is short, readable and random; a name is kept in lower case', async () => {
  const drawn = await make({ url: at('/a') });
  expect(drawn.body.code).toMatch(/^[2-9b-df-hjkmnp-tv-z]{8}$/);
  expect(drawn.body.slug).toBeNull();
  const name = slug();
  const named = await make({ url: at('/b'), slug: name.toUpperCase() });
  expect(named).toMatchObject({ status: 201, body: { slug: name, code: name } });
  expect(new URL(named.body.short_url as string).pathname).toBe(`/${name}`);
  const again = await make({ url: at('/b?utm_source=1'), slug: name });
  expect(again).toMatchObject({ status: 200, body: { id: named.body.id } });
});

test('a taken name: 409 with free ones like it, whoever has it and however it is written', async () => {
  const name = slug();
  await make({ url: at('/a'), slug: name });
  await make({ url: at('/b'), slug: `${name}-2` });
  const other = await openShop(api);
  const refused = await other.own('POST', '/links', {
    url: `https://${other.host}/a`,
    slug: name.toUpperCase(),
  });
  expect(refused).toMatchObject({ status: 409, body: { code: 'slug_taken' } });
  const { suggestions } = refused.body;
  expect(suggestions).toHaveLength(3);
  expect(suggestions).not.toContain(`${name}-2`);
  const taken = await other.own('POST', '/links', {
    url: `https://${other.host}/a`,
    slug: suggestions[0],
  });
  expect(taken.status).toBe(201);
});

test.each([
  ['abc', 'slug_malformed'],
  ['with space', 'slug_malformed'],
  ['скидка', 'slug_malformed'],
  ['x'.repeat(33), 'slug_malformed'],
  ['click', 'slug_reserved'],
  ['Health', 'slug_reserved'],
  ['b1tch-sale', 'slug_rude'],
  ['nahuy', 'slug_rude'],
])('the name %j is refused: %s', async (name, code) => {
  const refused = await make({ url: at('/p'), slug: name });
  expect(refused).toMatchObject({ status: 422, body: { code } });
  expect(await all(shop.own, '/links')).toEqual([]);
});

test('a title is kept; control characters and too long ones are refused', async () => {
  const made = await make({ url: at('/p'), title: '  Куртка 🧥 -50% ' });
  expect(made.body).toMatchObject({
    title: 'Куртка 🧥 -50%',
    preview: { title: 'Куртка 🧥 -50%' },
  });
  for (const title of ['a\nb', 'a\u202eb', 'x'.repeat(121), '   ', 'a\u0001b'])
    expect((await make({ url: at('/q'), title })).body.code).toBe('title_malformed');
});

test('an end: in the future, shown, over when it has passed, and taken away again', async () => {
  expect((await make({ url: at('/p'), expires_at: '2020-01-01T00:00:00Z' })).body.code).toBe(
    'expiry_past',
  );
  const made = await make({ url: at('/p'), expires_at: inAnHour() });
  expect(made).toMatchObject({ status: 201, body: { works: null } });
  const path = `/links/${made.body.id}`;
  const over = await shop.own('PATCH', path, {
    expires_at: new Date(Date.now() - 1_000).toISOString(),
  });
  expect(over.body).toMatchObject({ state: 'active', works: { code: 'link_expired' } });
  expect(pluck(await all(shop.own, '/links?state=expired'), 'id')).toEqual([made.body.id]);
  expect(await all(shop.own, '/links?state=active')).toEqual([]);
  // A link that is over is no twin.
  const fresh = await make({ url: at('/p') });
  expect(fresh.status).toBe(201);
  const open = await shop.own('PATCH', path, { expires_at: null });
  expect(open.body).toMatchObject({ works: null, expires_at: null });
});

test('a link moves within its programme, its name stays, and its cache entry goes at once', async () => {
  const made = await make({ url: at('/old') });
  const path = `/links/${made.body.id}`;
  const cache = createLinkCache(api.redis, 60);
  const code = made.body.code as string;
  for (const change of [
    { url: at('/new?utm_source=x') },
    { title: 'Другое имя' },
    { state: 'paused' },
    { state: 'active' },
    { expires_at: inAnHour() },
  ]) {
    await cache.write('short', new Map([[code, { any: 1 }]]), Date.now());
    expect((await shop.own('PATCH', path, change)).status).toBe(200);
    expect(await cache.read('short', [code])).toEqual([undefined]);
  }
  const { body } = await shop.own('GET', path);
  expect(body).toMatchObject({
    code,
    title: 'Другое имя',
    target_url: at('/new?utm_source=x'),
    product: { key: `${shop.host}/new` },
  });
  const elsewhere = await openShop(api);
  const foreign = await shop.own('PATCH', path, { url: `https://${elsewhere.host}/p` });
  expect(foreign).toMatchObject({ status: 422, body: { code: 'target_other_programme' } });
  expect((await shop.own('PATCH', path, {})).body.code).toBe('body_invalid');
  const audit = await api.owner.query(
    `select after from audit_log where subject_id = $1 and action = 'link.update' order by id`,
    [made.body.id],
  );
  expect(audit.rows.map(({ after }) => Object.keys(after as object).sort())).toEqual([
    ['product_key', 'target_url', 'title'],
    ['title'],
    ['state'],
    ['state'],
    ['expires_at'],
  ]);
});

test('a title nobody chose follows the address', async () => {
  const made = await make({ url: at('/old') });
  const moved = await shop.own('PATCH', `/links/${made.body.id}`, { url: at('/new') });
  expect(moved.body.title).toBe(`${shop.host}/new`);
});

test('deleted: gone from the list and from use, kept for orders and statistics, its code is nobody else’s', async () => {
  const name = slug();
  const made = await make({ url: at('/p'), slug: name });
  const path = `/links/${made.body.id}`;
  const { rows } = await api.owner.query<{ number: number }>(
    'select number from links where id = $1',
    [made.body.id],
  );
  const click = api.clickIds.mint(rows[0]!.number, Date.now() - 60_000);
  const conversionId = await ordered(api, shop.world, 100_000n, { click_id: click });
  const gone = await shop.own('DELETE', path);
  expect(gone).toMatchObject({
    status: 200,
    body: { state: 'deleted', works: { code: 'link_deleted' } },
  });
  expect((await shop.own('DELETE', path)).status).toBe(200);
  expect(await all(shop.own, '/links')).toEqual([]);
  expect(pluck(await all(shop.own, '/links?state=deleted'), 'id')).toEqual([made.body.id]);
  expect((await shop.own('GET', path)).body).toMatchObject({
    state: 'deleted',
    stats: { orders: 1 },
  });
  const shown = await shop.own('GET', `/orders/${conversionId}`);
  expect(shown.body.order.link_id).toBe(made.body.id);
  const days = await shop.own('GET', `/days?link_id=${made.body.id}`);
  expect(days.status).toBe(200);
  expect((await shop.own('PATCH', path, { state: 'active' })).body.code).toBe('link_not_found');
  expect((await make({ url: at('/p') })).status).toBe(201);
  expect((await make({ url: at('/q'), slug: name })).body.code).toBe('slug_taken');
});

test('search: by title, address, code; by programme', async () => {
  const made = await make({ url: at('/p'), title: 'Куртка 100%', slug: slug() });
  await make({ url: at('/q'), title: 'Шапка' });
  const found = async (query: string) => pluck(await all(shop.own, `/links?${query}`), 'id');
  expect(await found(`query=${encodeURIComponent('куртка 100%')}`)).toEqual([made.body.id]);
  expect(await found(`query=${made.body.slug}`)).toEqual([made.body.id]);
  expect(await found('query=%25%25')).toEqual([]);
  expect(await found(`programme_id=${shop.world.programmeId}`)).toHaveLength(2);
  expect(await found('programme_id=prg_0000000000')).toEqual([]);
});

test('not more links than a person can have; deleted ones leave room', async () => {
  await api.owner.query(
    `insert into links (id, kind, code, programme_id, influencer_id, target_url)
     select 'lnk_' || $1 || n, 'short', $1 || n, $2, $3, 'https://a.example/' || n from generate_series(1, 5000) n`,
    [randomBytes(5).toString('hex'), shop.world.programmeId, shop.world.influencerId],
  );
  expect((await make({ url: at('/p') })).body.code).toBe('links_too_many');
  await api.owner.query(
    `update links set state = 'deleted' where number = (select max(number) from links where influencer_id = $1)`,
    [shop.world.influencerId],
  );
  expect((await make({ url: at('/p') })).status).toBe(201);
});

test.each([
  ['https://HOST/lk/basket', 'target_private_page'],
  ['https://HOST/cart', 'target_private_page'],
  ['https://l.kaspi.kz/shop/HPqXuKbk822BST8', 'target_short_link'],
  ['https://kaspi.kz/shop/p/kurtka-100797845/?c=750000000', 'target_kaspi_wall'],
  ['https://www.HOST/p', 'target_other_site'],
])('%s is refused with %s and what to paste instead', async (url, code) => {
  const refused = await make({ url: url.replace('HOST', shop.host) });
  expect(refused).toMatchObject({ status: 422, body: { code } });
  for (const text of Object.values(refused.body.text as Record<string, string>))
    expect(text.length).toBeGreaterThan(40);
  if (code === 'target_other_site') expect(refused.body.detail).toContain(`use ${shop.host}`);
});

test.each([
  ['*https://HOST/q*'],
  ['“https://HOST/q”'],
  ['https://HOST/q👍'],
  ['Смотри https://HOST/q, супер!'],
  ['[кроссовки](https://HOST/q)'],
  ['http://HOST/q'],
  ['HOST/q'],
  ['HTTPS://HOST/q\u200b'],
])('12.16, %j pasted leads to the page meant', async (text) => {
  const { status, body } = await make({ url: text.replace('HOST', shop.host) });
  expect([200, 201]).toContain(status);
  expect(body.target_url).toBe(at('/q'));
});

test('12.16, several addresses pasted at once are refused', async () => {
  const refused = await make({ url: `${at('/q1')} ${at('/q2')}` });
  expect(refused).toMatchObject({ status: 422, body: { code: 'target_ambiguous' } });
});

test('texts for each network, the Kaspi wall, and what a buyer sees', async () => {
  await api.owner.query(
    `update programmes set buyers_prefer_kaspi = true, android_package = 'kz.shop.app' where id = $1`,
    [shop.world.programmeId],
  );
  const { body } = await make({
    url: at('/p'),
    title: 'Кружка',
    sub_ids: { sub2: 'b', sub1: 'a' },
  });
  expect(body.short_url).toMatch(/\?sub1=a&sub2=b$/);
  expect(body.share_texts.telegram.ru).toContain(body.short_url);
  expect(body.share_texts.instagram.ru).toContain(`Ссылка на Shop ${shop.host} в описании профиля`);
  expect(body.share_texts.instagram.ru).not.toContain('http');
  expect(body.share_texts.plain).toEqual(body.share);
  for (const texts of Object.values(body.share_texts as Record<string, Record<string, string>>)) {
    expect(texts['ru']).toMatch(/^Реклама\. .*на Kaspi не засчитывается$/s);
    expect(texts['kk']).toMatch(/^Жарнама\. /);
  }
  expect(body.preview).toEqual({ title: 'Кружка', host: shop.host, image_url: null, opens: 'app' });
});
