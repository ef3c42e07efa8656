import { WithStartWorkflowOperation, type Client } from '@temporalio/client';
import type { UpdateDefinition } from '@temporalio/common';
import type { Pool } from 'pg';

import { parseTenge } from '../../domain/money';
import { err, ok, unwrap, type Result } from '../../domain/result';
import {
  gatheredTotals,
  loadBatch,
  type BatchRow,
  type BatchTotals,
} from '../../store/postgres/payoutBatches';
import { loadPayout } from '../../store/postgres/payouts';
import { batchStart, type BatchDefaults } from '../../temporal/batchStart';
import * as contract from '../../workflows/contract';
import type { Refusal } from '../commands';
import type {
  ConversionActionInput,
  ConversionActionRefusal,
  ExcludedPayout,
  ExclusionRefusal,
  OpsCommands,
  PreparationRefusal,
  PreparedBatch,
} from './commands';
import { failureKind } from './temporalFailure';

export type OpsTemporalDeps = {
  readonly pool: Pool;
  readonly client: Client;
  readonly batch: BatchDefaults;
  readonly timeoutMs: number;
};

export function createOpsCommands(deps: OpsTemporalDeps): OpsCommands {
  return {
    prepareBatch: (input) => prepareBatch(deps, input),
    excludePayout: (input) => excludePayout(deps, input),
    actOnConversion: (input) => actOnConversion(deps, input),
    ping: async (timeoutMs) => {
      const { connection } = deps.client;
      await connection.withDeadline(Date.now() + timeoutMs, () =>
        connection.workflowService.getSystemInfo({}),
      );
    },
  };
}

type Preparing = Parameters<OpsCommands['prepareBatch']>[0];
type Prepared = Result<PreparedBatch, Refusal<PreparationRefusal>>;

/** An update of the run's workflow, which is started by it when the relay has not come so far yet. */
async function prepareBatch(deps: OpsTemporalDeps, input: Preparing): Promise<Prepared> {
  try {
    const batch = await loadBatch(deps.pool, input.batchId);
    if (!batch) return err({ code: 'batch_not_found' });
    // Prepared by the same person before: the answer was lost on the way.
    if (batch.preparedBy === input.by && batch.itemCount !== null) return ok(preparedOf(batch));
    const outcome = await executeBatchUpdate(deps, batch, contract.prepare, {
      by: input.by,
      note: input.note,
      requestId: input.requestId,
    });
    if (outcome.kind === 'refused') return err({ code: outcome.code });
    const after = await loadBatch(deps.pool, input.batchId);
    return ok(preparedOf(after ?? batch));
  } catch (thrown) {
    return err(runRefusal(thrown));
  }
}

const preparedOf = (batch: BatchRow): PreparedBatch => ({
  batchId: batch.id,
  state: batch.state,
  itemCount: batch.itemCount ?? 0,
  total: batch.total ?? 0n,
  preparedBy: batch.preparedBy ?? '',
  note: batch.note,
});

type Excluding = Parameters<OpsCommands['excludePayout']>[0];
type Excluded = Result<ExcludedPayout, Refusal<ExclusionRefusal>>;

async function excludePayout(deps: OpsTemporalDeps, input: Excluding): Promise<Excluded> {
  const { batchId, payoutId, requestId } = input;
  try {
    const batch = await loadBatch(deps.pool, batchId);
    if (!batch) return err({ code: 'batch_not_found' });
    const payout = await loadPayout(deps.pool, payoutId);
    if (payout?.batchId !== batchId) return err({ code: 'payout_not_found' });
    // Taken out before, and perhaps the run has ended since: the answer was lost on the way.
    if (payout.state === 'cancelled' && payout.reasonCode === contract.EXCLUDED_FROM_RUN) {
      const { items, total } = await readTotals(deps.pool, batchId);
      return ok({ payoutId, batchId, returned: payout.amount, itemCount: items, total });
    }
    const outcome = await executeBatchUpdate(deps, batch, contract.exclude, {
      payoutId,
      requestId,
    });
    if (outcome.kind === 'refused') return err({ code: outcome.code });
    return ok({
      payoutId,
      batchId,
      returned: unwrap(parseTenge(outcome.returned)),
      itemCount: outcome.items,
      total: unwrap(parseTenge(outcome.total)),
    });
  } catch (thrown) {
    return err(runRefusal(thrown));
  }
}

/** Read after the payout was seen to be out: what was read before it may still count it. */
async function readTotals(pool: Pool, batchId: string): Promise<BatchTotals> {
  const batch = await loadBatch(pool, batchId);
  return batch && batch.itemCount !== null
    ? { items: batch.itemCount, total: batch.total ?? 0n }
    : gatheredTotals(pool, batchId);
}

function executeBatchUpdate<Out, In extends { readonly requestId?: string }>(
  deps: OpsTemporalDeps,
  batch: BatchRow,
  update: UpdateDefinition<Out, [In]>,
  input: In,
): Promise<Out> {
  const startWorkflowOperation = new WithStartWorkflowOperation(
    'payoutBatch',
    batchStart(batch, deps.batch, input.requestId),
  );
  return deps.client.withDeadline(Date.now() + deps.timeoutMs, () =>
    deps.client.workflow.executeUpdateWithStart(update, {
      startWorkflowOperation,
      args: [input],
    }),
  );
}

const AGAIN = 'Send it again: it counts once.';

/** A run whose workflow has ended, or refuses, can no longer be changed. */
function runRefusal(
  thrown: unknown,
): Refusal<'batch_state' | 'temporal_unavailable' | 'store_unavailable'> {
  switch (failureKind(thrown)) {
    case 'closed':
    case 'refused':
      return { code: 'batch_state' };
    case 'temporal_unavailable':
      return { code: 'temporal_unavailable', detail: AGAIN };
    case 'store_unavailable':
      return { code: 'store_unavailable' };
    case undefined:
      throw thrown;
  }
}

type Acted = Result<contract.ConversionView, Refusal<ConversionActionRefusal>>;

/**
 * A decision is given only to a workflow that asks for one: its own state is read first, because a decision
 * that came too early would be kept and act in a later review nobody has looked at. The caller holds the
 * conversion's action lock, so nobody decides in between.
 */
async function actOnConversion(
  deps: OpsTemporalDeps,
  input: ConversionActionInput,
): Promise<Acted> {
  const handle = deps.client.workflow.getHandle(contract.conversionWorkflowId(input.conversionId));
  const within = <T>(call: () => Promise<T>): Promise<T> =>
    deps.client.withDeadline(Date.now() + deps.timeoutMs, call);
  try {
    const isDecision = input.action === 'release' || input.action === 'cancel';
    if (isDecision) {
      const view = await within(() => handle.query(contract.conversionState));
      if (view.state !== 'REVIEW') return await decidedBefore(deps, input);
    }
    return ok(await within(() => send(handle, input)));
  } catch (thrown) {
    return err(await actionRefusal(deps, input.conversionId, thrown));
  }
}

type Handle = ReturnType<Client['workflow']['getHandle']>;

function send(handle: Handle, input: ConversionActionInput): Promise<contract.ConversionView> {
  const { action, reason, updateId } = input;
  const acted = { by: input.by, requestId: input.requestId };
  switch (action) {
    case 'hold':
      return handle.executeUpdate(contract.pause, { updateId, args: [acted] });
    case 'resume':
      return handle.executeUpdate(contract.resume, { updateId, args: [acted] });
    case 'review':
      return handle.executeUpdate(contract.forceReview, { updateId, args: [{ ...acted, reason }] });
    case 'release':
    case 'cancel':
      return handle.executeUpdate(contract.decide, {
        updateId,
        args: [{ ...acted, decision: action }],
      });
  }
}

/** The same decision taken earlier, whose answer was lost, is found by its update id; any other is too late. */
async function decidedBefore(deps: OpsTemporalDeps, input: ConversionActionInput): Promise<Acted> {
  const handle = deps.client.workflow.getHandle(contract.conversionWorkflowId(input.conversionId));
  const update = handle.getUpdateHandle<contract.ConversionView>(input.updateId);
  try {
    return ok(await deps.client.withDeadline(Date.now() + deps.timeoutMs, () => update.result()));
  } catch (thrown) {
    const kind = failureKind(thrown);
    if (kind === 'closed')
      return err(await closedRefusal(deps, input.conversionId, 'conversion_state'));
    throw thrown;
  }
}

async function actionRefusal(
  deps: OpsTemporalDeps,
  conversionId: string,
  thrown: unknown,
): Promise<Refusal<ConversionActionRefusal>> {
  switch (failureKind(thrown)) {
    case 'refused':
      return { code: 'conversion_state' };
    case 'closed':
      return closedRefusal(deps, conversionId, 'conversion_settled');
    case 'temporal_unavailable':
      return { code: 'temporal_unavailable', detail: AGAIN };
    case 'store_unavailable':
      return { code: 'store_unavailable' };
    case undefined:
      throw thrown;
  }
}

/** "Not found" is said of workflows that ended and of those that never were: a look tells which. */
async function closedRefusal(
  deps: OpsTemporalDeps,
  conversionId: string,
  running: 'conversion_state' | 'conversion_settled',
): Promise<Refusal<ConversionActionRefusal>> {
  const handle = deps.client.workflow.getHandle(contract.conversionWorkflowId(conversionId));
  try {
    const { status } = await deps.client.withDeadline(Date.now() + deps.timeoutMs, () =>
      handle.describe(),
    );
    return { code: status.name === 'RUNNING' ? running : 'conversion_settled' };
  } catch (thrown) {
    switch (failureKind(thrown)) {
      case 'closed':
        return { code: 'conversion_not_started' };
      case 'temporal_unavailable':
        return { code: 'temporal_unavailable', detail: AGAIN };
      case 'refused':
      case 'store_unavailable':
      case undefined:
        throw thrown;
    }
  }
}
