import type { ConversionEvent, Move } from '../../domain/conversions/next';
import type { Standing } from '../../domain/conversions/standing';
import type { Move as StoredMove } from '../../store/postgres/conversionMoney';

import type { MatchedFacts } from './facts';

/** One move of the table, about to be carried out on one order. */
export type Step<Facts extends MatchedFacts = MatchedFacts> = {
  readonly facts: Facts;
  readonly order: Standing;
  readonly event: ConversionEvent;
  readonly move: Move;
  /** The adjustment that carries it out; undefined: the order's own workflow. */
  readonly driver: string | undefined;
};

/**
 * What a step does to the order's row, as the table says unless `change` says otherwise. It is decided on what was
 * read, or not done at all; the history names the adjustment that made it.
 */
export function moveOf(
  { facts, move, driver }: Step,
  change: Partial<Omit<StoredMove, 'conversionId' | 'from'>>,
): StoredMove {
  return {
    conversionId: facts.id,
    from: [facts.state],
    to: move.to,
    reason: move.reason,
    expect: { orderStatus: facts.orderStatus, sale: facts.sale, revision: facts.revision },
    ...change,
    detail: { ...change.detail, ...(driver !== undefined && { workflow: driver }) },
  };
}
