import { Checkbox, UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowsSort, IconArrowUp } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import {
  useEffect,
  useRef,
  useState,
  type CSSProperties,
  type KeyboardEvent,
  type ReactNode,
} from 'react';
import { useTranslation } from 'react-i18next';

import classes from './DataTable.module.css';
import { withId, type TableColumn, type TableView } from './dataTableTypes';

const ROW_HEIGHT_PX = 52;
const CHECK_WIDTH = '3rem';

const MIN_WIDTH_PX = 96;

type Sorted = { readonly id: string; readonly desc: boolean } | null;

type GridProps<Row> = {
  readonly view: TableView<Row>;
  readonly maxHeight: string;
  readonly sorted: Sorted;
  readonly onSort: (key: string) => void;
};

function template<Row>(view: TableView<Row>): string {
  const columns = view.columns.map(
    (column) => `minmax(${column.minWidth_px ?? MIN_WIDTH_PX}px, ${column.grow ?? 1}fr)`,
  );
  return (view.selection ? [CHECK_WIDTH, ...columns] : columns).join(' ');
}

/**
 * Narrower than this the table scrolls: the columns at their smallest, the gaps and the row's padding. Not
 * max-content, which lets one wide cell stretch every `fr` beside it past the edge of the screen.
 */
function smallest<Row>(view: TableView<Row>): string {
  const widths = view.columns.map((column) => `${column.minWidth_px ?? MIN_WIDTH_PX}px`);
  const cells = view.selection ? [CHECK_WIDTH, ...widths] : widths;
  return `calc(${cells.join(' + ')} + ${0.75 * (cells.length + 1)}rem)`;
}

const side = <Row,>(column: TableColumn<Row>): string | undefined =>
  column.align === 'end' ? classes.end : undefined;

function HeaderCell<Row>(props: {
  column: TableColumn<Row>;
  sorted: Sorted;
  onSort: (key: string) => void;
}): ReactNode {
  const { column, sorted, onSort } = props;
  const direction = sorted?.id === column.key ? (sorted.desc ? 'descending' : 'ascending') : 'none';
  const Arrow = { descending: IconArrowDown, ascending: IconArrowUp, none: IconArrowsSort }[
    direction
  ];
  if (!column.sortValue) {
    return (
      <div role="columnheader" className={side(column)}>
        {column.header}
      </div>
    );
  }
  return (
    <div role="columnheader" aria-sort={direction} className={side(column)}>
      <UnstyledButton className={classes.sort} onClick={() => onSort(column.key)}>
        {column.header}
        <Arrow size={14} aria-hidden />
      </UnstyledButton>
    </div>
  );
}

function Header<Row>({ view, sorted, onSort }: Omit<GridProps<Row>, 'maxHeight'>): ReactNode {
  const { t } = useTranslation('ui');
  const { selection, rows } = view;
  const chosen = selection ? rows.filter(({ id }) => selection.ids.has(id)).length : 0;
  return (
    <div role="rowgroup" className={classes.head}>
      <div role="row" aria-rowindex={1} className={classes.row}>
        {selection ? (
          <div role="columnheader">
            <Checkbox
              aria-label={t('select_all')}
              checked={chosen > 0 && chosen === rows.length}
              indeterminate={chosen > 0 && chosen < rows.length}
              onChange={(event) =>
                selection.onChange(
                  new Set(event.currentTarget.checked ? rows.map(({ id }) => id) : []),
                )
              }
            />
          </div>
        ) : null}
        {view.columns.map((column) => (
          <HeaderCell key={column.key} column={column} sorted={sorted} onSort={onSort} />
        ))}
      </div>
    </div>
  );
}

type RowProps<Row> = {
  readonly view: TableView<Row>;
  readonly index: number;
  readonly current: boolean;
  readonly start_px: number;
  readonly measure: (element: HTMLElement | null) => void;
  readonly onFocus: () => void;
};

function GridRow<Row>({
  view,
  index,
  current,
  start_px,
  measure,
  onFocus,
}: RowProps<Row>): ReactNode {
  const entry = view.rows[index];
  if (!entry) return null;
  const { id, row } = entry;
  const { selection, onOpen } = view;
  const chosen = selection?.ids.has(id) ?? false;
  return (
    <div
      role="row"
      ref={measure}
      data-index={index}
      data-clickable={onOpen ? true : undefined}
      aria-rowindex={index + 2}
      aria-selected={selection ? chosen : undefined}
      tabIndex={current ? 0 : -1}
      className={`${classes.row} ${classes.body}`}
      style={{ transform: `translateY(${start_px}px)` }}
      onFocus={onFocus}
      onClick={(event) => {
        const inControl = (event.target as Element).closest('a, button, input, label');
        if (!inControl) onOpen?.(row);
      }}
    >
      {selection ? (
        <div role="gridcell">
          <Checkbox
            aria-label={view.rowLabel(row)}
            tabIndex={current ? 0 : -1}
            checked={chosen}
            onChange={(event) =>
              selection.onChange(withId(selection.ids, id, event.currentTarget.checked))
            }
          />
        </div>
      ) : null}
      {view.columns.map((column) => (
        <div role="gridcell" key={column.key} className={side(column)}>
          {column.cell(row)}
        </div>
      ))}
    </div>
  );
}

/** Where the arrow keys lead from row `index`; null when the key is not for moving. */
function nextRow(key: string, index: number, count: number): number | null {
  const last = count - 1;
  switch (key) {
    case 'ArrowDown':
      return Math.min(last, index + 1);
    case 'ArrowUp':
      return Math.max(0, index - 1);
    case 'PageDown':
      return Math.min(last, index + 10);
    case 'PageUp':
      return Math.max(0, index - 10);
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return null;
  }
}

function useKeyboard<Row>(view: TableView<Row>, scrollTo: (index: number) => void) {
  const [current, setCurrent] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent): void => {
    const onRow = (event.target as Element).getAttribute('role') === 'row';
    const entry = view.rows[current];
    if (!onRow || !entry) return;
    const next = nextRow(event.key, current, view.rows.length);
    if (next !== null) {
      event.preventDefault();
      setCurrent(next);
      scrollTo(next);
      // The row may be drawn only after the scroll.
      requestAnimationFrame(() =>
        requestAnimationFrame(() =>
          box.current?.querySelector<HTMLElement>(`[data-index="${next}"]`)?.focus(),
        ),
      );
    } else if (event.key === 'Enter' && view.onOpen) {
      view.onOpen(entry.row);
    } else if (event.key === ' ' && view.selection) {
      event.preventDefault();
      const { ids, onChange } = view.selection;
      onChange(withId(ids, entry.id, !ids.has(entry.id)));
    }
  };
  return { current: Math.min(current, view.rows.length - 1), setCurrent, box, onKeyDown };
}

/** The desk form: a grid with arrow keys, of which only the rows in view exist. */
export function DataTableGrid<Row>({ view, maxHeight, sorted, onSort }: GridProps<Row>): ReactNode {
  'use no memo';
  const count = view.rows.length;
  const scroller = useRef<HTMLDivElement>(null);
  // eslint-disable-next-line react-hooks/incompatible-library -- its answers are read in this render only
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT_PX,
    getItemKey: (index) => view.rows[index]?.id ?? index,
    overscan: 8,
  });
  const { current, setCurrent, box, onKeyDown } = useKeyboard(view, virtual.scrollToIndex);
  const items = virtual.getVirtualItems();
  const atEnd = (items.at(-1)?.index ?? 0) >= count - 1;
  const { onEndReached } = view;
  useEffect(() => {
    if (atEnd) onEndReached?.();
  }, [atEnd, count, onEndReached]);
  return (
    <div ref={scroller} className={classes.scroller} style={{ maxHeight }}>
      <div
        ref={box}
        role="grid"
        aria-label={view.label}
        aria-rowcount={count + 1}
        aria-multiselectable={view.selection ? true : undefined}
        className={classes.grid}
        style={{ '--columns': template(view), '--smallest': smallest(view) } as CSSProperties}
        onKeyDown={onKeyDown}
      >
        <Header view={view} sorted={sorted} onSort={onSort} />
        <div role="rowgroup" className={classes.space} style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => (
            <GridRow
              key={item.key}
              view={view}
              index={item.index}
              current={item.index === current}
              start_px={item.start}
              measure={virtual.measureElement}
              onFocus={() => setCurrent(item.index)}
            />
          ))}
        </div>
      </div>
    </div>
  );
}
