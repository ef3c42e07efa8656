import type { Icon } from '@tabler/icons-react';
import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { DataTable, type TableColumn } from '../../../ui/components/DataTable';
import { EmptyState } from '../../../ui/components/EmptyState';
import { LoadMore, type LoadMoreProps } from '../../../ui/components/LoadMore';
import { QueryBody } from './QueryBody';
import type { UrlFilters } from './useUrlFilters';

/** What `useInfiniteQuery` gives for a list with `next_cursor`. */
type Pages<Row> = LoadMoreProps & {
  readonly data: { readonly pages: readonly { readonly items: readonly Row[] }[] } | undefined;
  readonly error: unknown;
  readonly refetch: () => unknown;
};

export type FilteredListProps<Row extends object> = {
  readonly list: Pages<Row>;
  readonly filters: UrlFilters;
  readonly label: string;
  readonly columns: readonly TableColumn<Row>[];
  readonly rowId: (row: Row) => string;
  readonly onOpen?: (row: Row) => void;
  /** When there is nothing at all; what filters leave empty says so in words of its own. */
  readonly empty: { readonly icon: Icon; readonly title: string; readonly text: string };
};

/** A list of the desk below its filters: skeleton, rows, the next page, and why there are none. */
export function FilteredList<Row extends object>(props: FilteredListProps<Row>): ReactNode {
  const { list, filters, label, columns, rowId, onOpen, empty } = props;
  const { t } = useTranslation('ops');
  const { data } = list;
  const rows = useMemo(() => data?.pages.flatMap((page) => page.items) ?? [], [data]);
  return (
    <QueryBody query={list}>
      {() => (
        <>
          <DataTable
            label={label}
            columns={columns}
            rows={rows}
            rowId={rowId}
            onOpen={onOpen ?? null}
            empty={
              <EmptyState
                icon={empty.icon}
                title={filters.any ? t('nothing_found') : empty.title}
                text={filters.any ? t('nothing_found_text') : empty.text}
              />
            }
          />
          <LoadMore {...list} />
        </>
      )}
    </QueryBody>
  );
}
