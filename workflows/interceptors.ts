import {
  ApplicationFailure,
  type WorkflowInboundCallsInterceptor,
  type WorkflowInterceptors,
  type WorkflowOutboundCallsInterceptor,
  workflowInfo,
} from '@temporalio/workflow';

import { FAILURE, REBUILD } from './contract';
import { isProven, isReadable } from './unreadable';

/**
 * Messages that nobody with our key wrote do nothing: a start ends at once without a step, a signal is not heard, an
 * update is refused before it enters the history. Whoever reaches Temporal alone moves no money. Only the rebuild job needs
 * no proof: a Schedule starts it, and it does nothing but what the platform does every hour by itself.
 */
const inbound: WorkflowInboundCallsInterceptor = {
  execute(input, next) {
    if (isProven(input.args) || workflowInfo().workflowType === REBUILD) return next(input);
    return Promise.resolve({ state: 'REFUSED', reason: 'unreadable_input' });
  },
  handleSignal: (input, next) => (isProven(input.args) ? next(input) : Promise.resolve()),
  validateUpdate(input, next) {
    if (!isProven(input.args)) throw refusal();
    return next(input);
  },
  // The SDK validates only updates that have a validator of their own; the others are accepted and fail here.
  handleUpdate: (input, next) => (isProven(input.args) ? next(input) : Promise.reject(refusal())),
};

const refusal = (): ApplicationFailure =>
  ApplicationFailure.nonRetryable('the message is not encrypted with our key', FAILURE.unreadable);

/**
 * An activity's answer may be forged too ("complete activity" is open to whoever reaches Temporal). The workflow fails
 * rather than act on it, which pages somebody; the rebuild job starts it anew from Postgres.
 */
const outbound: WorkflowOutboundCallsInterceptor = {
  async scheduleActivity(input, next) {
    const result = await next(input);
    if (!isReadable(result))
      throw ApplicationFailure.nonRetryable(
        `the result of ${input.activityType} is not encrypted with our key`,
        FAILURE.unreadable,
      );
    return result;
  },
};

export const interceptors = (): WorkflowInterceptors => ({
  inbound: [inbound],
  outbound: [outbound],
});
