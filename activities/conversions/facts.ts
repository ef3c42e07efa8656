import type { Split } from '../../domain/ledger/plans';
import { formatTenge } from '../../domain/money';
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

export const partiesOf = (
  facts: PricedFacts,
): { conversionId: string; brandId: string; influencerId: string } => ({
  conversionId: facts.id,
  brandId: facts.brandId,
  influencerId: facts.influencerId,
});

/** A split as histories, answers and workflows show it: decimal tenge. */
export const amountsOf = (
  split: Split,
): { readonly gross: string; readonly fee: string; readonly payable: string } => ({
  gross: formatTenge(split.gross),
  fee: formatTenge(split.fee),
  payable: formatTenge(split.payable),
});
