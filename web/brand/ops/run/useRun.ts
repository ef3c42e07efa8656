import { useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';

import { api, call } from '../../../ui/api/client';
import { useEventStream, type StreamState } from '../../../ui/api/useEventStream';
import type { Schema } from '../types';

type Run = Schema<'PayoutBatch'>;

export const runKey = (batchId: string) => ['ops', 'run', batchId] as const;

export function useRun(batchId: string): UseQueryResult<Run> {
  return useQuery({
    queryKey: runKey(batchId),
    queryFn: () => call(api.GET('/v1/payout-batches/{batchId}', { params: { path: { batchId } } })),
  });
}

/** Items change by hundreds a second while a run goes out; the table follows at this pace. */
const ITEMS_EVERY_MS = 1500;

/** Refreshes what is shown of the run, at most once in `ITEMS_EVERY_MS`, the last change never lost. */
function useRefresh(batchId: string): () => void {
  const queries = useQueryClient();
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return () => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      void queries.invalidateQueries({ queryKey: runKey(batchId) });
    }, ITEMS_EVERY_MS);
  };
}

/** Follows a run that is not over: counts as they change, the rest soon after. Null once it is over. */
export function useRunStream(batchId: string, run: Run | undefined): StreamState | null {
  const queries = useQueryClient();
  const refresh = useRefresh(batchId);
  const over = run === undefined || ['done', 'expired', 'closed'].includes(run.state);
  const state = useEventStream(
    over ? null : `/v1/payout-batches/${batchId}/events`,
    ({ data }) => {
      const { state: now, item_count, total, counts } = data as Schema<'PayoutBatchProgress'>;
      queries.setQueryData<Run>(runKey(batchId), (before) =>
        before ? { ...before, state: now, item_count, total, counts } : before,
      );
      refresh();
    },
    ['progress'],
  );
  return over ? null : state;
}
