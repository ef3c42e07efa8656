import { setWorkflowOptions, workflowInfo } from '@temporalio/workflow';

import { adjustment } from './adjustment';
import { conversion } from './conversion';
import { payoutBatch } from './payoutBatch';
import { payoutItem } from './payoutItem';
import { rebuild } from './rebuild';

/**
 * The single entry of the workflow bundle. Each workflow has its own file; this names them and says how each meets a new
 * version of the code where workers are versioned (deploy/README.md): short ones end on the version they began with; all
 * others go on with the newest (the worker's default), guarded by the predicates of versions.ts.
 *
 * A server refuses to hear of it from a worker that is not versioned; such a one has no deployment's name.
 */
const pinned = () =>
  workflowInfo().currentDeploymentVersion?.deploymentName
    ? ({ versioningBehavior: 'PINNED' } as const)
    : {};

setWorkflowOptions(pinned, payoutItem);
setWorkflowOptions(pinned, rebuild);

export { adjustment, conversion, payoutBatch, payoutItem, rebuild };
