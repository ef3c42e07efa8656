import { mayBeWrittenOff } from '../../domain/debts/writeOff';
import { planWriteOff } from '../../domain/ledger/plans';
import { formatTenge, type Tiyn } from '../../domain/money';
import { insertAudit } from '../../store/postgres/audit';
import {
  decideWriteOff as storeDecision,
  lockDebt,
  proposeWriteOff as storeProposal,
  type DebtRow,
} from '../../store/postgres/debtViews';
import { postBatch } from '../../store/postgres/ledger';
import { inTransaction, type Sql } from '../../store/postgres/pool';
import { auditOf } from '../access/audit';
import { jsonAnswer } from '../answer';
import type { Handler } from '../handler';
import type { Refusal } from '../reply';
import { coversOf } from './covers';
import { openOf, opsDebt } from './shapes';

/** A debt is given up by two people: one proposes with a reason, another decides; both under the debt's lock. */
export const proposeWriteOff: Handler = async ({ pool, now }, call, viewer) => {
  const debtId = call.params['debtId'] ?? '';
  const { reason } = call.body as { readonly reason: string };
  return inTransaction(pool, async (sql) => {
    const debt = await lockDebt(sql, debtId);
    if (!debt) return { problem: 'debt_not_found' } as const;
    const refusal = refusalOf(debt, now());
    if (refusal) return refusal;
    const amount = openOf(debt);
    await storeProposal(sql, { debtId, amount, reason, by: viewer.actorId });
    await insertAudit(
      sql,
      auditOf(viewer, call, {
        action: 'debt.propose_write_off',
        subjectId: debtId,
        after: { amount: formatTenge(amount), reason },
      }),
    );
    return answerFor(sql, debtId, now(), call.claim);
  });
};

function refusalOf(debt: DebtRow, nowMs: number): Refusal | undefined {
  if (openOf(debt) === 0n) return { problem: 'debt_settled' };
  if (debt.proposed_by !== null) return { problem: 'write_off_proposed' };
  return mayBeWrittenOff(debt.created_at, nowMs) ? undefined : { problem: 'debt_too_young' };
}

export const decideWriteOff: Handler = async ({ pool, now }, call, viewer) => {
  const debtId = call.params['debtId'] ?? '';
  const { decision } = call.body as { readonly decision: 'approve' | 'refuse' };
  return inTransaction(pool, async (sql) => {
    const debt = await lockDebt(sql, debtId);
    if (!debt) return { problem: 'debt_not_found' } as const;
    if (debt.proposed_by === null) return { problem: 'write_off_not_proposed' } as const;
    if (debt.proposed_by === viewer.actorId) return { problem: 'second_person_required' } as const;
    // Earnings may have covered part of it since: nobody gives up what is paid.
    const amount = smaller(openOf(debt), debt.proposed_amount_tiyn ?? 0n);
    const isGivenUp = decision === 'approve' && amount > 0n;
    if (isGivenUp) await postBatch(sql, [planWriteOff(debtId, debt.influencer_id, amount)]);
    await storeDecision(sql, {
      debtId,
      by: viewer.actorId,
      decision: decision === 'approve' ? 'approved' : 'refused',
      amount,
    });
    await insertAudit(
      sql,
      auditOf(viewer, call, {
        action: `debt.${decision}_write_off`,
        subjectId: debtId,
        before: { open: formatTenge(openOf(debt)) },
        after: { written_off: formatTenge(isGivenUp ? amount : 0n) },
      }),
    );
    return answerFor(sql, debtId, now(), call.claim);
  });
};

const smaller = (a: Tiyn, b: Tiyn): Tiyn => (a < b ? a : b);

async function answerFor(
  sql: Sql,
  debtId: string,
  nowMs: number,
  claim: Parameters<Handler>[1]['claim'],
): ReturnType<Handler> {
  const debt = await lockDebt(sql, debtId);
  if (!debt) return { problem: 'debt_not_found' };
  const covers = await coversOf(sql, [debt]);
  const answer = jsonAnswer(200, opsDebt(debt, covers(debtId), nowMs));
  await claim?.store(sql, answer);
  return answer;
}
