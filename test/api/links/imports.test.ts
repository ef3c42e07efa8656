import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { startHarness, type Harness } from '../harness';
import { all, pluck, type Answer } from '../influencer/money';
import { emptyShop, type Shop } from './world';

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

async function upload(body: string | Buffer, type = 'text/csv', query = ''): Promise<Answer> {
  const path = `/v1/influencers/${shop.world.influencerId}/link-imports${query}`;
  const response = await fetch(`${api.url}${path}`, {
    method: 'POST',
    headers: { ...shop.own.person.headers, 'content-type': type },
    body: typeof body === 'string' ? body : new Uint8Array(body),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

type Upload = { readonly finished_at: string | null; readonly rows: Record<string, number> };

async function finished(id: string, withinMs = 60_000): Promise<Upload> {
  const endMs = Date.now() + withinMs;
  for (;;) {
    const body = (await shop.own('GET', `/link-imports/${id}`)).body as Upload;
    if (body.finished_at !== null) return body;
    if (Date.now() > endMs) throw new Error(`still open: ${JSON.stringify(body)}`);
    await sleep(50);
  }
}
const rowsOf = (id: string) => all(shop.own, `/link-imports/${id}/rows`, 50);
const at = (path: string): string => `https://${shop.host}${path}`;
const table = (count: number): string =>
  ['url', ...Array.from({ length: count }, (_, n) => at(`/p/${n}`))].join('\n');
const links = async (): Promise<number> => {
  const { rows } = await api.owner.query<{ n: number }>(
    'select count(*)::int as n from links where influencer_id = $1',
    [shop.world.influencerId],
  );
  return rows[0]!.n;
};

test('a table of everything: each row says what became of it, in three languages', async () => {
  const name = `lot-${randomBytes(3)
    .toString('hex')
    .replace(/[^0-9]/g, 'z')}`;
  const csv = [
    'Title;URL;slug;sub1;expires_at',
    `Куртка;${at('/p/1')};${name};flyer;31.12.2099`,
    `"Шапка; ""зима""";${at('/p/2?utm_source=x')};;;`,
    `Ещё раз;${at('/p/2')};;;`,
    `;https://elsewhere.example/p;;;`,
    `;${at('/p/3')};${name};;`,
    `;${at('/p/4')};b1tch-lot;;`,
    `;${at('/p/5')};;;31.12.2020`,
    `;${at('/p/6')};;bad sub;`,
    `;${at('/p/7')};;;someday`,
    `;;x;;`,
  ].join('\r\n');
  const sent = await upload(
    `\ufeff${csv}`,
    'text/csv; charset=utf-8',
    '?file_name=%D0%B7%D0%B8%D0%BC%D0%B0.csv',
  );
  expect(sent).toMatchObject({ status: 201, body: { file_name: 'зима.csv', rows: { total: 10 } } });
  const done = await finished(sent.body.id);
  expect(done.rows).toEqual({ total: 10, waiting: 0, created: 2, existing: 1, refused: 7 });
  const rows = await rowsOf(sent.body.id);
  expect(
    rows.map((row) => [
      row['row'],
      row['state'],
      (row['problem'] as { code: string } | null)?.code,
    ]),
  ).toEqual([
    [1, 'created', undefined],
    [2, 'created', undefined],
    [3, 'existing', undefined],
    [4, 'refused', 'target_host_not_listed'],
    [5, 'refused', 'slug_taken'],
    [6, 'refused', 'slug_rude'],
    [7, 'refused', 'expiry_past'],
    [8, 'refused', 'sub_id_malformed'],
    [9, 'refused', 'expiry_malformed'],
    [10, 'refused', 'target_missing'],
  ]);
  expect(rows[0]!['short_url']).toBe(`http://127.0.0.1:8080/${name}?sub1=flyer`);
  expect(rows[2]!['link_id']).toBe(rows[1]!['link_id']);
  expect((rows[3]!['problem'] as { kk: string }).kk.length).toBeGreaterThan(20);
  const link = await shop.own('GET', `/links/${String(rows[1]!['link_id'])}`);
  expect(link.body).toMatchObject({ title: 'Шапка; "зима"', target_url: at('/p/2?utm_source=x') });
  const dated = await shop.own('GET', `/links/${String(rows[0]!['link_id'])}`);
  expect(dated.body.expires_at).toBe('2099-12-31T19:00:00.000Z');
  expect(
    pluck(await all(shop.own, `/link-imports/${sent.body.id}/rows?state=existing`), 'row'),
  ).toEqual([3]);
  const path = `/v1/influencers/${shop.world.influencerId}/link-imports/${sent.body.id}/rows.csv`;
  const file = await fetch(`${api.url}${path}`, { headers: shop.own.person.headers });
  const text = await file.text();
  expect(file.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(text.split('\r\n')).toHaveLength(12);
  expect(text).toContain(
    `1,${at('/p/1')},Куртка,created,http://127.0.0.1:8080/${name}?sub1=flyer,,`,
  );
});

test('the same bytes again answer the same upload; other bytes with the same products add no links', async () => {
  const first = await upload(table(30));
  await finished(first.body.id);
  expect(await links()).toBe(30);
  const again = await upload(table(30));
  expect(again).toMatchObject({ status: 200, body: { id: first.body.id, rows: { created: 30 } } });
  const other = await upload(`${table(30)}\n${at('/p/30')}?utm_source=b`);
  expect((await finished(other.body.id)).rows).toMatchObject({ existing: 30, created: 1 });
  expect(await links()).toBe(31);
  expect(pluck(await all(shop.own, '/link-imports', 1), 'id')).toEqual([
    other.body.id,
    first.body.id,
  ]);
});

test('twins of one upload at once are one upload', async () => {
  const answers = await Promise.all(Array.from({ length: 8 }, () => upload(table(20))));
  expect(new Set(answers.map(({ body }) => String(body.id))).size).toBe(1);
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  await finished(answers[0]!.body.id);
  expect(await links()).toBe(20);
});

test.each([
  ['nothing', '', 'csv_empty'],
  ['a header alone', 'url,title\n', 'csv_empty'],
  ['no url', 'title\nx', 'csv_columns_wrong'],
  ['an unknown column', 'url,price\nx,1', 'csv_columns_wrong'],
  ['a column twice', 'url,url\nx,y', 'csv_columns_wrong'],
  ['an open quote', 'url\n"https://a', 'csv_unreadable'],
  ['more cells than columns', 'url\na,b', 'csv_unreadable'],
  ['a NUL', 'url\na\u0000b', 'csv_unreadable'],
  ['a long cell', `url,title\nhttps://a.kz,${'x'.repeat(201)}`, 'csv_cell_too_long'],
  ['a line beyond all', `url\n${'x'.repeat(70_000)}`, 'csv_unreadable'],
  ['1,001 rows', `url\n${'x\n'.repeat(1_001)}`, 'csv_too_many_rows'],
])('%s is refused', async (_name, body, code) => {
  expect(await upload(body)).toMatchObject({ status: 422, body: { code } });
  expect(await all(shop.own, '/link-imports')).toEqual([]);
});

test('only tables, not compressed, up to 1 MiB', async () => {
  expect(await upload('{}', 'application/json')).toMatchObject({
    status: 415,
    body: { code: 'table_type_unsupported' },
  });
  expect((await upload(Buffer.alloc(1_048_577, 'a'))).status).toBe(413);
});

test('windows-1251, tabs, columns in any order, formulas protected by a spreadsheet', async () => {
  const cyrillic = Buffer.from([0xca, 0xf3, 0xf0, 0xf2, 0xea, 0xe0]);
  const sent = await upload(
    Buffer.concat([
      Buffer.from(`title\turl\n`),
      cyrillic,
      Buffer.from(`\t${at('/p/1')}\n'=1+1\t${at('/p/2')}\n`),
    ]),
    'text/plain',
  );
  await finished(sent.body.id);
  const titles = pluck(await all(shop.own, '/links'), 'title');
  expect(titles.sort()).toEqual(['=1+1', 'Куртка']);
  const path = `/v1/influencers/${shop.world.influencerId}/link-imports/${sent.body.id}/rows.csv`;
  const file = await fetch(`${api.url}${path}`, { headers: shop.own.person.headers });
  expect(await file.text()).toContain(`,'=1+1,created,`);
});

test('12.11, 12.17, what Excel here saves is taken, and an inch sign is data', async () => {
  const excel = [
    'url;title;slug;expires_at;sub1;;',
    `${at('/p/1')};Монитор 27" белый;;31.12.2099;story-1;;`,
    `${at('/p/2')};A\u2011B;;;;;`,
  ].join('\r\n');
  const sent = await upload(
    Buffer.from(`\ufeffsep=;\r\n${excel}`, 'utf16le'),
    'application/vnd.ms-excel',
  );
  expect(sent.status).toBe(201);
  expect((await finished(sent.body.id)).rows).toMatchObject({ total: 2, created: 2 });
  expect(pluck(await all(shop.own, '/links'), 'title').sort()).toEqual([
    'A\u2011B',
    'Монитор 27" белый',
  ]);
  const workbook = await upload('PK\u0003\u0004 …', 'application/vnd.ms-excel');
  expect(workbook).toMatchObject({ status: 422, body: { code: 'csv_is_workbook' } });
});

test('12.9, 12.17, the file of results is neutral for any Excel, and means the same uploaded again', async () => {
  const titles = ['A;=1+2;B', '=1+2', 'x,-5', "'=quoted"];
  const lines = titles.map((title, n) => `"${at(`/p/${n}`)}","${title}"`);
  const sent = await upload(['url,title', ...lines].join('\n'));
  await finished(sent.body.id);
  const kept = pluck(await all(shop.own, '/links'), 'title').sort();
  expect(kept).toEqual(['=1+2', '=quoted', 'A;=1+2;B', 'x,-5']);
  await api.owner.query(`update users set locale = 'kk' where id = $1`, [shop.own.person.userId]);
  for (const [style, separator] of [
    ['excel', ';'],
    ['programs', ','],
  ] as const) {
    const path = `/v1/influencers/${shop.world.influencerId}/link-imports/${sent.body.id}/rows.csv?table=${style}`;
    const file = await (
      await fetch(`${api.url}${path}`, { headers: shop.own.person.headers })
    ).text();
    expect(file.startsWith(`row${separator}url${separator}title`)).toBe(true);
    for (const any of [',', ';', '\t', '|', '\r\n'])
      for (const cell of file.split(any)) expect(cell).not.toMatch(/^[\s"]*[=+\-@]/);
    const again = await upload(file);
    expect([style, again.status]).toEqual([style, 201]);
    const done = await finished(again.body.id);
    expect(done.rows).toMatchObject({ total: 4, existing: 4 });
    expect(pluck(await rowsOf(again.body.id), 'title').sort()).toEqual(kept);
  }
});

test('an upload is its owner’s', async () => {
  const sent = await upload(table(2));
  const other = await emptyShop(api);
  for (const path of ['', '/rows'])
    expect((await other.own('GET', `/link-imports/${sent.body.id}${path}`)).body.code).toBe(
      'import_not_found',
    );
  expect(await all(other.own, '/link-imports')).toEqual([]);
});

test('four processes take each row once', async () => {
  await Promise.all([api.another(), api.another(), api.another()]);
  const sent = await upload(table(1_000));
  const done = await finished(sent.body.id);
  expect(done.rows).toMatchObject({ created: 1_000, refused: 0, existing: 0 });
  expect(await links()).toBe(1_000);
  const { rows } = await api.owner.query<{ n: number }>(
    `select count(*)::int as n from audit_log where request_id = $1 and action = 'link.create'`,
    [sent.body.id],
  );
  expect(rows[0]!.n).toBe(1_000);
});
