import type { ReasonCode } from '../../domain/conversions/reasons';
import { loadConversionFacts, type ConversionFacts } from '../../store/postgres/conversionMoney';
import { final } from '../failures';
import { FAILURE } from '../../workflows/contract';

import type { ConversionDeps } from './deps';

/** Matched to an influencer: the relay sends no other. */
export type MatchedFacts = ConversionFacts & { readonly influencerId: string };

/** Can carry money: terms were in force when it reached us. */
export type PricedFacts = MatchedFacts & { readonly terms: NonNullable<ConversionFacts['terms']> };

export async function readMatched(
  deps: ConversionDeps,
  conversionId: string,
): Promise<MatchedFacts> {
  const facts = await loadConversionFacts(deps.pool, conversionId);
  if (!facts) throw final(FAILURE.invalidInput, `no conversion ${conversionId}`);
  const { influencerId } = facts;
  if (influencerId === null)
    throw final(FAILURE.invalidInput, `conversion ${conversionId} is not matched`);
  return { ...facts, influencerId };
}

/** For the steps after the accrual, which refuses what has no terms. */
export async function readFacts(deps: ConversionDeps, conversionId: string): Promise<PricedFacts> {
  const facts = await readMatched(deps, conversionId);
  const { terms } = facts;
  if (terms === null) throw final(FAILURE.invalidInput, `conversion ${conversionId} has no terms`);
  return { ...facts, terms };
}

export const partiesOf = (
  facts: PricedFacts,
): { conversionId: string; brandId: string; influencerId: string } => ({
  conversionId: facts.id,
  brandId: facts.brandId,
  influencerId: facts.influencerId,
});

/** The shop took the order back: why, in the words of domain/conversions/reasons.ts. */
export function withdrawnReason(facts: ConversionFacts): ReasonCode | undefined {
  if (facts.orderStatus === 'rejected') return 'order_rejected';
  if (facts.orderStatus === 'refunded') return 'refunded_in_hold';
  return undefined;
}
