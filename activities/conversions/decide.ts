import type { ReasonCode } from '../../domain/conversions/reasons';
import { planVoid } from '../../domain/ledger/plans';
import { formatTenge } from '../../domain/money';
import { flagForReview, moveConversion } from '../../store/postgres/conversionMoney';
import { insertNotice } from '../../store/postgres/notices';

import { readFacts, type PricedFacts } from './facts';
import type { ConversionDeps } from './deps';

export type Ended = {
  readonly kind: 'ended';
  readonly state: 'CANCELLED' | 'REFUSED';
  readonly reason: ReasonCode;
};
export type FlagInput = { readonly conversionId: string; readonly reason: ReasonCode };
export type CancelInput = { readonly conversionId: string; readonly by: string };

/** Takes the promise back and closes the conversion. */
export async function voidConversion(
  deps: ConversionDeps,
  facts: PricedFacts,
  reason: ReasonCode,
  detail: Readonly<Record<string, unknown>> = {},
): Promise<Ended> {
  const ended = { kind: 'ended', state: 'CANCELLED', reason } as const;
  if (facts.state === 'CANCELLED') return ended;
  await deps.ledger.postWith([planVoid(facts.id, facts.revision)], async (sql) => {
    await moveConversion(sql, {
      conversionId: facts.id,
      from: ['HELD', 'REVIEW'],
      to: 'CANCELLED',
      reason,
      expect: { revision: facts.revision },
      detail: { ...detail, revision: facts.revision },
    });
    await insertNotice(sql, {
      influencerId: facts.influencerId,
      code: 'order_cancelled',
      params: { reason, amount: formatTenge(facts.split?.payable ?? 0n) },
      subjectId: facts.id,
    });
  });
  return ended;
}

export const flagConversion = (deps: ConversionDeps, input: FlagInput): Promise<void> =>
  flagForReview(deps.pool, input.conversionId, input.reason);

/** A person decided against it. */
export async function cancelConversion(deps: ConversionDeps, input: CancelInput): Promise<Ended> {
  const facts = await readFacts(deps, input.conversionId);
  return voidConversion(deps, facts, 'cancelled_by_person', { by: input.by });
}
