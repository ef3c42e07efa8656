import { heartbeat } from '@temporalio/activity';

import type { RebuildCounts } from '../../workflows/contract';
import { withFailures } from '../failures';

export type RebuildActivities = {
  /** Idempotent; what an interrupted run has started stays started. */
  rebuildOpen(input: Record<string, never>): Promise<RebuildCounts>;
};

export type RebuildDeps = {
  /** temporal/rebuild.ts with the worker's own client: activities know nothing of it. */
  readonly rebuild: (onProgress: (counts: RebuildCounts) => void) => Promise<RebuildCounts>;
};

export function createRebuildActivities(deps: RebuildDeps): RebuildActivities {
  return withFailures<RebuildActivities>({
    rebuildOpen: () => deps.rebuild((counts) => heartbeat(counts)),
  });
}
