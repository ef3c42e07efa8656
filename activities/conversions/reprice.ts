import { isReasonCode, type ReasonCode } from '../../domain/conversions/reasons';
import { planAccrue, planVoid, splitSale } from '../../domain/ledger/plans';
import { formatTenge } from '../../domain/money';
import { moveConversion } from '../../store/postgres/conversionMoney';

import { accruedOf, type Accrued } from './accrue';
import { voidConversion, type Ended } from './decide';
import { partiesOf, readFacts, withdrawnReason } from './facts';
import type { ConversionDeps } from './deps';

/** `revision` is the one the workflow holds now. */
export type RepriceInput = { readonly conversionId: string; readonly revision: number };
export type RepriceOutcome = Accrued | Ended | { readonly kind: 'unchanged' };

/**
 * Brings the promise in line with the order as it stands after an event: withdrawn → void and end; another
 * amount → void this revision and promise the next under the SAME terms and hold end; else nothing.
 */
export async function repriceConversion(
  deps: ConversionDeps,
  input: RepriceInput,
): Promise<RepriceOutcome> {
  const facts = await readFacts(deps, input.conversionId);
  if (facts.state === 'CANCELLED' || facts.state === 'REFUSED') {
    return {
      kind: 'ended',
      state: facts.state,
      reason: isReasonCode(facts.reasonCode ?? '')
        ? (facts.reasonCode as ReasonCode)
        : 'order_rejected',
    };
  }
  const withdrawn = withdrawnReason(facts);
  if (withdrawn) return voidConversion(deps, facts, withdrawn);
  if (!facts.split || !facts.heldUntil) return { kind: 'unchanged' };

  const { commissionBps, platformFeeBps } = facts.terms;
  const split = splitSale(facts.sale, commissionBps, platformFeeBps);
  if (split.gross === facts.split.gross) {
    // Either nothing changed, or this step already ran and only its report was lost.
    return facts.revision > input.revision
      ? accruedOf(deps, facts, split, facts.heldUntil)
      : { kind: 'unchanged' };
  }
  if (split.payable === 0n) return voidConversion(deps, facts, 'refunded_in_hold');

  const next = facts.revision + 1;
  const { heldUntil } = facts;
  await deps.ledger.postWith(
    [planVoid(facts.id, facts.revision), planAccrue(partiesOf(facts), split, next)],
    (sql) =>
      moveConversion(sql, {
        conversionId: facts.id,
        from: ['HELD', 'REVIEW'],
        to: 'HELD',
        reason: 'amount_changed_in_hold',
        expect: { orderStatus: facts.orderStatus, sale: facts.sale, revision: facts.revision },
        set: { revision: next, split, heldUntil, terms: facts.terms },
        detail: {
          gross: formatTenge(split.gross),
          fee: formatTenge(split.fee),
          payable: formatTenge(split.payable),
        },
      }),
  );
  return accruedOf(deps, facts, split, heldUntil);
}
