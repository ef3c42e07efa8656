import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';

import { api, call } from '../../../ui/api/client';
import type { Schema } from '../types';

export type Report = Schema<'LinkReport'>;
export type ReportState = Schema<'LinkReportState'>;
export type ReportFilter = {
  readonly state?: ReportState;
  readonly reason?: Schema<'LinkReportReason'>;
};

export const REPORTS_KEY = ['ops', 'link-reports'] as const;

export function useReports(filter: ReportFilter) {
  return useInfiniteQuery({
    queryKey: [...REPORTS_KEY, 'list', filter],
    queryFn: ({ pageParam }) =>
      call(
        api.GET('/v1/ops/link-reports', {
          params: {
            query: { limit: '50', ...filter, ...(pageParam ? { cursor: pageParam } : {}) },
          },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
  });
}

/** The report of an address somebody was sent, wherever in the list it stands. */
export function useReport(reportId: string, known: Report | undefined) {
  return useQuery({
    queryKey: [...REPORTS_KEY, 'one', reportId],
    queryFn: () =>
      call(api.GET('/v1/ops/link-reports/{reportId}', { params: { path: { reportId } } })),
    ...(known ? { initialData: known, staleTime: 30_000 } : {}),
  });
}

/** What happened on the link in the last thirty days, and why some of it does not count. */
export function useLinkClicks(influencerId: string, linkId: string) {
  return useQuery({
    queryKey: ['ops', 'link-clicks', influencerId, linkId],
    queryFn: () =>
      call(
        api.GET('/v1/influencers/{influencerId}/click-statistics', {
          params: { path: { influencerId }, query: { group_by: 'day', link_id: linkId } },
        }),
      ),
  });
}
