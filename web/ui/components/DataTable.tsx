import { useMediaQuery } from '@mantine/hooks';
import {
  createColumnHelper,
  createSortedRowModel,
  rowSortingFeature,
  tableFeatures,
  useTable,
  type SortingState,
} from '@tanstack/react-table';
import { useMemo, useState, type ReactNode } from 'react';

import { DataTableCards } from './DataTableCards';
import { DataTableGrid } from './DataTableGrid';
import type { TableColumn, TableSelection, TableView } from './dataTableTypes';

export type { TableColumn, TableSelection } from './dataTableTypes';

const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() });

export type DataTableProps<Row extends object> = {
  /** What the table holds, for screen readers. */
  readonly label: string;
  /** Stable: module scope or useMemo. */
  readonly columns: readonly TableColumn<Row>[];
  /** Stable too: the query's data or useMemo. */
  readonly rows: readonly Row[];
  readonly rowId: (row: Row) => string;
  /** Names a row in its checkbox: “Order 123”. */
  readonly rowLabel?: (row: Row) => string;
  /** Row selection for bulk actions; the ids live with the screen. */
  readonly selection?: TableSelection | null;
  /** A click or Enter on a row. */
  readonly onOpen?: ((row: Row) => void) | null;
  /** Visible height of a long table, in which it scrolls. */
  readonly maxHeight?: string;
  /** Stands there when there are no rows. */
  readonly empty: ReactNode;
  /** The last rows are in view: the next page of a cursor list may be fetched. */
  readonly onEndReached?: (() => void) | null;
};

function compare(a: string | number | bigint, b: string | number | bigint): number {
  if (typeof a === 'string' && typeof b === 'string') return a.localeCompare(b);
  return a < b ? -1 : Number(a > b);
}

function useColumns<Row extends object>(columns: readonly TableColumn<Row>[]) {
  return useMemo(() => {
    const helper = createColumnHelper<typeof features, Row>();
    return helper.columns(
      columns.map((column) =>
        helper.accessor((row: Row) => column.sortValue?.(row) ?? '', {
          id: column.key,
          enableSorting: column.sortValue !== undefined,
          sortFn: (a, b, id) => compare(a.getValue(id), b.getValue(id)),
        }),
      ),
    );
  }, [columns]);
}

/** Thousands of rows without lag (only those in view are drawn); cards on a phone. */
export function DataTable<Row extends object>(props: DataTableProps<Row>): ReactNode {
  const { rows, rowId, columns, rowLabel = rowId } = props;
  const [sorting, setSorting] = useState<SortingState>([]);
  const phone = useMediaQuery('(max-width: 48em)', undefined, { getInitialValueInEffect: false });
  const tableColumns = useColumns(columns);
  const data = rows as Row[];
  const table = useTable({
    features,
    columns: tableColumns,
    data,
    getRowId: rowId,
    state: { sorting },
    onSortingChange: setSorting,
    sortDescFirst: true,
  });
  if (rows.length === 0) return props.empty;
  const view: TableView<Row> = {
    label: props.label,
    columns,
    rows: table.getRowModel().rows.map((row) => ({ id: row.id, row: row.original })),
    selection: props.selection ?? null,
    rowLabel,
    onOpen: props.onOpen ?? null,
    onEndReached: props.onEndReached ?? null,
  };
  if (phone) return <DataTableCards view={view} />;
  return (
    <DataTableGrid
      view={view}
      maxHeight={props.maxHeight ?? '70dvh'}
      sorted={sorting[0] ?? null}
      onSort={(key) => table.getColumn(key)?.toggleSorting()}
    />
  );
}
