import { insertAudit } from '../../store/postgres/audit';
import {
  findPerson,
  findTaxStatus,
  setDecisionReason,
  type TaxStatusRow,
} from '../../store/postgres/opsPeople';
import { decideStatus, lockPayee } from '../../store/postgres/payeeStatuses';
import { inTransaction, type Sql } from '../../store/postgres/pool';
import {
  closeTaxProposal,
  insertTaxProposal,
  openTaxProposals,
  type OpenTaxProposal,
} from '../../store/postgres/taxDecisions';
import { auditOf } from '../access/audit';
import { jsonAnswer } from '../answer';
import type { Call, Handler } from '../handler';
import type { Reply } from '../reply';
import { announceStatus } from '../influencer/taxStatus';
import { claimShape } from './person';

type Confirm = {
  readonly status_id: string;
  readonly decision: 'confirm';
  readonly evidence: 'kgd' | 'document';
  readonly evidence_ref: string;
  readonly expires_at: string;
};
type Refuse = { readonly status_id: string; readonly decision: 'refuse'; readonly reason: string };

/** KGD answers and registrations are looked at again at least once a year; a month's grace for the mail. */
const LONGEST_MS = 400 * 86_400_000;

const isExpiry = (expires: Date, nowMs: number): boolean =>
  expires.getTime() > nowMs && expires.getTime() - nowMs <= LONGEST_MS;

/** What the person stated and what is proposed about it, under the person's lock. */
async function answerFor(sql: Sql, { params, claim }: Call, statusId: string): Promise<Reply> {
  const influencerId = params['influencerId'] ?? '';
  const status = await findTaxStatus(sql, influencerId, statusId);
  if (!status) return { problem: 'tax_claim_not_found' };
  const proposals = await openTaxProposals(sql, influencerId);
  const answer = jsonAnswer(200, claimShape(status, proposals));
  await claim?.store(sql, answer);
  return answer;
}

/**
 * The person's next payouts are taxed by this, so one says what was seen and until when it holds, and nothing
 * changes before another has looked at the same.
 */
export const proposeTaxDecision: Handler = async ({ pool, now }, call, viewer) => {
  const influencerId = call.params['influencerId'] ?? '';
  const body = call.body as Confirm | Refuse;
  const isConfirm = body.decision === 'confirm';
  const expiresAt = isConfirm ? new Date(body.expires_at) : null;
  if (expiresAt && !isExpiry(expiresAt, now())) return { problem: 'expiry_invalid' };
  if (!(await findPerson(pool, influencerId))) return { problem: 'influencer_not_found' };
  return inTransaction(pool, async (sql): Promise<Reply> => {
    await lockPayee(sql, influencerId);
    const status = await findTaxStatus(sql, influencerId, body.status_id);
    if (!status) return { problem: 'tax_claim_not_found' };
    if (status.state !== 'pending') return { problem: 'tax_claim_decided' };
    const isNew = await insertTaxProposal(sql, {
      statusId: status.id,
      decision: body.decision,
      evidence: isConfirm ? body.evidence : null,
      evidenceRef: isConfirm ? body.evidence_ref : null,
      expiresAt,
      reason: isConfirm ? null : body.reason,
      proposedBy: viewer.actorId,
    });
    if (!isNew) return { problem: 'tax_decision_proposed' };
    await insertAudit(
      sql,
      auditOf(viewer, call, {
        action: `tax_status.propose_${body.decision}`,
        subjectId: influencerId,
        after: isConfirm
          ? { regime: status.regime, evidence: body.evidence, expires_at: body.expires_at }
          : { regime: status.regime, reason: body.reason },
      }),
    );
    return answerFor(sql, call, body.status_id);
  });
};

/**
 * Another person's word on exactly what was proposed. Orders that waited for the status are told through the
 * outbox in the same transaction.
 */
export const decideTaxStatus: Handler = async ({ pool, now }, call, viewer) => {
  const influencerId = call.params['influencerId'] ?? '';
  const { proposal_id: id, decision } = call.body as {
    readonly proposal_id: string;
    readonly decision: 'approve' | 'refuse';
  };
  if (!(await findPerson(pool, influencerId))) return { problem: 'influencer_not_found' };
  return inTransaction(pool, async (sql): Promise<Reply> => {
    await lockPayee(sql, influencerId);
    const proposal = (await openTaxProposals(sql, influencerId, true)).find((one) => one.id === id);
    if (!proposal) return { problem: 'tax_decision_not_proposed' };
    if (proposal.proposedBy === viewer.actorId) return { problem: 'second_person_required' };
    const isApproved = decision === 'approve';
    // What was proposed long ago may have run out since.
    const { expiresAt } = proposal;
    if (isApproved && expiresAt && !isExpiry(expiresAt, now()))
      return { problem: 'expiry_invalid' };
    const status = await findTaxStatus(sql, influencerId, proposal.statusId);
    if (status?.state !== 'pending') return { problem: 'tax_claim_decided' };
    await closeTaxProposal(sql, id, isApproved ? 'approved' : 'refused', viewer.actorId);
    if (isApproved) await takeEffect(sql, status, proposal, viewer.actorId);
    await insertAudit(
      sql,
      auditOf(viewer, call, {
        action: isApproved ? `tax_status.${proposal.decision}` : 'tax_status.refuse_proposal',
        subjectId: influencerId,
        before: { state: 'pending', regime: status.regime },
        after: { proposal: proposal.decision, proposed_by: proposal.proposedBy },
      }),
    );
    return answerFor(sql, call, proposal.statusId);
  });
};

async function takeEffect(
  sql: Sql,
  status: TaxStatusRow,
  { statusId, decision, evidence, evidenceRef, expiresAt, reason }: OpenTaxProposal,
  decidedBy: string,
): Promise<void> {
  const isConfirm = decision === 'confirm';
  const decided = await decideStatus(sql, {
    statusId,
    state: isConfirm ? 'confirmed' : 'rejected',
    decidedBy,
    ...(evidence && { evidence }),
    ...(evidenceRef !== null && { evidenceRef }),
    ...(expiresAt && { expiresAt }),
  });
  if (!decided) throw new Error('a status under its lock was decided by somebody else');
  if (reason !== null) await setDecisionReason(sql, status.id, reason);
  await announceStatus(sql, decided, isConfirm ? 'tax_status_confirmed' : 'tax_status_rejected');
}
