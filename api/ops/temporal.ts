import type { Client } from '@temporalio/client';

import { err, ok, type Result } from '../../domain/result';
import * as contract from '../../workflows/contract';
import type { Refusal } from '../commands';
import { createRunCommands, type RunCommandDeps } from '../runCommands';
import type { ConversionActionInput, ConversionActionRefusal, OpsCommands } from './commands';
import { failureKind } from './temporalFailure';

export type OpsTemporalDeps = RunCommandDeps & {
  readonly client: Client;
  readonly timeoutMs: number;
};

export function createOpsCommands(deps: OpsTemporalDeps): OpsCommands {
  return {
    ...createRunCommands(deps),
    actOnConversion: (input) => actOnConversion(deps, input),
    ping: async (timeoutMs) => {
      const { connection } = deps.client;
      await connection.withDeadline(Date.now() + timeoutMs, () =>
        connection.workflowService.getSystemInfo({}),
      );
    },
  };
}

const AGAIN = 'Send it again: it counts once.';

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
