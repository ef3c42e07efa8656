import { reason } from '../../../domain/conversions/reasons';
import { orderId } from '../../../domain/intake/orderId';
import { order, postback, startHarness, type Harness, type World } from '../harness';
import { cursorOf, deskOf, fillOrders, items, moveTo, ordersOf, type Desk } from './desk';

let api: Harness;
let world: World;
let owner: Desk;
let path: string;

beforeAll(async () => {
  api = await startHarness();
  world = await api.world();
  owner = await deskOf(api, 'brand_analyst', world.brandId);
  path = `/v1/brands/${world.brandId}/orders`;
});
afterAll(async () => {
  await api.stop();
  expect(api.violations).toEqual([]);
});

const idsOf = (answer: Awaited<ReturnType<Desk['get']>>): string[] =>
  items(answer).map((item) => String(item['id']));

async function allIds(desk: Desk, query: string, limit: number): Promise<string[]> {
  const found: string[] = [];
  for (let cursor = ''; ;) {
    const page = await desk.get(`${query}limit=${limit}${cursor && `&cursor=${cursor}`}`);
    expect(page.status).toBe(200);
    found.push(...idsOf(page));
    const next = cursorOf(page);
    if (next === null) return found;
    cursor = next;
  }
}

test('an order with who brought it, what it costs and what can be decided about it', async () => {
  const [id] = await ordersOf(api, world, 1, { sale_amount: '2500.00' });
  const [unmatched] = await ordersOf(api, world, 1, { click_id: 'nonsense' });
  const [paid] = await ordersOf(api, world, 1, { status: 'approved', sale_amount: '100.00' });
  await moveTo(api, [paid!], 'PAID');
  const found = new Map(items(await owner.get(path)).map((item) => [item['id'], item]));
  expect(found.get(id)).toMatchObject({
    state: 'RECEIVED',
    order_status: 'pending',
    sale: '2500.00',
    commission: null,
    influencer: { id: world.influencerId, display_name: 'Author' },
    decisions: ['approve', 'reject'],
  });
  expect(found.get(unmatched)).toMatchObject({
    state: 'UNMATCHED',
    influencer: null,
    decisions: [],
    reason: { code: 'click_malformed' },
  });
  expect(found.get(paid)).toMatchObject({ state: 'PAID', commission: '10.00', decisions: [] });
});

test('every sort pages through all rows once, ties and two programmes included', async () => {
  const crowd = await api.world();
  const second = await api.world();
  await api.owner.query('update programmes set brand_id = $1 where id = $2', [
    crowd.brandId,
    second.programmeId,
  ]);
  await fillOrders(api, crowd, 130);
  await fillOrders(api, second, 70);
  // Whole minutes and few values: many ties.
  await api.owner.query(
    `update conversions set ordered_at = date_trunc('minute', ordered_at), sale_tiyn = sale_tiyn / 20000 * 20000
      where programme_id = any ($1)`,
    [[crowd.programmeId, second.programmeId]],
  );
  const desk = await deskOf(api, 'brand_manager', crowd.brandId);
  const list = `/v1/brands/${crowd.brandId}/orders?`;
  for (const [sort, by] of [
    ['-ordered_at', 'ordered_at desc, id desc'],
    ['ordered_at', 'ordered_at, id'],
    ['-sale', 'sale_tiyn desc, id desc'],
    ['sale', 'sale_tiyn, id'],
  ]) {
    const { rows } = await api.owner.query<{ id: string }>(
      `select id from conversions where programme_id = any ($1) order by ${by}`,
      [[crowd.programmeId, second.programmeId]],
    );
    const found = await allIds(desk, `${list}sort=${sort}&`, 37);
    expect(found).toEqual(rows.map((row) => row.id));
  }
});

test('filters, alone and together', async () => {
  const shop = await api.world();
  const desk = await deskOf(api, 'brand_manager', shop.brandId);
  const list = `/v1/brands/${shop.brandId}/orders`;
  const day = '2026-03-01';
  const at = (time: string): Record<string, unknown> => ({ occurred_at: `${day}T${time}+05:00` });
  const [early] = await ordersOf(api, shop, 1, { ...at('00:00:00'), sale_amount: '10.00' });
  const [late] = await ordersOf(api, shop, 1, { ...at('23:59:59'), sale_amount: '20.00' });
  const [now] = await ordersOf(api, shop, 1, { status: 'approved', sale_amount: '30.00' });
  const named = await postback(api, shop, order(api, shop, { transaction_id: 'ЗАКАЗ-77/а' }));
  const namedId = String(named.body['conversion_id']);
  const ref = (
    await api.owner.query<{ ref: string }>('select ref from influencers where id = $1', [
      shop.influencerId,
    ])
  ).rows[0]!.ref;
  const cases: [string, (string | undefined)[]][] = [
    [`from=${day}&to=${day}`, [late, early]],
    [`to=2026-02-28`, []],
    [`from=2026-03-02`, [namedId, now]],
    ['order_status=pending', [late, early]],
    ['state=RECEIVED&order_status=approved&max_sale=30', [now]],
    ['min_sale=20.00&max_sale=30.00', [now, late]],
    [`query=${encodeURIComponent('ЗАКАЗ-7')}`, [namedId]],
    [`query=${encodeURIComponent('%')}`, []],
    [`query=${early}`, [early]],
    [`influencer=${ref}&to=${day}`, [late, early]],
    [`influencer=${shop.influencerId}&min_sale=30&order_status=approved`, [namedId, now]],
    ['influencer=nobody1234', []],
    [`programme_id=${world.programmeId}`, []],
  ];
  for (const [query, wanted] of cases)
    expect([query, idsOf(await desk.get(`${list}?${query}`)).sort()]).toEqual([
      query,
      [...wanted].sort(),
    ]);
});

test('odd questions are refused in words, never with a failure', async () => {
  const cursor = (keys: unknown): string => Buffer.from(JSON.stringify(keys)).toString('base64url');
  const cases = [
    ['from=2026-02-30', 'period_invalid'],
    ['from=2026-03-02&to=2026-03-01', 'period_invalid'],
    [`cursor=${cursor(['yesterday', 'cnv_1'])}`, 'cursor_invalid'],
    [`cursor=${cursor(['2026-99-99T00:00:00Z', 'cnv_1'])}`, 'cursor_invalid'],
    [`cursor=${cursor(['2026-01-01T00:00:00Z'])}`, 'cursor_invalid'],
    [`sort=sale&cursor=${cursor(['2026-01-01T00:00:00Z', 'cnv_1'])}`, 'cursor_invalid'],
    [`sort=sale&cursor=${cursor(['9'.repeat(30), 'cnv_1'])}`, 'cursor_invalid'],
    ['min_sale=-1', 'parameter_invalid'],
    ['sort=id', 'parameter_invalid'],
    ['state=GONE', 'parameter_invalid'],
    ['limit=101', 'parameter_invalid'],
    ['offset=1', 'parameter_unknown'],
  ] as const;
  for (const [query, code] of cases)
    expect([query, (await owner.get(`${path}?${query}`)).body['code']]).toEqual([query, code]);
});

/** RFC 4180. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  const cell = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n|$)/gy;
  for (let match = cell.exec(text); match; match = cell.exec(text)) {
    const [all, raw = '', end] = match;
    rows[rows.length - 1]!.push(raw.startsWith('"') ? raw.slice(1, -1).replaceAll('""', '"') : raw);
    if (end === '\r\n') rows.push([]);
    if (all === '' || cell.lastIndex >= text.length) break;
  }
  return rows.filter((row) => row.length > 1);
}

test('the export: same filters, a byte order mark, and no cell that a spreadsheet would run', async () => {
  const shop = await api.world();
  const desk = await deskOf(api, 'brand_analyst', shop.brandId);
  const evil = [
    '=HYPERLINK("https://evil.example","x")',
    '+1+1',
    '-2+3',
    '@SUM(A1)',
    '＝1+1',
    'a"b,c',
    'обычный',
  ];
  for (const transaction_id of evil)
    await postback(api, shop, order(api, shop, { transaction_id }));
  await api.owner.query(`update influencers set display_name = $2 where id = $1`, [
    shop.influencerId,
    '\t=cmd|calc\r\nsecond line',
  ]);
  const { status, headers, text } = await desk.text(`/v1/brands/${shop.brandId}/orders.csv`);
  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(headers.get('content-disposition')).toContain('attachment');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  const [head, ...rows] = readCsv(text.replace(/^\ufeff/, ''));
  expect(head).toContain('transaction_id');
  expect(rows).toHaveLength(evil.length);
  const column = head!.indexOf('transaction_id');
  const safe = evil.map(orderId).map((id) => (/^[=+\-@]/.test(id) ? `'${id}` : id));
  expect(rows.map((row) => row[column]).sort()).toEqual(safe.sort());
  for (const row of rows) for (const value of row) expect(value).not.toMatch(/^[=+\-@\t\r]/);
  expect(rows[0]![head!.indexOf('sale_kzt')]).toBe('1000.00');
  const raw = Buffer.from(
    await (
      await fetch(`${api.url}/v1/brands/${shop.brandId}/orders.csv`, { headers: desk.headers })
    ).arrayBuffer(),
  );
  expect([...raw.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  const none = await desk.text(`/v1/brands/${shop.brandId}/orders.csv?state=PAID`);
  expect(readCsv(none.text.replace(/^\ufeff/, ''))).toEqual([head]);
});

test('12.17, the file in the person’s form and language: semicolons, decimal commas, reasons in words', async () => {
  const shop = await api.world();
  await postback(api, shop, { ...order(api, shop), click_id: null, sale_amount: '12990.50' });
  const desk = await deskOf(api, 'brand_owner', shop.brandId);
  const key = await api.key('brand', shop.brandId);
  const csv = `${api.url}/v1/brands/${shop.brandId}/orders.csv`;
  const text = async (query: string, headers: Record<string, string>): Promise<string> =>
    (await fetch(`${csv}${query}`, { headers })).text();
  const kk = { authorization: `Bearer ${key}`, 'accept-language': 'kk-KZ,ru;q=0.5' };
  const excel = await text('?table=excel', kk);
  const [head, row] = excel.trim().split('\r\n');
  expect(head!.split(';')).toContain('sale_kzt');
  expect(row!.split(';')[head!.split(';').indexOf('sale_kzt')]).toBe('12990,50');
  const why = head!.split(';').indexOf('reason');
  expect(row!.split(';')[why]!.replace(/"/g, '')).toBe(reason('click_missing').kk);
  const english = await text('', { ...kk, 'accept-language': 'en' });
  expect(english).toContain(',12990.50,');
  expect(english).toContain(reason('click_missing').en);
  await api.owner.query(`update users set locale = 'en' where tenant_id = $1`, [shop.brandId]);
  expect(await text('', { ...desk.headers, 'accept-language': 'kk' })).toContain(
    reason('click_missing').en,
  );
});

test('20,000 rows stream within a small memory; more than 100,000 are refused at once', async () => {
  const big = await api.world();
  await fillOrders(api, big, 20_000);
  const desk = await deskOf(api, 'brand_owner', big.brandId);
  const csv = `/v1/brands/${big.brandId}/orders.csv`;
  const response = await fetch(`${api.url}${csv}?sort=ordered_at`, { headers: desk.headers });
  expect(response.headers.get('content-length')).toBeNull();
  let [lines, peak] = [0, 0];
  const before = process.memoryUsage().rss;
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    lines += Buffer.from(chunk).toString('latin1').split('\r\n').length - 1;
    peak = Math.max(peak, process.memoryUsage().rss - before);
  }
  expect(lines).toBe(20_001);
  expect(peak).toBeLessThan(120 * 1024 * 1024);
  await api.owner.query(
    `insert into conversions (id, programme_id, transaction_id, event, state, order_status, sale_tiyn, ordered_at)
     select 'cnv_' || substr(md5($1 || 'x' || n), 1, 26), $1, 'X-' || n, 'sale', 'UNMATCHED', 'pending', 1, now()
       from generate_series(1, 80001) n`,
    [big.programmeId],
  );
  const refused = await desk.get(csv);
  expect(refused).toMatchObject({ status: 422, body: { code: 'export_too_large' } });
  const part = await desk.text(`${csv}?state=PAID`);
  expect(part.text.split('\r\n').length).toBe(5_002);
}, 60_000);

test('an export whose reader leaves, or whose database fails, does not look whole', async () => {
  const big = await api.world();
  await fillOrders(api, big, 30_000);
  const desk = await deskOf(api, 'brand_owner', big.brandId);
  const csv = `${api.url}/v1/brands/${big.brandId}/orders.csv`;
  const leaving = new AbortController();
  const response = await fetch(csv, { headers: desk.headers, signal: leaving.signal });
  await response.body!.getReader().read();
  leaving.abort();
  const broken = await fetch(csv, { headers: desk.headers });
  const reader = broken.body!.getReader();
  await reader.read();
  await api.owner.query('revoke select on influencers from gamma_api');
  const rest = async (): Promise<void> => {
    for (let done = false; !done;) done = (await reader.read()).done;
  };
  await expect(rest()).rejects.toThrow();
  await api.owner.query('grant select on influencers to gamma_api');
  expect((await desk.get(`/v1/brands/${big.brandId}/orders?limit=1`)).status).toBe(200);
}, 60_000);
