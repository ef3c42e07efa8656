import { AsyncLocalStorage } from 'node:async_hooks';

// The SDK's workflow library looks for it there when it is loaded: the sandbox has it so.
(globalThis as Record<string, unknown>)['AsyncLocalStorage'] ??= AsyncLocalStorage;

const { TypedSearchAttributes } = require('@temporalio/common');
const internals = require('@temporalio/workflow/lib/internals');
const attributes = require('@temporalio/workflow/lib/global-attributes');
const workerInterface = require('@temporalio/workflow/lib/worker-interface');
const workflows = require('../../../workflows') as Record<string, unknown>;

/** One job or command of the SDK's protocol with its core: the field that is set says which. */
export type Job = Record<string, any>;
export type Command = Record<string, any>;

/** A workflow in its place: takes jobs, answers commands. */
export interface Instance {
  activate(jobs: readonly Job[], nowMs: number, historyLength: number): Promise<Command[]>;
  dispose(): Promise<void>;
}

export type Begin = {
  readonly workflowId: string;
  readonly runId: string;
  readonly type: string;
  readonly nowMs: number;
};

export interface Host {
  begin(workflow: Begin): Promise<Instance>;
}

/** Everything that is ready runs to where it waits for us. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export const infoOf = ({ workflowId, runId, type, nowMs }: Begin): Record<string, unknown> => ({
  workflowId,
  runId,
  workflowType: type,
  searchAttributes: {},
  typedSearchAttributes: new TypedSearchAttributes(),
  memo: {},
  taskQueue: 'simulated',
  namespace: 'simulated',
  firstExecutionRunId: runId,
  originalExecutionRunId: runId,
  attempt: 1,
  taskTimeoutMs: 10_000,
  startTime: new Date(nowMs),
  runStartTime: new Date(nowMs),
  historyLength: 3,
  historySize: 0,
  continueAsNewSuggested: false,
  currentBuildId: '',
  unsafe: {
    now: () => Date.now(),
    isReplaying: false,
    isReplayingHistoryEvents: false,
    random: () => 0.5,
  },
});

/**
 * The workflows' own code on the SDK's own runtime library, without the sandbox around it: the activator is what the
 * sandbox loads too, and what it does with jobs and commands is not imitated. A hundred times as fast as the
 * sandbox; sandbox.test.ts holds the two together.
 */
export class BareHost implements Host {
  begin(workflow: Begin): Promise<Instance> {
    const activator = new internals.Activator({
      info: infoOf(workflow),
      now: workflow.nowMs,
      showStackTraceSources: false,
      getTimeOfDay: () => 0n,
      randomnessSeed: [1, 2, 3, 4],
      registeredActivityNames: new Set(),
      stackTracesEnabled: false,
    });
    activator.workflow = workflows[workflow.type];
    if (activator.workflow === undefined) throw new Error(`no workflow ${workflow.type}`);
    return Promise.resolve({
      activate: (jobs, nowMs, historyLength) => activateBare(activator, jobs, nowMs, historyLength),
      dispose: () => Promise.resolve(emptied(activator)),
    });
  }
}

/** jest keeps every value a global ever had until the file ends, and with an activator its whole life. */
function emptied(activator: Record<string, unknown>): void {
  for (const key of Object.keys(activator)) delete activator[key];
}

async function activateBare(
  activator: any,
  jobs: readonly Job[],
  nowMs: number,
  historyLength: number,
): Promise<Command[]> {
  attributes.setActivator(activator);
  try {
    activator.now = nowMs;
    activator.mutateWorkflowInfo((info: object) => ({ ...info, historyLength }));
    const init = jobs.find((job) => job['initializeWorkflow']);
    if (init) workerInterface.initialize(init['initializeWorkflow']);
    workerInterface.activate({ jobs: jobs.map(withVariant) });
    await settle();
    while (workerInterface.tryUnblockConditions() > 0) await settle();
    activator.sinkCalls.length = 0;
    const { successful } = workerInterface.concludeActivation();
    return successful.commands as Command[];
  } finally {
    attributes.setActivator(undefined);
  }
}

const withVariant = (job: Job): Job => ({ ...job, variant: Object.keys(job)[0] });
