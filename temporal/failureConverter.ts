import { DefaultFailureConverter } from '@temporalio/common';

/** Failure messages and stacks go through the codec too: a provider's error text may name a person. */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
