import { QueryClient } from '@tanstack/react-query';

import { retryDelayMs, shouldRetryRead } from './retry';

/**
 * Reads are retried (retry.ts); commands are not, because only an Idempotency-Key makes a second sending safe
 * (useMoneyMutation). Commands do not wait for the network: a tap must not act minutes later.
 */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        retry: shouldRetryRead,
        retryDelay: (failures, error) => retryDelayMs(failures, error, Math.random()),
        staleTime: 15_000,
        gcTime: 10 * 60_000,
        refetchOnWindowFocus: true,
      },
      mutations: { retry: false, networkMode: 'always' },
    },
  });
}
