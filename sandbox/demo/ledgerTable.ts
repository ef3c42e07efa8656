import type { Pool } from 'pg';

import { displayTenge, type Tiyn } from '../../domain/money';

export type LedgerLine = {
  readonly account: string;
  readonly posted: Tiyn;
  readonly pendingIn: Tiyn;
  readonly pendingOut: Tiyn;
};

export type LedgerSummary = {
  readonly lines: readonly LedgerLine[];
  readonly transactions: number;
  readonly sum: Tiyn;
};

/** The books as they stand: balances of every account, the number of transactions, and the sum of all entries. */
export async function readLedger(pool: Pool): Promise<LedgerSummary> {
  const { rows: lines } = await pool.query<LedgerLine>(
    `select a.code as account, b.posted, b.pending_in as "pendingIn", b.pending_out as "pendingOut"
       from ledger_balances b join ledger_accounts a on a.id = b.account_id order by a.class, a.code`,
  );
  const { rows: totals } = await pool.query<{ transactions: number; sum: Tiyn }>(
    `select (select count(*) from ledger_transactions)::int as transactions,
            (select coalesce(sum(amount), 0) from ledger_entries)::bigint as sum`,
  );
  return { lines, transactions: totals[0]?.transactions ?? 0, sum: totals[0]?.sum ?? 0n };
}

const HEAD = ['account', 'posted', 'held', 'reserved'] as const;

/** A table for the terminal; figures right-aligned. */
export function formatLedger(summary: LedgerSummary): string {
  const rows = summary.lines.map((line) => [
    line.account,
    displayTenge(line.posted),
    displayTenge(line.pendingIn),
    displayTenge(line.pendingOut),
  ]);
  const widths = HEAD.map((head, column) =>
    Math.max(head.length, ...rows.map((row) => row[column]!.length)),
  );
  const format = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!),
      )
      .join('  ');
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  const foot = `${summary.transactions} transactions; all entries sum to ${displayTenge(summary.sum)}`;
  return [format(HEAD), rule, ...rows.map(format), rule, foot].join('\n');
}
