import { useInfiniteQuery, useQueryClient, type InfiniteData } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';

import { api, call } from '../../../ui/api/client';
import { useEventStream, type StreamState } from '../../../ui/api/useEventStream';
import { isPostback, withNew, type PostbackPage, type Verdict } from './postbacks';

const PAGE = '50';

/** The log of a programme, newest first, and what comes while it is looked at. */
export function usePostbacks(programmeId: string, verdict: Verdict | null) {
  const queries = useQueryClient();
  const queryKey = ['postbacks', programmeId, verdict];
  const list = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam }): Promise<PostbackPage> =>
      call(
        api.GET('/v1/programmes/{programmeId}/postbacks', {
          params: {
            path: { programmeId },
            query: {
              limit: PAGE,
              ...(verdict ? { verdict } : {}),
              ...(pageParam ? { cursor: pageParam } : {}),
            },
          },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
  const stream = useEventStream(
    `/v1/programmes/${encodeURIComponent(programmeId)}/postbacks/events`,
    ({ data }) => {
      if (!isPostback(data) || (verdict && data.verdict !== verdict)) return;
      queries.setQueryData<InfiniteData<PostbackPage, string | null>>(queryKey, (before) =>
        withNew(before, data),
      );
    },
    ['postback'],
  );
  useReadAgain(stream, () => void list.refetch());
  return { list, stream };
}

/** A line that was lost and is back may have missed something: the list is read again. */
function useReadAgain(stream: StreamState, read: () => void): void {
  const before = useRef<StreamState>(stream);
  const again = useRef(read);
  useEffect(() => {
    again.current = read;
  });
  useEffect(() => {
    if (before.current === 'reconnecting' && stream === 'open') again.current();
    before.current = stream;
  }, [stream]);
}
