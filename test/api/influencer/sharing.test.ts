import { randomBytes } from 'node:crypto';

import * as catalogue from '../../../store/postgres/catalogue';
import { insertCatalogueItem } from '../../../store/postgres/catalogueItems';
import { createLinkCache } from '../../../store/redis/linkCache';
import { startHarness, type Harness, type World } from '../harness';
import { signedIn } from '../people';
import { all, call, id, ownCalls, pluck, withTerms, type Own } from './money';

let api: Harness;
let host: string;
let world: World;
let own: Own;

beforeAll(async () => {
  api = await startHarness();
});
afterAll(async () => {
  expect(api.violations).toEqual([]);
  await api.stop();
});
beforeEach(async () => {
  world = await api.world();
  // A shop of its own: which programme a host belongs to must not depend on other tests.
  host = `shop-${randomBytes(4).toString('hex')}.example`;
  await api.owner.query('update programmes set hosts = $2, name = $3 where id = $1', [
    world.programmeId,
    [host],
    `Shop ${host}`,
  ]);
  await withTerms(api, world);
  own = await ownCalls(api, world);
});

test('a pasted address becomes a link with its label; pasted again it is the same link', async () => {
  const pasted = `Смотри, что нашла! https://${host}/catalog/1/detail?size=M`;
  const made = await own('POST', '/links', { url: pasted, sub_ids: { sub2: 'reels-1' } });
  expect(made).toMatchObject({
    status: 201,
    body: {
      kind: 'short',
      state: 'active',
      works: null,
      target_url: `https://${host}/catalog/1/detail?size=M`,
      title: `${host}/catalog/1/detail`,
      stats: { clicks: null, orders: 0, earned: '0.00' },
    },
  });
  const { short_url: url, share } = made.body;
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:8080\/[0-9a-z]{8}\?sub2=reels-1$/);
  expect(share.ru).toMatch(/^Реклама\. /);
  expect(share.kk).toMatch(/^Жарнама\. /);
  for (const text of Object.values(share)) expect(text).toContain(url);
  const again = await own('POST', '/links', { url: `https://${host}/catalog/1/detail?size=M` });
  expect(again).toMatchObject({ status: 200, body: { id: made.body.id } });
  expect(again.body.short_url).not.toContain('sub2');
});

test.each([
  ['not an address at all', 'target_not_https'],
  ['ftp://HOST/p', 'target_not_https'],
  ['https://user@HOST/p', 'target_userinfo'],
  ['https://HOST:8443/p', 'target_port'],
  ['https://10.0.0.1/p', 'target_ip_address'],
  ['https://HOST.evil.example/p', 'target_host_not_listed'],
  ['https://elsewhere.example/p', 'target_host_not_listed'],
  ['https://HOST/p%0d%0aset-cookie:x', 'target_control_character'],
  ['   ', 'target_missing'],
  [`https://HOST/${'x'.repeat(3000)}`, 'target_too_long'],
  ['https://HOST/a and https://HOST/b', 'target_ambiguous'],
])('%s is refused with %s and says what to paste', async (text, code) => {
  const refused = await own('POST', '/links', { url: text.replaceAll('HOST', host) });
  expect(refused).toMatchObject({ status: 422, body: { code } });
  expect(refused.body.text.ru.length).toBeGreaterThan(20);
  if (code === 'target_host_not_listed') expect(refused.body.detail).toContain('Shops: ');
});

test('a stopped programme, nothing, or both ways at once make no link', async () => {
  await api.owner.query("update programmes set state = 'paused' where id = $1", [
    world.programmeId,
  ]);
  const paused = await own('POST', '/links', { url: `https://${host}/p` });
  expect(paused.body.code).toBe('programme_not_running');
  expect((await own('POST', '/links', {})).body.code).toBe('body_invalid');
  const both = { url: `https://${host}/p`, catalogue_item_id: id('catalogueItem') };
  expect((await own('POST', '/links', both)).body.code).toBe('body_invalid');
});

test('links a minute are limited', async () => {
  for (let i = 0; i < 30; i++)
    expect((await own('POST', '/links', { url: `https://${host}/p/${i}` })).status).toBe(201);
  const over = await own('POST', '/links', { url: `https://${host}/p/31` });
  expect(over).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
  expect(over.headers.get('retry-after')).toMatch(/^\d+$/);
});

test('pausing takes the entry out of the cache that redirects read', async () => {
  const { body } = await own('POST', '/links', { url: `https://${host}/p` });
  const code = new URL(body.short_url as string).pathname.slice(1);
  const cache = createLinkCache(api.redis, 60);
  await cache.write('short', new Map([[code, { any: 1 }]]), Date.now());
  const paused = await own('PATCH', `/links/${body.id}`, { state: 'paused' });
  expect(paused.body).toMatchObject({ state: 'paused', works: { code: 'link_paused' } });
  expect(await cache.read('short', [code])).toEqual([undefined]);
  expect((await own('PATCH', `/links/${body.id}`, { state: 'active' })).body.works).toBeNull();

  const other = await api.world();
  const stranger = await signedIn(api, 'influencer', other.influencerId);
  const path = `/v1/influencers/${other.influencerId}/links/${body.id}`;
  expect((await call(api, stranger, 'PATCH', path, { state: 'paused' })).status).toBe(404);
  expect((await call(api, stranger, 'GET', path)).body.code).toBe('link_not_found');
});

test('a list goes on where it was, whatever is added in between', async () => {
  const make = (n: number) => own('POST', '/links', { url: `https://${host}/p/${n}` });
  for (let n = 1; n <= 5; n++) await make(n);
  const first = await own('GET', '/links?limit=2');
  await make(6);
  await make(7);
  const second = await own('GET', `/links?limit=2&cursor=${first.body.next_cursor}`);
  const places = (page: { body: { items: { target_url: string | null }[] } }) =>
    page.body.items.map((link) => link.target_url?.split('/').pop());
  expect([...places(first), ...places(second)]).toEqual(['5', '4', '3', '2']);
  expect((await all(own, '/links')).length).toBe(8);
  expect(await all(own, '/links?query=/p/3')).toHaveLength(1);
  expect(await all(own, '/links?query=%25')).toHaveLength(0);
  for (const cursor of ['x', 'WyJhIl0', Buffer.from('["1","2"]').toString('base64url')])
    expect((await own('GET', `/links?cursor=${cursor}`)).body.code).toBe('cursor_invalid');
});

test('programmes tell their terms in words and figures; products say what one sale pays', async () => {
  const programmes = await own('GET', `/programmes?query=${host}`);
  expect(programmes.body.items).toHaveLength(1);
  expect(programmes.body.items[0].terms).toMatchObject({
    commission_percent: '10',
    platform_fee_percent: '20',
    example: { sale: '10000.00', commission: '1000.00', platform_fee: '200.00', you_get: '800.00' },
  });
  expect(programmes.body.items[0].terms.text.ru).toContain('30 дней');
  const items = Array.from({ length: 7 }, (_, n) => ({ id: id('catalogueItem'), n }));
  for (const { id: itemId, n } of items)
    await insertCatalogueItem(api.pool, {
      id: itemId,
      programmeId: world.programmeId,
      title: `Товар ${n}`,
      url: `https://${host}/item/${n}`,
      price: 500_000n,
      imageUrl: null,
      color: '#aabbcc',
    });
  const listed = await all(own, `/catalogue?programme_id=${world.programmeId}`);
  expect(new Set(pluck(listed, 'id'))).toEqual(new Set(pluck(items, 'id')));
  const [item] = listed;
  expect(item!['you_get']).toBe('400.00');
  const link = await own('POST', '/links', { catalogue_item_id: item!['id'] });
  expect(link.body).toMatchObject({ title: item!['title'], target_url: item!['url'] });
  const gone = await own('POST', '/links', { catalogue_item_id: id('catalogueItem') });
  expect(gone.body.code).toBe('catalogue_item_not_found');
});

test('a key makes links only when it was given that', async () => {
  const key = await api.key('influencer', world.influencerId);
  const url = `${api.url}/v1/influencers/${world.influencerId}/links`;
  const made = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ url: `https://${host}/by-key` }),
  });
  expect(made.status).toBe(201);
  const open = await catalogue.insertLink(api.pool, {
    id: id('link'),
    code: 'x'.repeat(8),
    programmeId: world.programmeId,
    influencerId: world.influencerId,
    targetUrl: `https://${host}/seeded`,
  });
  expect(open).toBeUndefined();
  const seeded = (await all(own, '/links')).find((link) =>
    String(link['target_url']).endsWith('/seeded'),
  );
  expect(seeded!['title']).toBe(`${host}/seeded`);
});
