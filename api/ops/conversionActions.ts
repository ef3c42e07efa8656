import { hash, randomUUID } from 'node:crypto';

import { insertAudit } from '../../store/postgres/audit';
import { findConversion } from '../../store/postgres/conversions';
import {
  insertAction,
  lockActions,
  readEarlierActions,
} from '../../store/postgres/conversionActions';
import { inTransaction, type Sql } from '../../store/postgres/pool';
import { conversionWorkflowId, type ConversionView } from '../../workflows/contract';
import { auditOf } from '../access/audit';
import { factorIsFresh, type Viewer } from '../access/viewer';
import { jsonAnswer, type Answer } from '../answer';
import type { ApiDeps, Call, Handler } from '../handler';
import type { Refusal } from '../reply';
import { retryHint } from '../resources/payout';
import type { ConversionActionName } from './commands';
import { workflowUrl, type OpsSide } from './side';

type Action = { readonly action: ConversionActionName; readonly reason: string };

/** The same key of the same person for the same action is the same update of the workflow. */
const updateIdOf = (viewer: Viewer, call: Call, action: ConversionActionName): string =>
  call.claim
    ? hash('sha256', JSON.stringify([viewer.actorId, call.claim.key, action]), 'base64url')
    : randomUUID();

/** Deciding gives money to somebody or takes it: never by a maker alone, never by an old sign-in. */
function personRefusal({ action }: Action, viewer: Viewer, nowMs: number): Refusal | undefined {
  if (action === 'release' && viewer.role !== 'ops_checker') return { problem: 'checker_required' };
  const isDecision = action === 'release' || action === 'cancel';
  return isDecision && !factorIsFresh(viewer, nowMs) ? { problem: 'factor_required' } : undefined;
}

function actedAnswer(
  conversionId: string,
  action: ConversionActionName,
  view: ConversionView,
  ops: OpsSide,
): Answer {
  const id = conversionWorkflowId(conversionId);
  return jsonAnswer(200, {
    conversion_id: conversionId,
    action,
    workflow: {
      id,
      url: workflowUrl(ops, id),
      state: view.state,
      waits_for: view.waitsFor,
      paused: view.paused,
      held_until: view.heldUntil,
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
  return inTransaction(deps.pool, (sql) =>
    act(deps, call, viewer, { ...wanted, conversionId, updateId }, sql),
  );
};

type Planned = Action & { readonly conversionId: string; readonly updateId: string };

/** Under the conversion's action lock, so that of two people at once the second sees what the first did. */
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
  const isDecision = action === 'release' || action === 'cancel';
  if (!earlier.isRepeat) {
    if (isDecision && earlier.isCancelled) return { problem: 'conversion_state' };
    if (action === 'release' && earlier.reviewedBy === viewer.actorId)
      return { problem: 'second_person_required' };
  }
  const acted = await ops.commands.actOnConversion({
    conversionId,
    action,
    by: viewer.actorId,
    reason,
    updateId,
    requestId: call.requestId,
  });
  if (!acted.ok) {
    const { code, ...detail } = acted.error;
    return { problem: code, ...detail, ...retryHint(code) };
  }
  const answer = actedAnswer(conversionId, action, acted.value, ops);
  if (!earlier.isRepeat) {
    await insertAction(sql, { conversionId, action, reason, actedBy: viewer.actorId, updateId });
    await insertAudit(
      sql,
      auditOf(viewer, call, {
        action: `conversion.${action}`,
        subjectId: conversionId,
        after: { reason, state: acted.value.state, paused: acted.value.paused },
      }),
    );
  }
  // A twin that waited for the lock fails here on the first one's stored answer, which is then given again.
  await call.claim?.store(sql, answer);
  return answer;
}
