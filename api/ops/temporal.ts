import type { Client } from '@temporalio/client';

import { createRunCommands, type RunCommandDeps } from '../runCommands';
import type { OpsCommands } from './commands';

export type OpsTemporalDeps = RunCommandDeps & {
  readonly client: Client;
  readonly timeoutMs: number;
  readonly poke: () => void;
};

export function createOpsCommands(deps: OpsTemporalDeps): OpsCommands {
  return {
    ...createRunCommands(deps),
    poke: deps.poke,
    ping: async (timeoutMs) => {
      const { connection } = deps.client;
      await connection.withDeadline(Date.now() + timeoutMs, () =>
        connection.workflowService.getSystemInfo({}),
      );
    },
  };
}
