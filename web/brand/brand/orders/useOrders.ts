import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';

import { api, call } from '../../../ui/api/client';
import { useMe } from '../../../ui/session/session';
import type { Order } from '../types';
import type { OrderFilter, Sort } from './orderFilter';

const PAGE = '100';

export type OrderList = ReturnType<typeof useOrderPages> & { readonly rows: readonly Order[] };

function useOrderPages(filter: OrderFilter, sort: Sort) {
  const { tenant } = useMe();
  return useInfiniteQuery({
    queryKey: ['orders', tenant.id, filter, sort],
    queryFn: ({ pageParam }) =>
      call(
        api.GET('/v1/brands/{brandId}/orders', {
          params: {
            path: { brandId: tenant.id },
            query: { ...filter, sort, limit: PAGE, ...(pageParam ? { cursor: pageParam } : {}) },
          },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
}

/** The filtered orders, fetched page by page as the table is scrolled. */
export function useOrders(filter: OrderFilter, sort: Sort): OrderList {
  const query = useOrderPages(filter, sort);
  const { data } = query;
  const rows = useMemo(() => data?.pages.flatMap(({ items }) => items) ?? [], [data]);
  return { ...query, rows };
}
