import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';

import { api, call } from '../../ui/api/client';
import type { LinkFilterState, OrderState } from './types';

/**
 * Every read of the app: one function a resource, so that its key is written once. The influencer's id is in each
 * key; what an order or a payout changes is told by `MONEY_READS`.
 */
export const profileRead = (influencerId: string) =>
  queryOptions({
    queryKey: ['profile', influencerId],
    queryFn: () =>
      call(
        api.GET('/v1/influencers/{influencerId}/profile', { params: { path: { influencerId } } }),
      ),
  });

export const taxOptionsRead = (influencerId: string) =>
  queryOptions({
    queryKey: ['tax-options', influencerId],
    queryFn: () =>
      call(
        api.GET('/v1/influencers/{influencerId}/tax-options', {
          params: { path: { influencerId } },
        }),
      ),
    staleTime: 5 * 60_000,
  });

export const homeRead = (influencerId: string) =>
  queryOptions({
    queryKey: ['home', influencerId],
    queryFn: () =>
      call(api.GET('/v1/influencers/{influencerId}/home', { params: { path: { influencerId } } })),
  });

export const programmesRead = (influencerId: string) =>
  queryOptions({
    queryKey: ['programmes', influencerId],
    queryFn: () =>
      call(
        api.GET('/v1/influencers/{influencerId}/programmes', {
          params: { path: { influencerId }, query: { limit: '100' } },
        }),
      ),
    staleTime: 5 * 60_000,
  });

const firstPage = null as string | null;
const nextCursor = (page: { next_cursor: string | null }): string | null => page.next_cursor;
const cursorOf = (cursor: string | null): { cursor?: string } => (cursor ? { cursor } : {});

export const catalogueRead = (
  influencerId: string,
  filter: { readonly query: string; readonly programmeId: string | null },
) =>
  infiniteQueryOptions({
    queryKey: ['catalogue', influencerId, filter],
    queryFn: ({ pageParam }) =>
      call(
        api.GET('/v1/influencers/{influencerId}/catalogue', {
          params: {
            path: { influencerId },
            query: {
              ...cursorOf(pageParam),
              ...(filter.query ? { query: filter.query } : {}),
              ...(filter.programmeId ? { programme_id: filter.programmeId } : {}),
            },
          },
        }),
      ),
    initialPageParam: firstPage,
    getNextPageParam: nextCursor,
    staleTime: 60_000,
  });

/** `state` null: all but deleted ones. */
export const linksRead = (
  influencerId: string,
  query: string,
  state: LinkFilterState | null = null,
) =>
  infiniteQueryOptions({
    queryKey: ['links', influencerId, query, state],
    queryFn: ({ pageParam }) =>
      call(
        api.GET('/v1/influencers/{influencerId}/links', {
          params: {
            path: { influencerId },
            query: {
              ...cursorOf(pageParam),
              ...(query ? { query } : {}),
              ...(state ? { state } : {}),
            },
          },
        }),
      ),
    initialPageParam: firstPage,
    getNextPageParam: nextCursor,
  });

export const linkRead = (influencerId: string, linkId: string) =>
  queryOptions({
    queryKey: ['link', influencerId, linkId],
    queryFn: () =>
      call(
        api.GET('/v1/influencers/{influencerId}/links/{linkId}', {
          params: { path: { influencerId, linkId } },
        }),
      ),
  });

export const ordersRead = (influencerId: string, state: OrderState | null) =>
  infiniteQueryOptions({
    queryKey: ['orders', influencerId, state],
    queryFn: ({ pageParam }) =>
      call(
        api.GET('/v1/influencers/{influencerId}/orders', {
          params: {
            path: { influencerId },
            query: { ...cursorOf(pageParam), ...(state ? { state } : {}) },
          },
        }),
      ),
    initialPageParam: firstPage,
    getNextPageParam: nextCursor,
  });

/** The newest few, with which the feed on the first screen begins. */
export const latestOrdersRead = (influencerId: string) =>
  queryOptions({
    queryKey: ['orders', influencerId, 'latest'],
    queryFn: () =>
      call(
        api.GET('/v1/influencers/{influencerId}/orders', {
          params: { path: { influencerId }, query: { limit: '5' } },
        }),
      ),
  });

export const orderRead = (influencerId: string, conversionId: string) =>
  queryOptions({
    queryKey: ['order', influencerId, conversionId],
    queryFn: () =>
      call(
        api.GET('/v1/influencers/{influencerId}/orders/{conversionId}', {
          params: { path: { influencerId, conversionId } },
        }),
      ),
  });

export const walletRead = (influencerId: string) =>
  queryOptions({
    queryKey: ['wallet', influencerId],
    queryFn: () =>
      call(
        api.GET('/v1/influencers/{influencerId}/wallet', { params: { path: { influencerId } } }),
      ),
  });

export const entriesRead = (influencerId: string) =>
  infiniteQueryOptions({
    queryKey: ['entries', influencerId],
    queryFn: ({ pageParam }) =>
      call(
        api.GET('/v1/influencers/{influencerId}/wallet/entries', {
          params: { path: { influencerId }, query: cursorOf(pageParam) },
        }),
      ),
    initialPageParam: firstPage,
    getNextPageParam: nextCursor,
  });

export const debtsRead = (influencerId: string) =>
  infiniteQueryOptions({
    queryKey: ['debts', influencerId],
    queryFn: ({ pageParam }) =>
      call(
        api.GET('/v1/influencers/{influencerId}/debts', {
          params: { path: { influencerId }, query: cursorOf(pageParam) },
        }),
      ),
    initialPageParam: firstPage,
    getNextPageParam: nextCursor,
  });

/** `amount` null asks for all that is available. */
export const previewRead = (influencerId: string, amount: string | null) =>
  queryOptions({
    queryKey: ['preview', influencerId, amount],
    queryFn: () =>
      call(
        api.POST('/v1/influencers/{influencerId}/payout-preview', {
          params: { path: { influencerId } },
          body: amount ? { amount } : {},
        }),
      ),
  });

export const payoutsRead = (influencerId: string) =>
  infiniteQueryOptions({
    queryKey: ['payouts', influencerId],
    queryFn: ({ pageParam }) =>
      call(
        api.GET('/v1/influencers/{influencerId}/payouts', {
          params: { path: { influencerId }, query: cursorOf(pageParam) },
        }),
      ),
    initialPageParam: firstPage,
    getNextPageParam: nextCursor,
  });

/** With its taxes line by line. */
export const payoutRead = (payoutId: string) =>
  queryOptions({
    queryKey: ['payout', payoutId],
    queryFn: () => call(api.GET('/v1/payouts/{payoutId}', { params: { path: { payoutId } } })),
  });

export const noticesRead = (influencerId: string) =>
  infiniteQueryOptions({
    queryKey: ['notices', influencerId],
    queryFn: ({ pageParam }) =>
      call(
        api.GET('/v1/influencers/{influencerId}/notices', {
          params: { path: { influencerId }, query: cursorOf(pageParam) },
        }),
      ),
    initialPageParam: firstPage,
    getNextPageParam: nextCursor,
  });

export const sessionsRead = queryOptions({
  queryKey: ['sessions'],
  queryFn: () => call(api.GET('/v1/me/sessions')),
});

export const apiKeysRead = (influencerId: string) =>
  infiniteQueryOptions({
    queryKey: ['api-keys', influencerId],
    queryFn: ({ pageParam }) =>
      call(
        api.GET('/v1/influencers/{influencerId}/api-keys', {
          params: { path: { influencerId }, query: cursorOf(pageParam) },
        }),
      ),
    initialPageParam: firstPage,
    getNextPageParam: nextCursor,
  });

/** First words of the keys of everything that an order or a payout may have changed. */
export const MONEY_READS: ReadonlySet<unknown> = new Set([
  'home',
  'orders',
  'order',
  'wallet',
  'entries',
  'debts',
  'preview',
  'payouts',
  'payout',
  'links',
  'link',
  'days',
  'notices',
]);
