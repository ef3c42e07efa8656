import { randomBytes } from 'node:crypto';

import { idFromBytes } from '../domain/ids';
import { planNetting } from '../domain/ledger/plans';
import { formatTenge, type Tiyn } from '../domain/money';
import { availableIn, consumeLots, type Lot } from '../domain/payouts/lots';
import { StaleRead } from '../store/postgres/conversionMoney';
import { insertNettings, openDebts, type Netting, type OpenDebt } from '../store/postgres/debts';
import { LedgerError, type LedgerQueue } from '../store/postgres/ledger';
import { markConversionsPaid, moveLots, openLots } from '../store/postgres/lots';
import { insertNotice } from '../store/postgres/notices';
import type { Pool } from 'pg';

type Deps = { readonly pool: Pool; readonly ledger: LedgerQueue };

/** Lots and debts change only by steps about the same person; a loser reads again. */
const TRIES = 5;

/**
 * Covers a payee's debts from the money that is payable to them, oldest debt and oldest order first, and answers how
 * much was covered (tiyn). It runs wherever money becomes payable or a debt arises, and before every request
 * for a payout, so that what a person may ask for never holds what they owe. Taxes need no step of their own: the
 * covered money is no part of any later payout, so it lowers the base of the month in which it would have been paid.
 */
export async function netDebts(deps: Deps, influencerId: string): Promise<Tiyn> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await tryNetting(deps, influencerId);
    } catch (thrown) {
      const lost =
        thrown instanceof StaleRead ||
        (thrown instanceof LedgerError && thrown.code === 'ledger_overdraft');
      if (!lost || attempt >= TRIES) throw thrown;
    }
  }
}

async function tryNetting({ pool, ledger }: Deps, influencerId: string): Promise<Tiyn> {
  const debts = await openDebts(pool, influencerId, false);
  if (debts.length === 0) return 0n;
  const planned = share(debts, await openLots(pool, influencerId, false));
  if (planned.amount === 0n) return 0n;
  const id = idFromBytes('netting', randomBytes(16));
  await ledger.postWith([planNetting(id, influencerId, planned.amount)], async (sql) => {
    // Lots before debts: the order in which every step that needs both locks them.
    const lots = await openLots(sql, influencerId, true);
    const now = share(await openDebts(sql, influencerId, true), lots);
    if (now.amount !== planned.amount)
      throw new StaleRead(`debts of ${influencerId} changed while they were netted`);
    await moveLots(sql, now.taken, 1);
    await insertNettings(
      sql,
      now.parts.map((part) => ({ id, ...part })),
    );
    await markConversionsPaid(
      sql,
      { nettingId: id },
      now.taken.map((part) => part.conversionId),
    );
    await insertNotice(sql, {
      influencerId,
      code: 'debt_netted',
      params: { amount: formatTenge(now.amount) },
    });
  });
  return planned.amount;
}

type Shared = {
  readonly amount: Tiyn;
  readonly taken: readonly Netting['part'][];
  readonly parts: readonly Omit<Netting, 'id'>[];
};

/** Which parts of which lots cover which debts. */
function share(debts: readonly OpenDebt[], lots: readonly Lot[]): Shared {
  const owed = debts.reduce((sum, debt) => sum + debt.open, 0n);
  const available = availableIn(lots);
  const amount = owed < available ? owed : available;
  if (amount === 0n) return { amount, taken: [], parts: [] };
  const parts: Omit<Netting, 'id'>[] = [];
  let left: readonly Lot[] = lots;
  let rest = amount;
  for (const debt of debts) {
    const wanted = debt.open < rest ? debt.open : rest;
    if (wanted === 0n) break;
    const consumed = consumeLots(left, wanted);
    if (!consumed.ok) throw new Error(`lots do not cover ${wanted}: ${consumed.error}`);
    for (const part of consumed.value.taken) parts.push({ debtId: debt.id, part });
    left = left.map((lot) => without(lot, consumed.value.taken));
    rest -= wanted;
  }
  const taken = new Map<string, Netting['part']>();
  for (const { part } of parts) {
    const before = taken.get(part.conversionId);
    taken.set(part.conversionId, {
      conversionId: part.conversionId,
      payable: part.payable + (before?.payable ?? 0n),
      gross: part.gross + (before?.gross ?? 0n),
    });
  }
  return { amount, taken: [...taken.values()], parts };
}

function without(lot: Lot, taken: readonly Netting['part'][]): Lot {
  const part = taken.find(({ conversionId }) => conversionId === lot.conversionId);
  if (!part) return lot;
  return {
    ...lot,
    consumed: lot.consumed + part.payable,
    consumedGross: lot.consumedGross + part.gross,
  };
}
