import { basisPoints, multiply, type Tiyn } from '../money';

import { accounts } from './accounts';
import type { Entry, LedgerTransaction } from './transaction';

/** Business event → ledger transaction, as pure functions: the only places that know which accounts move. */

export type Split = { readonly gross: Tiyn; readonly fee: Tiyn; readonly payable: Tiyn };

/**
 * Commission on a sale: gross = sale × commission, fee = gross × platform fee, payable = the rest.
 * Both are rounded half-up to the tiyn, so the influencer and not the platform carries the fee's rounding
 * by at most half a tiyn, and gross = fee + payable always.
 */
export function splitSale(sale: Tiyn, commissionBps: number, platformFeeBps: number): Split {
  const gross = multiply(sale, basisPoints(commissionBps), 1n, 'half_up');
  const fee = multiply(gross, basisPoints(platformFeeBps), 1n, 'half_up');
  return { gross, fee, payable: gross - fee };
}

const nonZero = (entries: Entry[]): Entry[] => entries.filter((entry) => entry.amount !== 0n);

export type ConversionParties = {
  readonly conversionId: string;
  readonly brandId: string;
  readonly influencerId: string;
};

/** An order changes while it is held: every amount is a revision, and only the newest is pending. */
export const accrueId = (conversionId: string, revision: number): string =>
  `${conversionId}:accrue:${revision}`;

function splitEntries(parties: ConversionParties, split: Split): Entry[] {
  return nonZero([
    { account: accounts.advertiser(parties.brandId), amount: -split.gross },
    { account: accounts.payee(parties.influencerId), amount: split.payable },
    { account: accounts.fee, amount: split.fee },
  ]);
}

/** The commission is promised: held for the influencer until the return period is over. */
export function planAccrue(
  parties: ConversionParties,
  split: Split,
  revision: number,
): LedgerTransaction {
  return {
    id: accrueId(parties.conversionId, revision),
    kind: 'pending',
    reason: 'conversion.accrue',
    subjectId: parties.conversionId,
    entries: splitEntries(parties, split),
  };
}

/** The order was cancelled, refused or changed: the promise of that revision is taken back. */
export function planVoid(conversionId: string, revision: number): LedgerTransaction {
  return {
    id: `${conversionId}:void:${revision}`,
    kind: 'void',
    reason: 'conversion.void',
    subjectId: conversionId,
    pendingId: accrueId(conversionId, revision),
    entries: [],
  };
}

/**
 * The order is confirmed and the payee checked: the promise becomes payable. An order that comes back after a
 * cancellation, or rises after its release, has a promise of its own and so a release of its own.
 */
export function planRelease(
  parties: ConversionParties,
  split: Split,
  revision: number,
): LedgerTransaction {
  return {
    id: `${parties.conversionId}:release:${revision}`,
    kind: 'post',
    reason: 'conversion.release',
    subjectId: parties.conversionId,
    pendingId: accrueId(parties.conversionId, revision),
    entries: splitEntries(parties, split),
  };
}

/**
 * The order came back, wholly or in part, after its release: the brand owes so much less, the fee and the payee give
 * up their parts. `debt`, at most `back.payable`, is what is no longer on the payee's balance: it is owed, and a
 * balance of money that people may ask for never goes below zero.
 */
export function planTakeBack(
  parties: ConversionParties,
  back: Split,
  debt: Tiyn,
  revision: number,
): LedgerTransaction {
  return {
    id: `${parties.conversionId}:correct:${revision}`,
    kind: 'single',
    reason: 'conversion.correct',
    subjectId: parties.conversionId,
    entries: nonZero([
      { account: accounts.advertiser(parties.brandId), amount: back.gross },
      { account: accounts.fee, amount: -back.fee },
      { account: accounts.payee(parties.influencerId), amount: debt - back.payable },
      { account: accounts.debt(parties.influencerId), amount: -debt },
    ]),
  };
}

/** Money that became payable covers a debt first: what is left is taxed and paid, in the month it is paid. */
export function planNetting(id: string, influencerId: string, amount: Tiyn): LedgerTransaction {
  return {
    id,
    kind: 'single',
    reason: 'debt.net',
    subjectId: influencerId,
    entries: [
      { account: accounts.payee(influencerId), amount: -amount },
      { account: accounts.debt(influencerId), amount },
    ],
  };
}

/** Two people gave the debt up: the platform bears it. */
export function planWriteOff(
  debtId: string,
  influencerId: string,
  amount: Tiyn,
): LedgerTransaction {
  return {
    id: `${debtId}:write-off`,
    kind: 'single',
    reason: 'debt.write_off',
    subjectId: debtId,
    entries: [
      { account: accounts.debt(influencerId), amount },
      { account: accounts.badDebt, amount: -amount },
    ],
  };
}

export const reserveId = (payoutId: string): string => `${payoutId}:reserve`;

/** Money asked for is set aside before anything is sent; from here a second payout cannot spend it. */
export function planReserve(
  payoutId: string,
  influencerId: string,
  amount: Tiyn,
): LedgerTransaction {
  return {
    id: reserveId(payoutId),
    kind: 'pending',
    reason: 'payout.reserve',
    subjectId: payoutId,
    entries: [
      { account: accounts.payee(influencerId), amount: -amount },
      { account: accounts.payoutClearing, amount },
    ],
  };
}

export type Withheld = { readonly component: string; readonly amount: Tiyn };

/** The provider's definite yes: net left through the provider, each tax is owed to the state. */
export function planPayoutPosted(
  payout: { payoutId: string; influencerId: string; amount: Tiyn; net: Tiyn; provider: string },
  withheld: readonly Withheld[],
): LedgerTransaction {
  return {
    id: `${payout.payoutId}:post`,
    kind: 'post',
    reason: 'payout.post',
    subjectId: payout.payoutId,
    pendingId: reserveId(payout.payoutId),
    entries: nonZero([
      { account: accounts.payee(payout.influencerId), amount: -payout.amount },
      { account: accounts.provider(payout.provider), amount: payout.net },
      ...withheld.map(({ component, amount }) => ({ account: accounts.tax(component), amount })),
    ]),
  };
}

/** A definite no: the reserve returns to the influencer whole. */
export function planPayoutVoided(payoutId: string): LedgerTransaction {
  return {
    id: `${payoutId}:void`,
    kind: 'void',
    reason: 'payout.void',
    subjectId: payoutId,
    pendingId: reserveId(payoutId),
    entries: [],
  };
}

/**
 * The provider paid more than it was asked to: its prefunded money is less by that, and it (or the payee) owes it back.
 * Apart from the post, which never moves more than was promised.
 */
export function planPayoutOverpaid(
  payoutId: string,
  provider: string,
  amount: Tiyn,
): LedgerTransaction {
  return {
    id: `${payoutId}:overpaid`,
    kind: 'single',
    reason: 'payout.overpaid',
    subjectId: payoutId,
    entries: [
      { account: accounts.provider(provider), amount },
      { account: accounts.providerDifferences(provider), amount: -amount },
    ],
  };
}
