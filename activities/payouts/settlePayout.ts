import { planPayoutPosted, planPayoutVoided } from '../../domain/ledger/plans';
import { formatTenge, parseTenge, type Tiyn } from '../../domain/money';
import type { PayoutState } from '../../domain/payouts/reasons';
import { unwrap } from '../../domain/result';
import { constraintOf, SQLSTATE, sqlState } from '../../store/postgres/codes';
import { StaleRead } from '../../store/postgres/conversionMoney';
import { insertPayoutNotice } from '../../store/postgres/notices';
import { inTransaction, type Sql } from '../../store/postgres/pool';
import { netDebts } from '../../services/netDebts';
import { markConversionsPaid, moveLots } from '../../store/postgres/lots';
import {
  loadPayout,
  loadWithholdings,
  movePayout,
  takenBy,
  type PayoutRow,
} from '../../store/postgres/payouts';
import { noteTold, type Told } from '../../store/postgres/payoutSends';
import { FAILURE } from '../../workflows/contract';
import { final } from '../failures';

import type { PayoutAnswer, PayoutDeps } from './deps';

type Definite = Extract<PayoutAnswer, { kind: 'paid' | 'refused' }>;
export type SettleInput = { readonly payoutId: string; readonly answer: Definite };
export type Settled = {
  readonly state: 'paid' | 'refused' | 'review';
  readonly reason: string | null;
};

/** Refusals that say nothing about the payee: our own account with the provider is empty. Nobody is refused for it. */
const OUR_FAULT: readonly string[] = ['insufficient_balance'];

/** Turns the provider's definite word into postings: the only way a reserve is resolved without people. */
export async function settlePayout(deps: PayoutDeps, input: SettleInput): Promise<Settled> {
  const payout = await loadPayout(deps.pool, input.payoutId);
  if (!payout || payout.net === null)
    throw final(FAILURE.badReference, `payout ${input.payoutId} is not frozen`);
  const settled = settledBefore(payout);
  if (settled) return settled;
  const { answer } = input;
  if (answer.kind === 'refused') {
    const { code, reason: text } = answer;
    if (OUR_FAULT.includes(code)) return toReview(deps, payout.id, 'provider_short_of_money');
    return voidPayout(deps, payout.id, 'refused', { code, text });
  }
  // A yes to what we never sent fits nothing here: people look (the workflow flags what the books refuse).
  if (payout.state === 'reserved')
    throw final(FAILURE.ledgerConflict, `payout ${payout.id} was paid and never sent`);
  const amount = unwrap(parseTenge(answer.amount));
  const told = { state: 'paid', providerReference: answer.providerReference, amount } as const;
  // Paid, but not what we asked for: posting either figure would hide the difference.
  if (amount !== payout.net) return toReview(deps, payout.id, 'provider_amount_differs', told);
  try {
    return await post(deps, payout, payout.net, answer.providerReference);
  } catch (thrown) {
    if (!isProviderIdTaken(thrown)) throw thrown;
    return toReview(deps, payout.id, 'provider_id_reused', { ...told, providerReference: null });
  }
}

/** One movement of the provider's is one payout: the second that claims it is for people. */
export const isProviderIdTaken = (thrown: unknown): boolean =>
  sqlState(thrown) === SQLSTATE.uniqueViolation &&
  constraintOf(thrown) === 'payouts_provider_reference';

function settledBefore(payout: PayoutRow): Settled | undefined {
  if (payout.state === 'paid') return { state: 'paid', reason: null };
  if (payout.state === 'refused' || payout.state === 'cancelled')
    return { state: 'refused', reason: payout.reasonCode };
  if (payout.state === 'review') return { state: 'review', reason: payout.reasonCode };
  return undefined;
}

async function toReview(
  deps: PayoutDeps,
  payoutId: string,
  reason: string,
  told?: Told,
): Promise<Settled> {
  await flagPayout(deps, payoutId, reason, told);
  return { state: 'review', reason };
}

async function post(
  deps: PayoutDeps,
  payout: PayoutRow,
  net: Tiyn,
  providerReference: string,
): Promise<Settled> {
  const withheld = await loadWithholdings(deps.pool, payout.id);
  const taken = await takenBy(deps.pool, payout.id);
  const provider = deps.provider.name;
  const { id: payoutId, influencerId, amount } = payout;
  const plan = planPayoutPosted({ payoutId, influencerId, amount, net, provider }, withheld);
  await deps.ledger.postWith([plan], async (sql) => {
    const moved = await movePayout(sql, {
      payoutId,
      from: ['submitting', 'unknown'],
      to: 'paid',
      provider,
      providerReference,
      providerAmount: net,
      settledAt: deps.now(),
    });
    if (!moved) throw new StaleRead(`payout ${payoutId} was settled meanwhile`);
    await markConversionsPaid(
      sql,
      { payoutId },
      taken.map((part) => part.conversionId),
    );
    await insertPayoutNotice(sql, payoutId, 'payout_paid', { net: formatTenge(net) });
  });
  return { state: 'paid', reason: null };
}

/** What a caller of voidPayout adds to its transaction. */
export type VoidFollow = (sql: Sql) => Promise<void>;

/** The reserve and the lots go back whole: the money covers debts, and what is left can be asked for again. */
export async function voidPayout(
  deps: PayoutDeps,
  payoutId: string,
  to: 'refused' | 'cancelled',
  reason: { readonly code: string; readonly text: string },
  from: readonly PayoutState[] = to === 'refused'
    ? ['reserved', 'submitting', 'unknown']
    : ['requested', 'reserved'],
  follow?: VoidFollow,
): Promise<Settled> {
  const payout = await loadPayout(deps.pool, payoutId);
  const taken = await takenBy(deps.pool, payoutId);
  await deps.ledger.postWith([planPayoutVoided(payoutId)], async (sql) => {
    const moved = await movePayout(sql, {
      payoutId,
      from,
      to,
      reasonCode: reason.code,
      reasonText: reason.text,
      provider: deps.provider.name,
      settledAt: deps.now(),
    });
    if (!moved) throw new StaleRead(`payout ${payoutId} was settled meanwhile`);
    await moveLots(sql, taken, -1);
    await insertPayoutNotice(sql, payoutId, 'payout_refused', { reason: reason.code });
    await follow?.(sql);
  });
  if (payout) await netDebts(deps, payout.influencerId);
  return { state: 'refused', reason: reason.code };
}

/** For people to look at, with the reserve kept and what the provider said: nothing here can pay twice or lose the money. */
export async function flagPayout(
  deps: PayoutDeps,
  payoutId: string,
  reason: string,
  told?: Told,
): Promise<void> {
  try {
    await flag(deps, payoutId, reason, told);
  } catch (thrown) {
    // Another payout has that movement already: its id is not kept here, the amount is.
    if (!told || !isProviderIdTaken(thrown)) throw thrown;
    await flag(deps, payoutId, 'provider_id_reused', { ...told, providerReference: null });
  }
}

const flag = (deps: PayoutDeps, payoutId: string, reason: string, told?: Told): Promise<void> =>
  inTransaction(deps.pool, async (sql) => {
    const moved = await movePayout(sql, { payoutId, to: 'review', reasonCode: reason });
    if (!moved) return;
    if (told) await noteTold(sql, payoutId, told, deps.now());
    await insertPayoutNotice(sql, payoutId, 'payout_review', { reason });
  });
