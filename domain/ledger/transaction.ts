import type { Tiyn } from '../money';

/**
 * A ledger transaction as the caller plans it. Amounts are tiyn, credit-positive (what we owe is
 * positive). Meaning of the kinds, after TigerBeetle's two-phase transfers:
 * - `single`  posts at once;
 * - `pending` promises: nothing is posted, but money leaving an account counts against its limit;
 * - `post`    resolves a pending transaction: its entries are taken back and the given ones posted;
 * - `void`    resolves a pending transaction and posts nothing.
 * A pending transaction is resolved exactly once. Nothing is ever edited; corrections are new transactions.
 */
export type AccountClass =
  'advertiser' | 'payee' | 'platform' | 'tax' | 'provider' | 'clearing' | 'debt';
export type Account = { readonly code: string; readonly class: AccountClass };
export type Entry = { readonly account: Account; readonly amount: Tiyn };

export type LedgerTransaction = {
  /** Made by the caller before sending, so that a repeat is the same transaction. */
  readonly id: string;
  readonly kind: 'single' | 'pending' | 'post' | 'void';
  readonly reason: string;
  /** The conversion or payout it is about. */
  readonly subjectId: string;
  readonly pendingId?: string;
  /** Empty for `void`. At most one entry an account. */
  readonly entries: readonly Entry[];
};

export type LedgerFault =
  | 'ledger_conflict' // the id exists with another body
  | 'ledger_already_resolved' // the pending transaction was posted or voided under another id
  | 'ledger_pending_missing'
  | 'ledger_overdraft'
  | 'ledger_amount_too_large' // an entry or a balance beyond what any order can be
  | 'ledger_exceeds_promise' // a post moves more than its pending transaction promised
  | 'ledger_unbalanced';

/**
 * The most one entry may move: a trillion tenge. Shared accounts sum up the entries of all, so that without a ceiling a
 * few absurd amounts of one brand would overflow the postings of every other.
 */
export const ENTRY_MAX: Tiyn = 10n ** 14n;

const tooLarge = (amount: Tiyn): boolean => amount > ENTRY_MAX || amount < -ENTRY_MAX;

export type Fault = {
  readonly code: Extract<LedgerFault, 'ledger_unbalanced' | 'ledger_amount_too_large'>;
  readonly text: string;
};

/** What a transaction must satisfy before it is sent; the database checks all of it again. */
export function faultOf(tx: LedgerTransaction): Fault | undefined {
  const text = shapeFault(tx);
  if (text !== undefined) return { code: 'ledger_unbalanced', text };
  const large = tx.entries.find((entry) => tooLarge(entry.amount));
  return large && { code: 'ledger_amount_too_large', text: `an entry of ${large.amount}` };
}

function shapeFault(tx: LedgerTransaction): string | undefined {
  const resolves = tx.kind === 'post' || tx.kind === 'void';
  if (resolves !== (tx.pendingId !== undefined)) return `${tx.kind} and pendingId do not fit`;
  if ((tx.kind === 'void') !== (tx.entries.length === 0))
    return `${tx.kind} with ${tx.entries.length} entries`;
  if (tx.entries.some((entry) => entry.amount === 0n)) return 'an entry of zero';
  if (new Set(tx.entries.map((entry) => entry.account.code)).size !== tx.entries.length) {
    return 'two entries on one account';
  }
  const sum = tx.entries.reduce((total, entry) => total + entry.amount, 0n);
  return sum === 0n ? undefined : `entries sum to ${sum}`;
}

/** The transaction's content as one text, entry order ignored: equal text means the same transaction. */
export function canonicalBody(tx: LedgerTransaction): string {
  const entries = tx.entries
    .map((entry) => `${entry.account.code}=${entry.amount}`)
    .sort()
    .join(',');
  return [tx.kind, tx.reason, tx.subjectId, tx.pendingId ?? '', entries].join('|');
}
