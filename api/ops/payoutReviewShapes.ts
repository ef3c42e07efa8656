import { tengeOrNull } from '../../domain/money';
import { REVIEW_FAILURES } from '../../domain/payouts/reviews';
import type { ReviewRow, UnderReview } from '../../store/postgres/payoutReviews';
import { payoutWorkflowId } from '../../workflows/contract';
import type { Viewer } from '../access/viewer';
import { actor, named, payoutWhy } from './shapes';
import { workflowUrl, type OpsSide } from './side';

const actorOrNull = (id: string | null, name: string | null): unknown =>
  id === null ? null : actor(id, name);

export const proposalShape = (row: ReviewRow): unknown => ({
  id: row.id,
  payout_id: row.payoutId,
  way_out: row.wayOut,
  provider_reference: row.providerReference,
  paid: tengeOrNull(row.paid),
  reason: row.reason,
  state: row.state,
  proposed_by: actor(row.proposedBy, row.proposedByName),
  proposed_at: row.proposedAt,
  decided_by: actorOrNull(row.decidedBy, row.decidedByName),
  decided_at: row.decidedAt,
  decision_note: row.decisionNote,
  failure: row.failure === null ? null : { code: row.failure, ...REVIEW_FAILURES[row.failure] },
  effect: row.effect,
  ended_at: row.endedAt,
});

export const isOpenProposal = ({ state }: ReviewRow): boolean =>
  state === 'proposed' || state === 'confirmed';

/** `proposals`: newest first. */
export function caseShape(
  row: UnderReview,
  proposals: readonly ReviewRow[],
  viewer: Viewer,
  ops: OpsSide,
): unknown {
  const open = proposals.find(isOpenProposal);
  const workflowId = payoutWorkflowId(row.id);
  return {
    payout_id: row.id,
    batch_id: row.batchId,
    influencer: named(row.influencerId, row.influencerName),
    state: row.state,
    reason: payoutWhy(row.reasonCode),
    since: row.since,
    amount: tengeOrNull(row.amount),
    net: tengeOrNull(row.net),
    attempt: row.attempt,
    sends: row.sends,
    reference: row.reference,
    provider: row.provider,
    told:
      row.toldState === null
        ? null
        : {
            state: row.toldState,
            provider_reference: row.providerReference,
            amount: tengeOrNull(row.providerAmount),
            at: row.toldAt,
          },
    proposal: open === undefined ? null : proposalShape(open),
    earlier: proposals.filter((one) => one !== open).map(proposalShape),
    allowed: row.state === 'review' ? allowed(row, open, viewer) : [],
    workflow_id: workflowId,
    workflow_url: workflowUrl(ops, workflowId),
  };
}

function allowed(row: UnderReview, open: ReviewRow | undefined, viewer: Viewer): string[] {
  const can: string[] = [];
  const isParty = viewer.actorId === open?.proposedBy || viewer.actorId === row.requestedBy;
  if (viewer.role === 'ops_maker' && !open) can.push('propose');
  if (viewer.role === 'ops_checker' && open?.state === 'proposed' && !isParty) can.push('decide');
  if (viewer.role === 'ops_maker' || viewer.role === 'ops_checker') can.push('look');
  return can;
}
