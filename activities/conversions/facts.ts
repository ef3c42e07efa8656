import { loadConversionFacts, type ConversionFacts } from '../../store/postgres/conversionMoney';
import { final } from '../failures';
import { FAILURE } from '../../workflows/contract';

import type { ConversionDeps } from './deps';

/** A conversion that can carry money: matched to an influencer and priced by terms. Anything else is a bug upstream. */
export type PricedFacts = ConversionFacts & {
  readonly influencerId: string;
  readonly terms: NonNullable<ConversionFacts['terms']>;
};

export async function readFacts(deps: ConversionDeps, conversionId: string): Promise<PricedFacts> {
  const facts = await loadConversionFacts(deps.pool, conversionId);
  if (!facts) throw final(FAILURE.invalidInput, `no conversion ${conversionId}`);
  if (facts.influencerId === null)
    throw final(FAILURE.invalidInput, `conversion ${conversionId} is not matched`);
  if (facts.terms === null)
    throw final(FAILURE.invalidInput, `programme ${facts.programmeId} has no terms`);
  return { ...facts, influencerId: facts.influencerId, terms: facts.terms };
}

export const partiesOf = (
  facts: PricedFacts,
): { conversionId: string; brandId: string; influencerId: string } => ({
  conversionId: facts.id,
  brandId: facts.brandId,
  influencerId: facts.influencerId,
});

/** The shop took the order back: why, in the words of domain/conversions/reasons.ts. */
export function withdrawnReason(facts: ConversionFacts): string | undefined {
  if (facts.orderStatus === 'rejected') return 'order_rejected';
  if (facts.orderStatus === 'refunded') return 'refunded_in_hold';
  return undefined;
}
