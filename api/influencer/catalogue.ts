import { splitSale } from '../../domain/ledger/plans';
import { formatTenge, type Tiyn } from '../../domain/money';
import { percent, termsInWords } from '../../domain/programmes/terms';
import {
  listCatalogueItems,
  listSharedProgrammes,
  type CatalogueItem,
  type SharedProgramme,
} from '../../store/postgres/catalogueItems';
import { jsonAnswer } from '../answer';
import { pageOf } from '../page';
import { readCursor } from './cursor';
import { programme } from './words';
import { seen } from './wall';

const EXAMPLE_SALE: Tiyn = 1_000_000n;

function shared(row: SharedProgramme): unknown {
  const split = splitSale(EXAMPLE_SALE, row.commission_bps, row.platform_fee_bps);
  return {
    id: row.id,
    name: row.name,
    hosts: row.hosts,
    terms: {
      commission_percent: percent(row.commission_bps),
      platform_fee_percent: percent(row.platform_fee_bps),
      hold_seconds: row.hold_seconds,
      hold_from: row.hold_from,
      click_window_seconds: row.click_window_seconds,
      text: termsInWords({
        commissionBps: row.commission_bps,
        platformFeeBps: row.platform_fee_bps,
        holdSeconds: row.hold_seconds,
        holdFrom: row.hold_from,
        clickWindowSeconds: row.click_window_seconds,
      }),
      example: {
        sale: formatTenge(EXAMPLE_SALE),
        commission: formatTenge(split.gross),
        platform_fee: formatTenge(split.fee),
        you_get: formatTenge(split.payable),
      },
    },
  };
}

export const listProgrammesToShare = seen(async ({ pool }, { query }) => {
  const page = readCursor(query, ['micros', 'id']);
  if (!page.ok) return page.error;
  const rows = await listSharedProgrammes(pool, query.get('query'), page.value);
  return jsonAnswer(
    200,
    pageOf(rows, page.value, (row) => [row.created_key, row.id], shared),
  );
});

const item = (row: CatalogueItem): unknown => ({
  id: row.id,
  programme: programme(row.programme_id, row.programme_name),
  title: row.title,
  url: row.url,
  price: formatTenge(row.price_tiyn),
  image_url: row.image_url,
  color: row.color,
  you_get: formatTenge(splitSale(row.price_tiyn, row.commission_bps, row.platform_fee_bps).payable),
});

export const listCatalogue = seen(async ({ pool }, { query }) => {
  const page = readCursor(query, ['micros', 'id']);
  if (!page.ok) return page.error;
  const filter = { query: query.get('query'), programmeId: query.get('programme_id') };
  const rows = await listCatalogueItems(pool, filter, page.value);
  return jsonAnswer(
    200,
    pageOf(rows, page.value, (row) => [row.created_key, row.id], item),
  );
});
