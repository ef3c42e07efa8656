import { listDebts } from '../../store/postgres/debtViews';
import { jsonAnswer } from '../answer';
import type { Handler } from '../handler';
import { readCursor } from '../influencer/cursor';
import { seen } from '../influencer/wall';
import { pageOf } from '../page';
import { opsDebt, ownDebt } from './shapes';

export const listOwnDebts = seen(async ({ pool }, { query }, _viewer, { influencerId }) => {
  const page = readCursor(query, ['micros', 'id']);
  if (!page.ok) return page.error;
  const rows = await listDebts(pool, { influencerId, open: false }, page.value);
  return jsonAnswer(
    200,
    pageOf(rows, page.value, (row) => [row.created_key, row.id], ownDebt),
  );
});

export const listOpsDebts: Handler = async ({ pool, now }, { query }) => {
  const page = readCursor(query, ['micros', 'id']);
  if (!page.ok) return page.error;
  const filter = {
    influencerId: query.get('influencer_id') ?? null,
    open: query.get('state') !== 'all',
  };
  const rows = await listDebts(pool, filter, page.value);
  return jsonAnswer(
    200,
    pageOf(
      rows,
      page.value,
      (row) => [row.created_key, row.id],
      (row) => opsDebt(row, now()),
    ),
  );
};
