import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { conversionId } from '../../api/intake/ids';
import { orderId } from '../../domain/intake/orderId';
import { order, postback, startHarness, type Harness, type World } from './harness';

const MIGRATION = join(__dirname, '../../store/postgres/migrations/0023_order_spellings.sql');

let api: Harness;

beforeAll(async () => {
  api = await startHarness();
});
afterAll(async () => {
  await api.stop();
  expect(api.violations).toEqual([]);
});

const SPELLINGS = [
  'W',
  'W ',
  'W\u00a0',
  '\ufeff W\u200b',
  "'51985200",
  "' '51985200",
  "'",
  '51985200.0',
  '0.00',
  '007.0',
  '2024.10',
  '12E4',
  '５１９８－Ａ',
  '٠١٢٣',
  'A\u20111\u22122',
  'Заказ  № 15\t',
  'и\u0306',
  'W\u00ad\u034f\ufe0f\u2066',
  '\u3000x\u2003y\u202fz\n',
  "it's",
];

test('12.14, the database spells an order’s number as intake does', async () => {
  const { rows } = await api.owner.query<{ plain: string }>(
    'select order_id_plain(w) as plain from unnest($1::text[]) with ordinality as s (w, n) order by n',
    [SPELLINGS],
  );
  expect(rows.map(({ plain }) => plain)).toEqual(SPELLINGS.map(orderId));
});

/** As it was stored before numbers had one spelling. */
async function storeOld(world: World, transactionId: string, minute: number): Promise<string> {
  const id = conversionId(world.programmeId, transactionId, 'sale');
  await api.owner.query(
    `insert into conversions (id, programme_id, transaction_id, event, state, reason_code, order_status, sale_tiyn, ordered_at, received_at)
     values ($1, $2, $3, 'sale', 'UNMATCHED', 'click_missing', 'pending', 100, now(), '2026-01-01T00:00Z'::timestamptz + $4 * interval '1 minute')`,
    [id, world.programmeId, transactionId, minute],
  );
  return id;
}

test('12.14, orders from before keep their ids under the one spelling; two that are one are listed', async () => {
  const world = await api.world();
  await api.owner.query('drop table order_spellings; drop function order_id_plain');
  const alone = await storeOld(world, 'ALONE\u00a0', 1);
  const clean = await storeOld(world, 'W', 2);
  const blank = await storeOld(world, 'W ', 3);
  const later = await storeOld(world, '51985200.0', 5);
  const first = await storeOld(world, "'51985200", 4);
  const cyrillic = await storeOld(world, 'Заказ 15', 6);
  await api.owner.query(readFileSync(MIGRATION, 'utf8'));
  await api.owner.query('grant select on order_spellings to gamma_api');
  const { rows } = await api.owner.query<{ conversion_id: string; same_as: string | null }>(
    'select conversion_id, same_as from order_spellings where programme_id = $1 order by conversion_id',
    [world.programmeId],
  );
  expect(new Map(rows.map((row) => [row.conversion_id, row.same_as]))).toEqual(
    new Map([
      [alone, null],
      [blank, clean],
      [first, null],
      [later, first],
    ]),
  );
  for (const [spelled, id] of [
    ['ALONE', alone],
    ['ALONE\u00a0', alone],
    ['W ', clean],
    ['51985200', first],
    ['51985200.0', first],
    ['Заказ 15', cyrillic],
  ] as const) {
    const sent = await postback(api, world, { ...order(api, world), transaction_id: spelled });
    expect([spelled, sent.status, sent.body['conversion_id']]).toEqual([spelled, 200, id]);
  }
  const fresh = await postback(api, world, { ...order(api, world), transaction_id: 'NEW ' });
  expect(fresh.body['conversion_id']).toBe(conversionId(world.programmeId, 'NEW', 'sale'));
});
