import { planPayoutPosted, planPayoutVoided } from '../../domain/ledger/plans';
import { formatTenge, parseTenge } from '../../domain/money';
import { unwrap } from '../../domain/result';
import { StaleRead } from '../../store/postgres/conversionMoney';
import { insertPayoutNotice } from '../../store/postgres/notices';
import { inTransaction } from '../../store/postgres/pool';
import { netDebts } from '../../services/netDebts';
import { markConversionsPaid, moveLots } from '../../store/postgres/lots';
import {
  loadPayout,
  loadWithholdings,
  movePayout,
  takenBy,
  type PayoutRow,
} from '../../store/postgres/payouts';
import { FAILURE } from '../../workflows/contract';
import { final } from '../failures';

import type { PayoutAnswer, PayoutDeps } from './deps';

export type SettleInput = {
  readonly payoutId: string;
  readonly answer: Extract<PayoutAnswer, { kind: 'paid' | 'refused' }>;
};
export type Settled = {
  readonly state: 'paid' | 'refused' | 'review';
  readonly reason: string | null;
};

const UNSETTLED = ['reserved', 'submitting', 'unknown', 'review'];

/** Turns the provider's definite word into postings: the only way a reserve is ever resolved. */
export async function settlePayout(deps: PayoutDeps, input: SettleInput): Promise<Settled> {
  const payout = await loadPayout(deps.pool, input.payoutId);
  if (!payout || payout.net === null)
    throw final(FAILURE.badReference, `payout ${input.payoutId} is not frozen`);
  const settled = settledBefore(payout);
  if (settled) return settled;
  if (input.answer.kind === 'refused') {
    return voidPayout(deps, payout.id, 'refused', {
      code: input.answer.code,
      text: input.answer.reason,
    });
  }
  const amount = unwrap(parseTenge(input.answer.amount));
  if (amount !== payout.net) {
    // Paid, but not what we asked for: posting either figure would hide the difference.
    await flagPayout(deps, payout.id, 'provider_amount_differs');
    return { state: 'review', reason: 'provider_amount_differs' };
  }
  return post(deps, payout, payout.net, input.answer.providerReference);
}

function settledBefore(payout: PayoutRow): Settled | undefined {
  if (payout.state === 'paid') return { state: 'paid', reason: null };
  if (payout.state === 'refused' || payout.state === 'cancelled')
    return { state: 'refused', reason: payout.reasonCode };
  return undefined;
}

async function post(
  deps: PayoutDeps,
  payout: PayoutRow,
  net: bigint,
  providerReference: string,
): Promise<Settled> {
  const withheld = await loadWithholdings(deps.pool, payout.id);
  const taken = await takenBy(deps.pool, payout.id);
  const provider = deps.provider.name;
  const plan = planPayoutPosted(
    {
      payoutId: payout.id,
      influencerId: payout.influencerId,
      amount: payout.amount,
      net,
      provider,
    },
    withheld,
  );
  await deps.ledger.postWith([plan], async (sql) => {
    const moved = await movePayout(sql, {
      payoutId: payout.id,
      from: UNSETTLED,
      to: 'paid',
      provider,
      providerReference,
      providerAmount: net,
      settledAt: deps.now(),
    });
    if (!moved) throw new StaleRead(`payout ${payout.id} was settled meanwhile`);
    await markConversionsPaid(
      sql,
      { payoutId: payout.id },
      taken.map((part) => part.conversionId),
    );
    await insertPayoutNotice(sql, payout.id, 'payout_paid', { net: formatTenge(net) });
  });
  return { state: 'paid', reason: null };
}

/** The reserve and the lots go back whole: the money covers debts, and what is left can be asked for again. */
export async function voidPayout(
  deps: PayoutDeps,
  payoutId: string,
  to: 'refused' | 'cancelled',
  reason: { readonly code: string; readonly text: string },
): Promise<Settled> {
  const payout = await loadPayout(deps.pool, payoutId);
  const taken = await takenBy(deps.pool, payoutId);
  await deps.ledger.postWith([planPayoutVoided(payoutId)], async (sql) => {
    const moved = await movePayout(sql, {
      payoutId,
      from: [...UNSETTLED, 'requested'],
      to,
      reasonCode: reason.code,
      reasonText: reason.text,
      provider: deps.provider.name,
      settledAt: deps.now(),
    });
    if (!moved) throw new StaleRead(`payout ${payoutId} was settled meanwhile`);
    await moveLots(sql, taken, -1);
    await insertPayoutNotice(sql, payoutId, 'payout_refused', { reason: reason.code });
  });
  if (payout) await netDebts(deps, payout.influencerId);
  return { state: 'refused', reason: reason.code };
}

/** For a person to look at, with the reserve kept: nothing here can pay twice or lose the money. */
export async function flagPayout(
  deps: PayoutDeps,
  payoutId: string,
  reason: string,
): Promise<void> {
  await inTransaction(deps.pool, async (sql) => {
    const moved = await movePayout(sql, {
      payoutId,
      from: ['reserved', 'submitting', 'unknown'],
      to: 'review',
      reasonCode: reason,
    });
    if (moved) await insertPayoutNotice(sql, payoutId, 'payout_review', { reason });
  });
}
