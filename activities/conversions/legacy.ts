import { isReasonCode, type ReasonCode } from '../../domain/conversions/reasons';
import { moveConversion, StaleRead } from '../../store/postgres/conversionMoney';
import { inTransaction } from '../../store/postgres/pool';
import { FAILURE } from '../../workflows/contract';
import { again } from '../failures';

import { advanceConversion, type Advanced } from './advance';
import type { ConversionDeps } from './deps';

/**
 * The steps that conversions begun before `conversionHearsEverything` call (workflows/legacy/conversion.ts): each is
 * today's one step, told in yesterday's words. They go with that workflow.
 */
type Input = { readonly conversionId: string };

export type Accrued = {
  readonly kind: 'held';
  readonly heldFrom: string;
  readonly heldUntil: string;
  readonly sale: string;
  readonly amounts: { readonly gross: string; readonly fee: string; readonly payable: string };
  readonly influencerId: string;
  readonly brandId: string;
  readonly pollEveryMs: number | null;
};
export type Ended = {
  readonly kind: 'ended';
  readonly state: 'CANCELLED' | 'REFUSED';
  readonly reason: ReasonCode;
};
export type AccrueOutcome = Accrued | Ended;
export type RepriceOutcome = Accrued | Ended | { readonly kind: 'unchanged' };
export type ReleaseOutcome =
  | { readonly kind: 'payable' }
  | Ended
  | { readonly kind: 'unpriced' }
  | { readonly kind: 'unconfirmed'; readonly pollEveryMs: number | null }
  | { readonly kind: 'payee_incomplete'; readonly reason: ReasonCode };

function endedOf({ state, reason }: Advanced): Ended | undefined {
  if (state !== 'CANCELLED' && state !== 'REFUSED') return undefined;
  return { kind: 'ended', state, reason: reason ?? 'order_rejected' };
}

function heldOf(deps: ConversionDeps, order: Advanced): Accrued {
  const now = deps.now().toISOString();
  return {
    kind: 'held',
    heldFrom: now,
    heldUntil: order.heldUntil ?? order.until ?? now,
    sale: order.sale,
    amounts: order.amounts ?? { gross: '0.00', fee: '0.00', payable: '0.00' },
    influencerId: order.influencerId,
    brandId: order.brandId,
    pollEveryMs: order.pollEveryMs,
  };
}

export async function accrueConversion(
  deps: ConversionDeps,
  { conversionId }: Input,
): Promise<AccrueOutcome> {
  const order = await advanceConversion(deps, { conversionId });
  return endedOf(order) ?? heldOf(deps, order);
}

export async function repriceConversion(
  deps: ConversionDeps,
  { conversionId }: Input,
): Promise<RepriceOutcome> {
  const order = await advanceConversion(deps, { conversionId });
  const isHeld = order.state === 'HELD' || order.state === 'REVIEW';
  return endedOf(order) ?? (isHeld ? heldOf(deps, order) : { kind: 'unchanged' });
}

const AGAIN_MS = 60_000;

export async function releaseConversion(
  deps: ConversionDeps,
  { conversionId }: Input,
): Promise<ReleaseOutcome> {
  const order = await advanceConversion(deps, { conversionId });
  const ended = endedOf(order);
  if (ended) return ended;
  if (order.state === 'PAYABLE' || order.state === 'PAID') return { kind: 'payable' };
  if (order.waitsFor === 'payee')
    return { kind: 'payee_incomplete', reason: order.reason ?? 'waiting_for_payee_status' };
  if (order.waitsFor === 'shop') return { kind: 'unconfirmed', pollEveryMs: order.pollEveryMs };
  const leftMs = order.until === null ? AGAIN_MS : Date.parse(order.until) - deps.now().getTime();
  throw again(
    FAILURE.notYet,
    `conversion ${conversionId} waits for ${order.waitsFor}`,
    Math.min(Math.max(leftMs, 0) + 50, AGAIN_MS),
  );
}

/** That workflow's own deadline, or its shop, sent the order to a person. */
export async function flagConversion(
  deps: ConversionDeps,
  { conversionId, reason }: Input & { readonly reason: string },
): Promise<void> {
  try {
    await inTransaction(deps.pool, (sql) =>
      moveConversion(sql, {
        conversionId,
        from: ['HELD'],
        to: 'REVIEW',
        reason: isReasonCode(reason) ? reason : 'held_by_ops',
        expect: {},
      }),
    );
  } catch (thrown) {
    // A person's word was there before, or the order has moved on.
    if (!(thrown instanceof StaleRead)) throw thrown;
  }
}

/** Believes the person's row in Postgres only; without it the order stays. */
export async function cancelConversion(
  deps: ConversionDeps,
  { conversionId }: Input,
): Promise<Ended> {
  const order = await advanceConversion(deps, { conversionId });
  const ended = endedOf(order);
  if (ended) return ended;
  throw again(FAILURE.notYet, `nobody has cancelled conversion ${conversionId}`, AGAIN_MS);
}
