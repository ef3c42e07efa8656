import { createHmac, randomBytes } from 'node:crypto';

import { order, postback, startHarness, type Harness, type World } from './harness';

let api: Harness;
let world: World;

beforeAll(async () => {
  api = await startHarness();
  world = await api.world({ Оплачен: 'approved', оплачен: 'approved', '7': 'rejected' });
});
afterAll(async () => {
  await api.stop();
  expect(api.violations).toEqual([]);
});

type Sent = { readonly status: number; readonly body: Record<string, unknown> };

/** Signs the bytes as they are. */
async function send(
  bytes: Buffer,
  type: string | null = 'application/json',
  id = `msg_${randomBytes(8).toString('hex')}`,
): Promise<Sent> {
  const at = Math.floor(Date.now() / 1000);
  const signature = createHmac('sha256', Buffer.from(world.secret.slice(6), 'base64'))
    .update(`${id}.${at}.`)
    .update(bytes)
    .digest('base64');
  const response = await fetch(`${api.url}/v1/postbacks/${world.programmeId}`, {
    method: 'POST',
    body: new Uint8Array(bytes),
    headers: {
      ...(type === null ? {} : { 'content-type': type }),
      'webhook-id': id,
      'webhook-timestamp': String(at),
      'webhook-signature': `v1,${signature}`,
    },
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const json = (fields: Record<string, unknown> = {}): string =>
  JSON.stringify({ ...order(api, world), ...fields });

const stored = async (sent: Sent): Promise<Record<string, unknown>> => {
  const { rows } = await api.owner.query<Record<string, unknown>>(
    `select c.transaction_id, c.order_status, c.sale_tiyn::text as sale, c.click_id, c.ordered_at, c.state, c.event, r.details
       from receipts r join conversions c on c.id = r.conversion_id where r.id = $1`,
    [sent.body['receipt_id']],
  );
  return rows[0]!;
};

const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

test.each<[string, (text: string) => Buffer, string | null]>([
  ['a byte order mark', (text) => Buffer.from(`\ufeff${text}`), 'application/json'],
  ['UTF-16LE with a mark', (text) => Buffer.from(`\ufeff${text}`, 'utf16le'), 'application/json'],
  ['UTF-16LE without one', (text) => Buffer.from(text, 'utf16le'), 'text/json; charset=utf-16'],
  ['UTF-16BE', (text) => utf16be(`\ufeff${text}`), 'application/json'],
  ['NULs and lines behind', (text) => Buffer.from(`${text}\r\n\0\0`), 'application/json'],
  ['text/json', (text) => Buffer.from(text), 'text/json'],
  ['a charset', (text) => Buffer.from(text), 'application/json;charset="UTF-8"'],
  ['a vendor’s type', (text) => Buffer.from(text), 'application/vnd.shop.v2+json'],
  ['plain text', (text) => Buffer.from(text), 'text/plain;charset=UTF-8'],
  ['no type', (text) => Buffer.from(text), null],
])('12.15, a signed body with %s is taken', async (_, bytes, type) => {
  const sent = await send(bytes(json({ promo_code: 'ЗИМА' })), type);
  expect(sent).toMatchObject({ status: 200, body: { verdict: 'accepted' } });
  expect(await stored(sent)).toMatchObject({ details: { promo_code: 'ЗИМА' } });
});

test('12.15, windows-1251 is taken where the charset says so, and refused where nothing does', async () => {
  const text = json({ promo_code: 'ZIMA' }).replace('ZIMA', '\xc7\xc8\xcc\xc0');
  const sent = await send(Buffer.from(text, 'latin1'), 'application/json; charset=windows-1251');
  expect(await stored(sent)).toMatchObject({ details: { promo_code: 'ЗИМА' } });
  expect(await send(Buffer.from(text, 'latin1'))).toMatchObject({
    status: 400,
    body: { code: 'json_invalid' },
  });
});

test.each([
  { sub1: '{sub1}' },
  { sub1: null },
  { sub1: '-' },
  { subid: 'story-12' },
  { subid: 'x'.repeat(300), sub1: { deep: true }, clickid: 17 },
  { aff_click_id: 'x'.repeat(32) },
])('12.15, the genuine click id counts beside %j', async (beside) => {
  const clickId = api.clickIds.mint(world.linkNumber, Date.now() - 60_000);
  const sent = await send(Buffer.from(json({ click_id: clickId, ...beside })));
  expect(sent).toMatchObject({ status: 200, body: { verdict: 'accepted' } });
  expect(await stored(sent)).toMatchObject({ click_id: clickId });
  const swapped = await send(
    Buffer.from(json({ click_id: '{click_id}', ...beside, admitad_uid: ` ${clickId}\u200b` })),
  );
  expect(await stored(swapped)).toMatchObject({ click_id: clickId });
});

test('12.15, an order whose template nobody filled is kept, without a click', async () => {
  const sent = await send(Buffer.from(json({ click_id: '{click_id}' })));
  expect(sent).toMatchObject({
    status: 202,
    body: { verdict: 'unmatched', reason: { code: 'click_missing' } },
  });
});

test.each<[Record<string, unknown>, Record<string, unknown>]>([
  [{ currency: 'kzt' }, {}],
  [{ currency: null }, {}],
  [{ currency: '₸' }, {}],
  [{ currency: 398 }, {}],
  [{ status: 'APPROVED' }, { order_status: 'approved' }],
  [{ status: ' Approved ' }, { order_status: 'approved' }],
  [{ status: 'ОПЛАЧЕН\u00a0' }, { order_status: 'approved' }],
  [{ status: 7 }, { order_status: 'rejected' }],
  [{ sale_amount: '12 990,00' }, { sale: '1299000' }],
  [{ sale_amount: '12990.00 ₸' }, { sale: '1299000' }],
  [{ sale_amount: '12990,5' }, { sale: '1299050' }],
  [{ sale_amount: 12990.5 }, { sale: '1299050' }],
  [{ occurred_at: '2026-01-02 03:04:05' }, { ordered_at: new Date('2026-01-01T22:04:05Z') }],
  [{ occurred_at: '02.01.2026 03:04:05' }, { ordered_at: new Date('2026-01-01T22:04:05Z') }],
  [{ occurred_at: 1767305045 }, { ordered_at: new Date('2026-01-01T22:04:05Z') }],
  [
    { occurred_at: '', event: '', promo_code: null, items: null, event_version: null },
    { event: 'sale' },
  ],
  [{ event_version: '3' }, {}],
  [{ items: [{ sku: 4601234567890, price: '1 299,90', quantity: '1,500', category: null }] }, {}],
])('12.15, %j is taken', async (fields, expected) => {
  const sent = await send(Buffer.from(json(fields)));
  expect(sent).toMatchObject({ status: 200 });
  expect(await stored(sent)).toMatchObject(expected);
});

test('12.15, the same said in another spelling is the same event, other content is not', async () => {
  const id = `msg_${randomBytes(8).toString('hex')}`;
  const said: Record<string, unknown> = {
    ...order(api, world),
    sale_amount: '12990.00',
    status: 'approved',
    occurred_at: '2026-01-02T03:04:05+05:00',
    items: [{ sku: 'a', price: '10.00' }],
    event_version: 4,
  };
  const first = await send(Buffer.from(JSON.stringify(said)), undefined, id);
  const respelled = JSON.stringify(
    Object.fromEntries(
      Object.entries({
        ...said,
        sale_amount: '12 990,0',
        status: 'Approved',
        occurred_at: '2026-01-01T22:04:05Z',
        items: [{ price: '10,0', sku: 'a' }],
        transaction_id: `${String(said['transaction_id'])}\u00a0`,
      }).reverse(),
    ),
    null,
    2,
  );
  const again = await send(Buffer.from(`\ufeff${respelled}`), undefined, id);
  expect(again).toMatchObject({
    status: 200,
    body: {
      verdict: 'duplicate',
      receipt_id: first.body['receipt_id'],
      conversion_id: first.body['conversion_id'],
    },
  });
  const elsewhere = await send(Buffer.from(respelled));
  expect(elsewhere).toMatchObject({ status: 200, body: { verdict: 'duplicate' } });
  const other = respelled.replace('12 990,0', '12 991,0');
  expect(await send(Buffer.from(other), undefined, id)).toMatchObject({
    status: 409,
    body: { code: 'webhook_conflict' },
  });
  expect(await send(Buffer.from(other))).toMatchObject({
    status: 409,
    body: { code: 'event_version_conflict' },
  });
});

test('12.14, however its number is spelled, one order is one conversion', async () => {
  const number = 10_000_000 + Math.floor(Math.random() * 80_000_000);
  const base = order(api, world);
  const raw = (id: string): Buffer =>
    Buffer.from(JSON.stringify({ ...base, transaction_id: 'ID' }).replace('"ID"', id));
  const seen = new Set<unknown>();
  for (const id of [
    String(number),
    `${number}.0`,
    `${number}e0`,
    `"${number}"`,
    `"${number} "`,
    `"${number}\u00a0"`,
    `"\u200e${number}\u200b"`,
    `"'${number}"`,
    `"${number}.0"`,
    `"${number}\\n"`,
    `"${[...String(number)].map((digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0)).join('')}"`,
  ]) {
    const sent = await send(raw(id));
    expect([id, sent.status]).toEqual([id, 200]);
    seen.add(sent.body['conversion_id']);
  }
  expect(seen.size).toBe(1);
  const apart = new Set<unknown>();
  for (const id of [
    `0${number}`,
    `${number}.10`,
    `A${number}`,
    `a${number}`,
    `${number}-1`,
    '9007199254740993',
    '9007199254740992',
  ])
    apart.add((await postback(api, world, { ...base, transaction_id: id })).body['conversion_id']);
  expect(apart.size).toBe(7);
});
