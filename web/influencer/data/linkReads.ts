import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';

import { api, call } from '../../ui/api/client';
import type { ClickCut, LinkImport, LinkImportRowState } from './types';

/** Reads of uploads, statistics and single clicks; the influencer's id is in each key, as in reads.ts. */

const firstPage = null as string | null;
const nextCursor = (page: { next_cursor: string | null }): string | null => page.next_cursor;
const cursorOf = (cursor: string | null): { cursor?: string } => (cursor ? { cursor } : {});

/** Rows are worked off behind the answer, some 20 at a time. */
const PROGRESS_EVERY_MS = 1_000;

export const uploadsRead = (influencerId: string) =>
  infiniteQueryOptions({
    queryKey: ['uploads', influencerId],
    queryFn: ({ pageParam }) =>
      call(
        api.GET('/v1/influencers/{influencerId}/link-imports', {
          params: { path: { influencerId }, query: cursorOf(pageParam) },
        }),
      ),
    initialPageParam: firstPage,
    getNextPageParam: nextCursor,
  });

/** Asked again until the last row is done. */
export const uploadRead = (influencerId: string, importId: string) =>
  queryOptions({
    queryKey: ['upload', influencerId, importId],
    queryFn: () =>
      call(
        api.GET('/v1/influencers/{influencerId}/link-imports/{importId}', {
          params: { path: { influencerId, importId } },
        }),
      ),
    refetchInterval: ({ state }: { state: { data?: LinkImport | undefined } }) =>
      state.data && state.data.finished_at === null ? PROGRESS_EVERY_MS : false,
  });

/** `done` is how many rows have their result: more of them are another answer. */
export const uploadRowsRead = (
  influencerId: string,
  importId: string,
  state: LinkImportRowState | null,
  done: number,
) =>
  infiniteQueryOptions({
    queryKey: ['upload-rows', influencerId, importId, state, done],
    queryFn: ({ pageParam }) =>
      call(
        api.GET('/v1/influencers/{influencerId}/link-imports/{importId}/rows', {
          params: {
            path: { influencerId, importId },
            query: { ...cursorOf(pageParam), ...(state ? { state } : {}) },
          },
        }),
      ),
    initialPageParam: firstPage,
    getNextPageParam: nextCursor,
    placeholderData: keepPreviousData,
  });

/** Days of Almaty, both included. */
export type ClickPeriod = { readonly from: string; readonly to: string };
export type ClicksAsked = ClickPeriod & { readonly group_by: ClickCut; readonly link_id?: string };

export const statisticsRead = (influencerId: string, asked: ClicksAsked) =>
  queryOptions({
    queryKey: ['statistics', influencerId, asked],
    queryFn: () =>
      call(
        api.GET('/v1/influencers/{influencerId}/click-statistics', {
          params: { path: { influencerId }, query: asked },
        }),
      ),
    placeholderData: keepPreviousData,
    staleTime: 15_000,
  });

export type Counted = 'all' | 'yes' | 'no';

export const clicksRead = (influencerId: string, counted: Counted, linkId: string | null) =>
  infiniteQueryOptions({
    queryKey: ['clicks', influencerId, counted, linkId],
    queryFn: ({ pageParam }) =>
      call(
        api.GET('/v1/influencers/{influencerId}/clicks', {
          params: {
            path: { influencerId },
            query: { ...cursorOf(pageParam), counted, ...(linkId ? { link_id: linkId } : {}) },
          },
        }),
      ),
    initialPageParam: firstPage,
    getNextPageParam: nextCursor,
  });
