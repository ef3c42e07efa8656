import { formatTenge } from '../../domain/money';
import type { Result } from '../../domain/result';
import { insertAudit } from '../../store/postgres/audit';
import { inTransaction, type Sql } from '../../store/postgres/pool';
import { auditOf } from '../access/audit';
import type { Viewer } from '../access/viewer';
import { jsonAnswer, type Answer } from '../answer';
import type { ApprovedBatch, Approver, Refusal } from '../commands';
import type { ApiDeps, Call, Handler } from '../handler';
import type { Refusal as Problem } from '../reply';
import { retryHint, statedAmount } from '../resources/payout';
import type { ChangedRun, ExcludedPayout, OpsCommands } from './commands';

/**
 * What people do to a run. The audit row is written in the transaction of the effect, so that neither stands without
 * the other; a wish that was fulfilled before is answered again and not written down twice.
 */
type Written = { readonly action: string; readonly subjectId: string; readonly after: object };

/** Writes audit and answer where the effect is; `answered` stores the answer of a wish that was fulfilled before. */
function writer({ pool }: ApiDeps, call: Call, viewer: Viewer) {
  return {
    audit: (sql: Sql, { action, subjectId, after }: Written): Promise<void> =>
      insertAudit(sql, auditOf(viewer, call, { action, subjectId, after: { ...after } })),
    store: async (sql: Sql, answer: Answer): Promise<void> => {
      await call.claim?.store(sql, answer);
    },
    answered: async (answer: Answer, isStored: boolean): Promise<Answer> => {
      if (!isStored && call.claim)
        await inTransaction(pool, async (sql) => call.claim?.store(sql, answer));
      return answer;
    },
  };
}

const problemOf = ({ code, ...detail }: Refusal<Problem['problem']>): Problem => ({
  problem: code,
  ...detail,
  ...retryHint(code),
});

const idOf = (call: Call): string => call.params['batchId'] ?? '';

export const preparePayoutBatch: Handler = async (deps, call, viewer) => {
  const note = (call.body as { note?: string | null } | undefined)?.note ?? null;
  const write = writer(deps, call, viewer);
  const prepared = await deps.ops.commands.prepareBatch({
    batchId: idOf(call),
    by: viewer.actorId,
    note,
    requestId: call.requestId,
    // The counts follow when it is frozen; the name and what was said stand from here on.
    follow: (sql) =>
      write.audit(sql, {
        action: 'payout_batch.prepare',
        subjectId: idOf(call),
        after: { note },
      }),
  });
  if (!prepared.ok) return problemOf(prepared.error);
  const { batchId, state, itemCount, total, preparedBy } = prepared.value;
  return write.answered(
    jsonAnswer(200, {
      id: batchId,
      state,
      item_count: itemCount,
      total: formatTenge(total),
      prepared_by: preparedBy,
      note: prepared.value.note,
    }),
    false,
  );
};

const approverOf = ({ actorId: id, role, via }: Viewer): Approver => ({
  id,
  role,
  via: via.kind,
  factorAt: via.kind === 'session' ? new Date(via.session.factorAtMs) : null,
});

const approvedAnswer = (approved: ApprovedBatch): Answer =>
  jsonAnswer(200, {
    id: approved.batchId,
    state: approved.state,
    item_count: approved.itemCount,
    total: formatTenge(approved.total),
    approved_by: approved.approvedBy,
    funds_missing: approved.fundsMissing === null ? null : formatTenge(approved.fundsMissing),
  });

export const approvePayoutBatch: Handler = async (deps, call, viewer) => {
  const { amount } = statedAmount((call.body as { expected_total: string }).expected_total);
  const write = writer(deps, call, viewer);
  const approved = await deps.payouts.approveBatch({
    batchId: idOf(call),
    approver: approverOf(viewer),
    expectedTotal: amount ?? 0n,
    requestId: call.requestId,
    follow: async (sql, now) => {
      const { batchId, state, itemCount, total } = now;
      await write.audit(sql, {
        action: 'payout_batch.approve',
        subjectId: batchId,
        after: { state, items: itemCount, total: formatTenge(total) },
      });
      await write.store(sql, approvedAnswer(now));
    },
  });
  if (!approved.ok) return problemOf(approved.error);
  return write.answered(approvedAnswer(approved.value), approved.value.isNew);
};

const excludedAnswer = (excluded: ExcludedPayout): Answer =>
  jsonAnswer(200, {
    payout_id: excluded.payoutId,
    state: 'cancelled',
    returned: formatTenge(excluded.returned),
    batch: {
      id: excluded.batchId,
      item_count: excluded.itemCount,
      total: formatTenge(excluded.total),
    },
  });

export const excludePayout: Handler = async (deps, call, viewer) => {
  const { reason } = call.body as { reason: string };
  const write = writer(deps, call, viewer);
  const excluded = await deps.ops.commands.excludePayout({
    batchId: idOf(call),
    payoutId: call.params['payoutId'] ?? '',
    requestId: call.requestId,
    follow: async (sql, now) => {
      const { payoutId, batchId, returned } = now;
      await write.audit(sql, {
        action: 'payout.exclude',
        subjectId: payoutId,
        after: { state: 'cancelled', batchId, returned: formatTenge(returned), reason },
      });
      await write.store(sql, excludedAnswer(now));
    },
  });
  if (!excluded.ok) return problemOf(excluded.error);
  return write.answered(excludedAnswer(excluded.value), excluded.value.isNew);
};

const changedAnswer = (changed: ChangedRun): Answer =>
  jsonAnswer(200, {
    id: changed.batchId,
    state: changed.state,
    item_count: changed.itemCount,
    total: formatTenge(changed.total),
  });

type RunChange = 'restartRun' | 'reopenRun' | 'closeRun';
type Changed = Result<ChangedRun, Refusal<Problem['problem']>>;

const changeRun =
  (command: RunChange, action: string): Handler =>
  async (deps, call, viewer) => {
    const { reason } = call.body as { reason: string };
    const write = writer(deps, call, viewer);
    const { commands }: { readonly commands: OpsCommands } = deps.ops;
    const changed: Changed = await commands[command]({
      batchId: idOf(call),
      by: viewer.actorId,
      reason,
      requestId: call.requestId,
      follow: async (sql, now) => {
        const after = { state: now.state, reason };
        await write.audit(sql, { action, subjectId: now.batchId, after });
        await write.store(sql, changedAnswer(now));
      },
    });
    if (!changed.ok) return problemOf(changed.error);
    return write.answered(changedAnswer(changed.value), changed.value.isNew);
  };

export const restartPayoutBatch = changeRun('restartRun', 'payout_batch.restart');
export const reopenPayoutBatch = changeRun('reopenRun', 'payout_batch.reopen');
export const closePayoutBatch = changeRun('closeRun', 'payout_batch.close');
