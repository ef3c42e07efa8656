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

type Page = { items: Report[]; next_cursor: string | null };

const readPage = (state: ReportState | undefined, cursor: string | null): Promise<Page> =>
  call(
    api.GET('/v1/ops/link-reports', {
      params: {
        query: { limit: '100', ...(state ? { state } : {}), ...(cursor ? { cursor } : {}) },
      },
    }),
  );

const ENOUGH_ROWS = 50;
const MOST_PAGES = 10;

/**
 * A page of one reason. The API's filter has no reason: pages are read on until enough rows fit, or the person is
 * asked whether to look further.
 */
async function readOfReason({ state, reason }: ReportFilter, cursor: string | null): Promise<Page> {
  const items: Report[] = [];
  let next = cursor;
  for (let read = 0; read < MOST_PAGES; read += 1) {
    const page = await readPage(state, next);
    items.push(...page.items.filter((one) => reason === undefined || one.reason === reason));
    next = page.next_cursor;
    if (next === null || items.length >= ENOUGH_ROWS) break;
  }
  return { items, next_cursor: next };
}

export function useReports(filter: ReportFilter) {
  return useInfiniteQuery({
    queryKey: [...REPORTS_KEY, 'list', filter],
    queryFn: ({ pageParam }) =>
      filter.reason ? readOfReason(filter, pageParam) : readPage(filter.state, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
  });
}

/** The report of an address somebody was sent, wherever in the list it stands; null when there is none. */
async function findReport(reportId: string): Promise<Report | null> {
  let cursor: string | null = null;
  do {
    const page: Page = await readPage(undefined, cursor);
    const found = page.items.find(({ id }) => id === reportId);
    if (found) return found;
    cursor = page.next_cursor;
  } while (cursor);
  return null;
}

export function useReport(reportId: string, known: Report | undefined) {
  return useQuery({
    queryKey: [...REPORTS_KEY, 'one', reportId],
    queryFn: () => findReport(reportId),
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
