import { hash, randomUUID } from 'node:crypto';

import { insertAudit } from '../../store/postgres/audit';
import { findConversion } from '../../store/postgres/conversions';
import { lockActions, readEarlierActions, wordAbout } from '../../store/postgres/conversionActions';
import { inTransaction, type Sql } from '../../store/postgres/pool';
import { actedOf, actOnOrder, type Acted, type ConversionAction } from '../../services/actOnOrder';
import { auditOf } from '../access/audit';
import { factorIsFresh, type Viewer } from '../access/viewer';
import { jsonAnswer, type Answer } from '../answer';
import type { ApiDeps, Call, Handler } from '../handler';
import type { Refusal } from '../reply';
import { workflowUrl, type OpsSide } from './side';

type Action = { readonly action: ConversionAction; readonly reason: string };

/** The same key of the same person for the same action is the same update of the workflow. */
const updateIdOf = (viewer: Viewer, call: Call, action: ConversionAction): string =>
  call.claim
    ? hash('sha256', JSON.stringify([viewer.actorId, call.claim.key, action]), 'base64url')
    : randomUUID();

/** Deciding gives money to somebody or takes it: never by a maker alone, never by an old sign-in. */
function personRefusal({ action }: Action, viewer: Viewer, nowMs: number): Refusal | undefined {
  if (action === 'release' && viewer.role !== 'ops_checker') return { problem: 'checker_required' };
  const isDecision = action === 'release' || action === 'cancel';
  return isDecision && !factorIsFresh(viewer, nowMs) ? { problem: 'factor_required' } : undefined;
}

const WAITS_FOR: Readonly<Partial<Record<Acted['state'], string>>> = {
  RECEIVED: 'the first posting',
  HELD: 'the end of the return period, the shop or the payee',
  REVIEW: 'a person to decide',
};

function actedAnswer(
  conversionId: string,
  action: ConversionAction,
  { state, paused, heldUntil, workflowId }: Acted,
  ops: OpsSide,
): Answer {
  return jsonAnswer(200, {
    conversion_id: conversionId,
    action,
    workflow: {
      id: workflowId,
      url: workflowUrl(ops, workflowId),
      state,
      waits_for: paused ? 'a person to resume it' : (WAITS_FOR[state] ?? 'nothing'),
      paused,
      held_until: heldUntil,
    },
  });
}

export const actOnConversion: Handler = async (deps, call, viewer) => {
  const conversionId = call.params['conversionId'] ?? '';
  const wanted = call.body as Action;
  const found = await findConversion(deps.pool, viewer, conversionId);
  if (!found) return { problem: 'conversion_not_found' };
  const refusal = personRefusal(wanted, viewer, deps.now());
  if (refusal) return refusal;
  const updateId = updateIdOf(viewer, call, wanted.action);
  const answer = await inTransaction(deps.pool, (sql) =>
    act(deps, call, viewer, { ...wanted, conversionId, updateId }, sql),
  );
  deps.ops.commands.poke();
  return answer;
};

type Planned = Action & { readonly conversionId: string; readonly updateId: string };

/**
 * Under the conversion's action lock, so that of two people at once the second sees what the first did. Word, audit
 * and answer are one transaction: a crash leaves all of them or none.
 */
async function act(
  { ops }: ApiDeps,
  call: Call,
  viewer: Viewer,
  planned: Planned,
  sql: Sql,
): Promise<Answer | Refusal> {
  const { conversionId, action, reason, updateId } = planned;
  await lockActions(sql, conversionId);
  const earlier = await readEarlierActions(sql, conversionId, updateId);
  if (earlier.isRepeat) {
    const order = await wordAbout(sql, conversionId);
    if (!order) return { problem: 'conversion_not_found' };
    const answer = actedAnswer(conversionId, action, actedOf(order), ops);
    await call.claim?.store(sql, answer);
    return answer;
  }
  if (action === 'release' && earlier.reviewedBy === viewer.actorId)
    return { problem: 'second_person_required' };
  const { requestId } = call;
  const by = viewer.actorId;
  const acted = await actOnOrder(sql, { conversionId, action, by, reason, updateId, requestId });
  if (!acted.ok) return { problem: acted.error };
  const answer = actedAnswer(conversionId, action, acted.value, ops);
  await insertAudit(
    sql,
    auditOf(viewer, call, {
      action: `conversion.${action}`,
      subjectId: conversionId,
      after: { reason, state: acted.value.state, paused: acted.value.paused },
    }),
  );
  // A twin that waited for the lock fails here on the first one's stored answer, which is then given again.
  await call.claim?.store(sql, answer);
  return answer;
}
