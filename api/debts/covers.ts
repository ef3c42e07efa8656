import { ownLinkName } from '../../domain/links/name';
import { formatTenge } from '../../domain/money';
import { listCovers, type CoverRow, type DebtRow } from '../../store/postgres/debtViews';
import type { Sql } from '../../store/postgres/pool';

/** A debt is covered by few orders; the answer stays small when it was by very many. */
const MOST = 20;

/** What was bought, by the name the order's own page has. */
export const titleOf = (row: Pick<DebtRow, 'link_title' | 'target_url'>): string | null =>
  ownLinkName({ title: row.link_title ?? '', targetUrl: row.target_url });

const cover = (row: CoverRow): unknown => ({
  conversion_id: row.conversion_id,
  title: titleOf(row),
  programme: row.programme,
  amount: formatTenge(row.payable_tiyn),
  at: row.at,
});

/** Answers, for each of these debts, the orders that covered it. */
export async function coversOf(
  sql: Sql,
  debts: readonly DebtRow[],
): Promise<(debtId: string) => readonly unknown[]> {
  const covered = debts.filter(({ netted_tiyn }) => netted_tiyn > 0n).map(({ id }) => id);
  if (covered.length === 0) return () => [];
  const rows = await listCovers(sql, covered, MOST);
  return (debtId) => rows.filter(({ debt_id }) => debt_id === debtId).map(cover);
}
