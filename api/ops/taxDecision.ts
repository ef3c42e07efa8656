import { insertAudit } from '../../store/postgres/audit';
import {
  findPerson,
  findTaxStatus,
  setDecisionReason,
  type TaxStatusRow,
} from '../../store/postgres/opsPeople';
import { decideStatus } from '../../store/postgres/payeeStatuses';
import { inTransaction, type Sql } from '../../store/postgres/pool';
import { auditOf } from '../access/audit';
import { jsonAnswer } from '../answer';
import type { Handler } from '../handler';
import type { Refusal } from '../reply';
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
type Decision = Confirm | Refuse;

/** KGD answers and registrations are looked at again at least once a year; a month's grace for the mail. */
const LONGEST_MS = 400 * 86_400_000;

function expiryOf(decision: Confirm, nowMs: number): Date | Refusal {
  const expires = new Date(decision.expires_at);
  const leftMs = expires.getTime() - nowMs;
  return leftMs > 0 && leftMs <= LONGEST_MS ? expires : { problem: 'expiry_invalid' };
}

/**
 * The person's next payouts are taxed by this, so what was seen and until when it holds is written with who saw
 * it. Orders that waited for the status are told through the outbox in the same transaction.
 */
export const decideTaxStatus: Handler = async ({ pool, now }, call, viewer) => {
  const influencerId = call.params['influencerId'] ?? '';
  const decision = call.body as Decision;
  const expires = decision.decision === 'confirm' ? expiryOf(decision, now()) : undefined;
  if (expires && 'problem' in expires) return expires;
  if (!(await findPerson(pool, influencerId))) return { problem: 'influencer_not_found' };
  return inTransaction(pool, async (sql) => {
    const claim = await findTaxStatus(sql, influencerId, decision.status_id);
    if (!claim) return { problem: 'tax_claim_not_found' } as const;
    const decided = await decide(sql, claim, decision, viewer.actorId, expires);
    if (!decided) return { problem: 'tax_claim_decided' } as const;
    await announceStatus(
      sql,
      decided,
      decided.state === 'confirmed' ? 'tax_status_confirmed' : 'tax_status_rejected',
    );
    const action = decision.decision === 'confirm' ? 'tax_status.confirm' : 'tax_status.refuse';
    await insertAudit(
      sql,
      auditOf(viewer, call, {
        action,
        subjectId: influencerId,
        before: { state: 'pending', regime: claim.regime },
        after: { state: decided.state, ...auditDetail(decision) },
      }),
    );
    const after = await findTaxStatus(sql, influencerId, decision.status_id);
    const answer = jsonAnswer(200, claimShape(after ?? claim));
    await call.claim?.store(sql, answer);
    return answer;
  });
};

const auditDetail = (decision: Decision): Record<string, string> =>
  decision.decision === 'confirm'
    ? { evidence: decision.evidence, expires_at: decision.expires_at }
    : { reason: decision.reason };

async function decide(
  sql: Sql,
  claim: TaxStatusRow,
  decision: Decision,
  decidedBy: string,
  expiresAt: Date | undefined,
): ReturnType<typeof decideStatus> {
  const statusId = String(claim.id);
  if (decision.decision === 'confirm') {
    const { evidence, evidence_ref: evidenceRef } = decision;
    return decideStatus(sql, {
      statusId,
      state: 'confirmed',
      decidedBy,
      evidence,
      evidenceRef,
      ...(expiresAt ? { expiresAt } : {}),
    });
  }
  const decided = await decideStatus(sql, { statusId, state: 'rejected', decidedBy });
  if (decided) await setDecisionReason(sql, claim.id, decision.reason);
  return decided;
}
