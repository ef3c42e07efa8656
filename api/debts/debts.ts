import { listDebts, type DebtFilter } from '../../store/postgres/debtViews';
import { jsonAnswer } from '../answer';
import type { Handler } from '../handler';
import { readCursor } from '../influencer/cursor';
import { seen } from '../influencer/wall';
import { pageOf } from '../page';
import { coversOf } from './covers';
import { opsDebt, ownDebt } from './shapes';

export const listOwnDebts = seen(async ({ pool }, { query }, _viewer, { influencerId }) => {
  const page = readCursor(query, ['micros', 'id']);
  if (!page.ok) return page.error;
  const filter = { influencerId, debtId: null, state: 'all' } as const;
  const rows = await listDebts(pool, filter, page.value);
  const covers = await coversOf(pool, rows);
  return jsonAnswer(
    200,
    pageOf(
      rows,
      page.value,
      (row) => [row.created_key, row.id],
      (row) => ownDebt(row, covers(row.id)),
    ),
  );
});

export const listOpsDebts: Handler = async ({ pool, now }, { query }) => {
  const page = readCursor(query, ['micros', 'id']);
  if (!page.ok) return page.error;
  const debtId = query.get('debt_id') ?? null;
  const state = (query.get('state') ?? 'open') as DebtFilter;
  const filter = {
    influencerId: query.get('influencer_id') ?? null,
    debtId,
    state: debtId === null ? state : ('all' as const),
  };
  const rows = await listDebts(pool, filter, page.value);
  const covers = await coversOf(pool, rows);
  return jsonAnswer(
    200,
    pageOf(
      rows,
      page.value,
      (row) => [row.created_key, row.id],
      (row) => opsDebt(row, covers(row.id), now()),
    ),
  );
};
