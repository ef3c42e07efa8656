import type { ReactNode } from 'react';

export type TableColumn<Row> = {
  readonly key: string;
  readonly header: string;
  readonly cell: (row: Row) => ReactNode;
  /** Share of the free width (default 1), never narrower than `minWidth_px` (default 96). */
  readonly grow?: number;
  readonly minWidth_px?: number;
  /** `end` for money and counts. */
  readonly align?: 'start' | 'end';
  /** Makes the column sortable; bigint for money. Only for lists loaded whole: a cursor list is sorted by the API. */
  readonly sortValue?: (row: Row) => string | number | bigint;
  /** Place on the phone's card: its headline, the figure beside it, a line of details (default), or nowhere. */
  readonly card?: 'title' | 'figure' | 'detail' | 'hidden';
};

export type TableSelection = {
  readonly ids: ReadonlySet<string>;
  readonly onChange: (ids: ReadonlySet<string>) => void;
};

/** What both forms of the table (grid, cards) draw. */
export type TableView<Row> = {
  readonly label: string;
  readonly columns: readonly TableColumn<Row>[];
  /** In the order shown. */
  readonly rows: readonly { readonly id: string; readonly row: Row }[];
  readonly selection: TableSelection | null;
  readonly rowLabel: (row: Row) => string;
  readonly onOpen: ((row: Row) => void) | null;
  readonly onEndReached: (() => void) | null;
};

export const withId = (ids: ReadonlySet<string>, id: string, chosen: boolean): Set<string> => {
  const next = new Set(ids);
  if (chosen) next.add(id);
  else next.delete(id);
  return next;
};
