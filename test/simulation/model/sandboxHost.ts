import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { msToTs } from '@temporalio/common/lib/time';

import { infoOf, type Begin, type Command, type Host, type Instance, type Job } from './hosts';

const { ReusableVMWorkflowCreator } = require('@temporalio/worker/lib/workflow/reusable-vm');
const { parseWorkflowCode } = require('@temporalio/worker/lib/worker');

const BUNDLE = join(__dirname, '../../../dist/workflow-bundle.js');

/** The bundle the worker runs, in the sandbox the worker runs it in. */
export class SandboxHost implements Host {
  private constructor(private readonly creator: any) {}

  static async create(): Promise<SandboxHost> {
    const bundle = parseWorkflowCode(readFileSync(BUNDLE, 'utf8'), BUNDLE);
    return new SandboxHost(await ReusableVMWorkflowCreator.create(bundle, 5000, new Set()));
  }

  async begin(workflow: Begin): Promise<Instance> {
    const { runId, nowMs } = workflow;
    const inside = await this.creator.createWorkflow({
      info: infoOf(workflow),
      randomnessSeed: [1, 2, 3, 4, 5, 6, 7, 8],
      now: nowMs,
      showStackTraceSources: false,
    });
    return {
      activate: async (
        jobs: readonly Job[],
        now: number,
        historyLength: number,
      ): Promise<Command[]> => {
        const completion = await inside.activate({
          runId,
          jobs,
          timestamp: msToTs(now),
          isReplaying: false,
          historyLength,
        });
        if (completion.failed) throw new Error(JSON.stringify(completion.failed.failure));
        return completion.successful.commands as Command[];
      },
      dispose: () => inside.dispose(),
    };
  }

  destroy(): Promise<void> {
    return this.creator.destroy();
  }
}
