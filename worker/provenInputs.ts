import { ApplicationFailure } from '@temporalio/activity';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';

import { FAILURE } from '../workflows/contract';
import { isProven } from '../workflows/unreadable';

/**
 * Whoever reaches Temporal can answer workflow tasks in our place and order activities: only an input that was
 * encrypted with our key, for that workflow, is acted on.
 */
export const provenInputs: ActivityInterceptorsFactory = () => ({
  inbound: {
    execute(input, next) {
      if (isProven(input.args)) return next(input);
      throw ApplicationFailure.nonRetryable(
        'the input is not encrypted with our key',
        FAILURE.unreadable,
      );
    },
  },
});
