import { consumeLots, availableIn, type Consumption } from '../domain/payouts/lots';
import type { Tiyn } from '../domain/money';
import { quotePayout, regimeOf, type Quote } from '../domain/payouts/quote';
import type { Mode, PayeeFacts } from '../domain/payouts/readiness';
import { cumulativeFromJson, type CumulativeJson } from '../domain/tax/cumulative';
import type { BaseMode } from '../domain/tax/regime';
import { almatyDate } from '../domain/time';
import { loadPayee } from '../store/postgres/conversionMoney';
import { openLots } from '../store/postgres/lots';
import { hasOpenPayout } from '../store/postgres/payouts';
import { lastCumulative } from '../store/postgres/payoutBatches';
import type { Sql } from '../store/postgres/pool';
import { instrumentSince } from '../store/postgres/profile';
import type { PayoutRequestRefusal } from './commands';

export type QuoteRules = {
  readonly mode: Mode;
  readonly minimum: Tiyn;
  readonly baseMode?: BaseMode | undefined;
  /** How long a new card or IBAN waits before it can be paid to; ms. */
  readonly instrumentWaitMs: number;
};

/** A payout as it would be now. With a refusal, what could still be computed is there. */
export type PayoutQuote = {
  readonly payee: PayeeFacts;
  readonly available: Tiyn;
  /** What is asked for, or all that is available. */
  readonly amount: Tiyn;
  readonly consumption: Consumption | undefined;
  readonly taxed: Quote | undefined;
  readonly refusal: PayoutRequestRefusal | undefined;
};

/**
 * What a request for this amount (all that is available when undefined) would come to: the request itself and
 * its preview both ask here, so that they cannot say different things. undefined: no such influencer.
 */
export async function quoteRequest(
  sql: Sql,
  rules: QuoteRules,
  influencerId: string,
  wanted: Tiyn | undefined,
  now: Date,
): Promise<PayoutQuote | undefined> {
  const payee = await payeeOfRequest(sql, rules.instrumentWaitMs, influencerId, now);
  if (!payee) return undefined;
  const lots = await openLots(sql, influencerId, false);
  const available = availableIn(lots);
  const amount = wanted ?? available;
  const consumed = consumeLots(lots, wanted);
  const consumption = consumed.ok ? consumed.value : undefined;
  const taxed = consumption && (await taxOf(sql, rules, influencerId, payee, consumption, now));
  const reasons: (PayoutRequestRefusal | false | undefined)[] = [
    (await hasOpenPayout(sql, influencerId)) && 'payout_in_progress',
    gapOf(payee, rules.mode),
    !consumed.ok &&
      (consumed.error === 'amount_not_positive' ? 'amount_below_minimum' : consumed.error),
    amount < rules.minimum && 'amount_below_minimum',
    taxed && !taxed.ok && taxed.error.code,
  ];
  const refusal = reasons.find((reason) => reason !== false && reason !== undefined) || undefined;
  return {
    payee,
    available,
    amount,
    consumption,
    taxed: taxed?.ok ? taxed.value : undefined,
    refusal,
  };
}

/** What a request goes by: also how lately the card was given. */
export async function payeeOfRequest(
  sql: Sql,
  waitMs: number,
  influencerId: string,
  now: Date,
): Promise<PayeeFacts | undefined> {
  const payee = await loadPayee(sql, influencerId, now);
  if (!payee) return undefined;
  const from = payableFrom(await instrumentSince(sql, influencerId), waitMs);
  return { ...payee, instrumentWaits: from !== null && from > now };
}

/** From when a card or IBAN given at `since` can be paid to. */
export const payableFrom = (since: Date | null, waitMs: number): Date | null =>
  since === null ? null : new Date(since.getTime() + waitMs);

function gapOf(payee: PayeeFacts, mode: Mode): PayoutRequestRefusal | undefined {
  const regime = regimeOf(payee, mode);
  return regime.ok ? undefined : regime.error.code;
}

async function taxOf(
  sql: Sql,
  rules: QuoteRules,
  influencerId: string,
  payee: PayeeFacts,
  { amount, gross }: Consumption,
  now: Date,
): Promise<ReturnType<typeof quotePayout>> {
  const paymentDate = almatyDate(now);
  const stored =
    payee.regime === null
      ? undefined
      : await lastCumulative(sql, influencerId, payee.regime, paymentDate.slice(0, 4));
  return quotePayout({
    payee,
    mode: rules.mode,
    paymentDate,
    item: { amount, gross, fee: gross - amount },
    cumulative: stored ? cumulativeFromJson(stored as CumulativeJson) : undefined,
    ...(rules.baseMode && { baseMode: rules.baseMode }),
  });
}
