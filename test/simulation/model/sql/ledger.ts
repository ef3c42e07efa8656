import type { AccountClass } from '../../../../domain/ledger/transaction';
import { answer, Refused, type Database, type Statements } from '../database';
import type { Account, LedgerTx } from '../rows';

/** Migration 0002: what the database itself checks of every posting. */
const NO_OVERDRAFT: readonly AccountClass[] = ['payee', 'tax', 'clearing'];

type Layered = { readonly code: string; readonly amount: bigint };

export function accountOf(db: Database, code: string): Account {
  const [kind] = code.split(':');
  return (
    db.accounts.get(code) ?? {
      code,
      class: kind as AccountClass,
      posted: 0n,
      pending_in: 0n,
      pending_out: 0n,
    }
  );
}

function apply(
  db: Database,
  layer: 'posted' | 'pending' | 'release',
  entries: readonly Layered[],
): void {
  for (const { code, amount } of entries) {
    const account = { ...accountOf(db, code) };
    if (layer === 'posted') account.posted += amount;
    else if (layer === 'pending') {
      if (amount > 0n) account.pending_in += amount;
      else account.pending_out -= amount;
    } else if (amount < 0n) account.pending_in += amount;
    else account.pending_out -= amount;
    db.accounts.put(account);
  }
}

function checkBalances(db: Database, codes: Iterable<string>): void {
  for (const code of codes) {
    const { class: kind, posted, pending_in, pending_out } = accountOf(db, code);
    if (pending_in < 0n || pending_out < 0n)
      throw new Refused('23514', 'ledger_balances_pending_not_negative');
    if (NO_OVERDRAFT.includes(kind) && posted - pending_out < 0n)
      throw new Refused('23514', 'ledger_balances_no_overdraft');
    if (kind === 'debt' && posted + pending_in > 0n)
      throw new Refused('23514', 'ledger_balances_debt_only');
  }
}

const sumOf = (entries: readonly Layered[]): bigint =>
  entries.reduce((sum, { amount }) => sum + amount, 0n);

/** Migration 0018, ledger_exceeds_promise. */
function exceeds(post: LedgerTx, promise: LedgerTx): boolean {
  const promised = new Map(promise.entries.map(({ code, amount }) => [code, amount]));
  const posted = new Map(post.entries.map(({ code, amount }) => [code, amount]));
  let unpromised = 0n;
  for (const [code, amount] of posted) {
    const most = promised.get(code) ?? 0n;
    if (amount < 0n && amount < most) return true;
    if (amount > 0n && most !== 0n && amount > most) return true;
    if (amount > 0n && most === 0n) unpromised += amount;
  }
  let cleared = 0n;
  for (const [code, amount] of promised)
    if (code.startsWith('clearing:') && amount > 0n) {
      const got = posted.get(code) ?? 0n;
      cleared += amount - (got > 0n ? got : 0n);
    }
  return unpromised > cleared;
}

function postOne(db: Database, tx: LedgerTx): 'created' | 'exists' {
  const pending = tx.pending_id === null ? undefined : db.ledger.get(tx.pending_id);
  if (tx.pending_id !== null && pending?.kind !== 'pending')
    throw new Refused('GL003', '', `transaction ${tx.id} resolves what is not pending`);
  const before = db.ledger.get(tx.id);
  if (before) {
    if (before.hash !== tx.hash)
      throw new Refused('GL001', '', `transaction ${tx.id} exists with another body`);
    return 'exists';
  }
  if (sumOf(tx.entries) !== 0n || (tx.kind !== 'void' && tx.entries.length < 2))
    throw new Refused('GL004', '', `transaction ${tx.id} does not balance`);
  if (pending && !db.resolved.insert({ pending: pending.id, by: tx.id }))
    throw new Refused('GL002', '', `pending transaction ${pending.id} is already resolved`);
  if (pending && tx.kind === 'post' && exceeds(tx, pending))
    throw new Refused('GL006', '', `transaction ${tx.id} moves more than ${pending.id} promised`);
  db.ledger.insert(tx);
  db.note(`posting ${tx.reason}`);
  if (pending)
    apply(
      db,
      'release',
      pending.entries.map((entry) => ({ ...entry, amount: -entry.amount })),
    );
  apply(db, tx.kind === 'pending' ? 'pending' : 'posted', tx.entries);
  return 'created';
}

export function ledgerStatements(known: Statements): Statements {
  // Transactions run one after another here: what they lock is theirs anyway.
  return known
    .add('ledger_lock_subjects', () => answer([]))
    .add('ledger_post_batch', (db, values) => {
      const [ids, kinds, reasons, subjects, hashes, pendings, index, codes, , amounts] =
        values as readonly [
          string[],
          string[],
          string[],
          string[],
          Buffer[],
          (string | null)[],
          number[],
          string[],
          string[],
          bigint[],
        ];
      const entries = ids.map((): { code: string; amount: bigint }[] => []);
      index.forEach((n, i) => entries[n - 1]!.push({ code: codes[i]!, amount: amounts[i]! }));
      const touched = new Set(codes);
      const outcomes = ids.map((id, i) => {
        const tx: LedgerTx = {
          id,
          kind: kinds[i]!,
          reason: reasons[i]!,
          subject: subjects[i]!,
          hash: hashes[i]!.toString('base64'),
          pending_id: pendings[i]!,
          entries: entries[i]!,
        };
        const outcome = postOne(db, tx);
        const resolved = tx.pending_id === null ? undefined : db.ledger.get(tx.pending_id);
        for (const { code } of resolved?.entries ?? []) touched.add(code);
        return { outcome };
      });
      // One update of the balances for the whole batch, as the trigger does it.
      checkBalances(db, touched);
      return answer(outcomes);
    });
}
