import {
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';

import type { Temporal } from './temporal';
import type { Run } from './workflowRun';

type StartOptions = {
  readonly workflowId: string;
  readonly args: readonly unknown[];
  readonly workflowIdReusePolicy?: string;
  readonly workflowIdConflictPolicy?: string;
};
type SignalOptions = StartOptions & {
  readonly signal: { readonly name: string };
  readonly signalArgs: readonly unknown[];
};

async function runOf(temporal: Temporal, type: string, options: StartOptions): Promise<Run> {
  const { workflowId: id, args, workflowIdReusePolicy: policy } = options;
  const before = temporal.runs.get(id);
  if (before && !before.closed) {
    if (options.workflowIdConflictPolicy !== 'TERMINATE_EXISTING') return before;
    await temporal.close(before, { kind: 'terminated' });
    return temporal.begin(type, id, args);
  }
  const mayStart =
    policy === 'ALLOW_DUPLICATE' ||
    (policy === 'ALLOW_DUPLICATE_FAILED_ONLY' && before?.closed?.kind !== 'completed');
  if (before && !mayStart) throw new WorkflowExecutionAlreadyStartedError('started', id, type);
  return temporal.begin(type, id, args);
}

type Operation = { readonly workflowTypeOrFunc: string; readonly options: StartOptions };

/** What of the SDK's client our relay and commands call. */
export const clientOf = (temporal: Temporal): any => ({
  withDeadline: <T>(_deadline: number, call: () => Promise<T>): Promise<T> => call(),
  workflow: {
    start: (type: string, options: StartOptions) => runOf(temporal, type, options),
    signalWithStart: async (type: string, options: SignalOptions) => {
      const run = await runOf(temporal, type, options);
      temporal.signal(run, options.signal.name, options.signalArgs);
    },
    executeUpdateWithStart: async (
      update: { readonly name: string },
      call: { readonly startWorkflowOperation: unknown; readonly args: readonly unknown[] },
    ): Promise<unknown> => {
      const { workflowTypeOrFunc: type, options } = call.startWorkflowOperation as Operation;
      const run = await runOf(temporal, type, options);
      const outcome = (await temporal.update(run, update.name, call.args[0])) as {
        value?: unknown;
        refused?: string;
      };
      if (outcome.refused === 'closed')
        throw new WorkflowNotFoundError('closed', run.id, undefined);
      if (outcome.refused !== undefined)
        throw new WorkflowUpdateFailedError(outcome.refused, undefined);
      return outcome.value;
    },
    getHandle: (id: string) => ({
      signal: (signal: { readonly name: string }, ...args: readonly unknown[]) => {
        const run = temporal.runs.get(id);
        if (!run || run.closed)
          return Promise.reject(new WorkflowNotFoundError('not found', id, undefined));
        temporal.signal(run, signal.name, args);
        return Promise.resolve();
      },
    }),
  },
});
