import {
  ServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';

import { isTransient } from '../../store/postgres/codes';

/**
 * What a failed call to Temporal or Postgres means to the caller: `closed` the workflow has ended or never was,
 * `refused` its validator said no, the two `_unavailable` may pass by themselves. Anything else is a bug.
 */
export type FailureKind = 'closed' | 'refused' | 'temporal_unavailable' | 'store_unavailable';

export function failureKind(thrown: unknown): FailureKind | undefined {
  if (
    thrown instanceof WorkflowExecutionAlreadyStartedError ||
    thrown instanceof WorkflowNotFoundError
  )
    return 'closed';
  if (thrown instanceof WorkflowUpdateFailedError) return 'refused';
  if (thrown instanceof WorkflowUpdateRPCTimeoutOrCancelledError || thrown instanceof ServiceError)
    return 'temporal_unavailable';
  return isTransient(thrown) ? 'store_unavailable' : undefined;
}
