import {
  REVIEW_FAILURES,
  WAY_OUT_VERDICTS,
  type ReviewFailure,
  type WayOut,
} from '../../../../domain/payouts/reviews';
import type { Schema } from '../types';

type Case = Schema<'PayoutReviewCase'>;
export type Against = (typeof REVIEW_FAILURES)[ReviewFailure];

const isFailure = (verdict: string): verdict is ReviewFailure => verdict in REVIEW_FAILURES;

/** Why the provider's last word stands against a way out, by the rule that will judge it; null when it does not. */
export function againstIt(wayOut: WayOut, told: Case['told']): Against | null {
  const verdict = WAY_OUT_VERDICTS[wayOut][told?.state ?? 'unknown'];
  return isFailure(verdict) ? REVIEW_FAILURES[verdict] : null;
}

/** A provider that says "paid" is not contradicted even in a proposal; its other words may have changed by then. */
export const mayPropose = (wayOut: WayOut, told: Case['told']): boolean =>
  told?.state !== 'paid' || wayOut === 'paid';
