import { formatTenge } from '../../domain/money';
import { insertAudit } from '../../store/postgres/audit';
import { inTransaction } from '../../store/postgres/pool';
import { auditOf } from '../access/audit';
import type { Viewer } from '../access/viewer';
import { jsonAnswer, type Answer } from '../answer';
import type { ApiDeps, Call, Handler } from '../handler';
import { retryHint, statedAmount } from '../resources/payout';

/**
 * The effects of these three are updates of the run's workflow, which takes one person's wish once however often
 * it is sent; audit and answer are written right after. A crash in between is mended by the same request again.
 */
async function writeDown(
  { pool }: ApiDeps,
  call: Call,
  viewer: Viewer,
  what: { readonly action: string; readonly subjectId: string; readonly after: object },
  answer: Answer,
): Promise<Answer> {
  const { action, subjectId, after } = what;
  await inTransaction(pool, async (sql) => {
    await insertAudit(sql, auditOf(viewer, call, { action, subjectId, after: { ...after } }));
    await call.claim?.store(sql, answer);
  });
  return answer;
}

export const preparePayoutBatch: Handler = async (deps, call, viewer) => {
  const note = (call.body as { note?: string | null } | undefined)?.note ?? null;
  const prepared = await deps.ops.commands.prepareBatch({
    batchId: call.params['batchId'] ?? '',
    by: viewer.actorId,
    note,
    requestId: call.requestId,
  });
  if (!prepared.ok) {
    const { code, ...detail } = prepared.error;
    return { problem: code, ...detail, ...retryHint(code) };
  }
  const { batchId, state, itemCount, total, preparedBy } = prepared.value;
  const answer = jsonAnswer(200, {
    id: batchId,
    state,
    item_count: itemCount,
    total: formatTenge(total),
    prepared_by: preparedBy,
    note: prepared.value.note,
  });
  const after = { state, items: itemCount, total: formatTenge(total) };
  return writeDown(
    deps,
    call,
    viewer,
    { action: 'payout_batch.prepare', subjectId: batchId, after },
    answer,
  );
};

export const approvePayoutBatch: Handler = async (deps, call, viewer) => {
  const { amount } = statedAmount(
    (call.body as { expected_total?: string } | undefined)?.expected_total,
  );
  const approved = await deps.payouts.approveBatch({
    batchId: call.params['batchId'] ?? '',
    approvedBy: viewer.actorId,
    requestId: call.requestId,
    ...(amount === undefined ? {} : { expectedTotal: amount }),
  });
  if (!approved.ok) {
    const { code, ...detail } = approved.error;
    return { problem: code, ...detail, ...retryHint(code) };
  }
  const { batchId, state, itemCount, total, approvedBy } = approved.value;
  const answer = jsonAnswer(200, {
    id: batchId,
    state,
    item_count: itemCount,
    total: formatTenge(total),
    approved_by: approvedBy,
  });
  const after = { state, items: itemCount, total: formatTenge(total) };
  return writeDown(
    deps,
    call,
    viewer,
    { action: 'payout_batch.approve', subjectId: batchId, after },
    answer,
  );
};

export const excludePayout: Handler = async (deps, call, viewer) => {
  const { reason } = call.body as { reason: string };
  const excluded = await deps.ops.commands.excludePayout({
    batchId: call.params['batchId'] ?? '',
    payoutId: call.params['payoutId'] ?? '',
    requestId: call.requestId,
  });
  if (!excluded.ok) {
    const { code, ...detail } = excluded.error;
    return { problem: code, ...detail, ...retryHint(code) };
  }
  const { payoutId, batchId, returned, itemCount, total } = excluded.value;
  const answer = jsonAnswer(200, {
    payout_id: payoutId,
    state: 'cancelled',
    returned: formatTenge(returned),
    batch: { id: batchId, item_count: itemCount, total: formatTenge(total) },
  });
  const after = { state: 'cancelled', batchId, returned: formatTenge(returned), reason };
  return writeDown(
    deps,
    call,
    viewer,
    { action: 'payout.exclude', subjectId: payoutId, after },
    answer,
  );
};
