import { Checkbox, UnstyledButton } from '@mantine/core';
import { useState, type ReactNode } from 'react';

import classes from './DataTable.module.css';
import { withId, type TableColumn, type TableView } from './dataTableTypes';
import { useReached } from './useReached';

/** Cards drawn before more are added by scrolling. */
const STEP = 60;

const placed = <Row,>(
  columns: readonly TableColumn<Row>[],
  place: TableColumn<Row>['card'],
): TableColumn<Row>[] => columns.filter((column) => (column.card ?? 'detail') === place);

function CardTop<Row>({ view, row }: { view: TableView<Row>; row: Row }): ReactNode {
  const parts = (place: 'title' | 'figure') =>
    placed(view.columns, place).map((column) => <span key={column.key}>{column.cell(row)}</span>);
  const { onOpen } = view;
  const inside = (
    <>
      {parts('title')}
      {parts('figure')}
    </>
  );
  if (!onOpen) return <div className={classes.cardTop}>{inside}</div>;
  return (
    <UnstyledButton className={classes.cardTop} onClick={() => onOpen(row)}>
      {inside}
    </UnstyledButton>
  );
}

function Card<Row>({ view, id, row }: { view: TableView<Row>; id: string; row: Row }): ReactNode {
  const { selection } = view;
  const chosen = selection?.ids.has(id) ?? false;
  return (
    <li className={classes.card} data-selected={chosen || undefined}>
      {selection ? (
        <Checkbox
          size="md"
          aria-label={view.rowLabel(row)}
          checked={chosen}
          onChange={(event) =>
            selection.onChange(withId(selection.ids, id, event.currentTarget.checked))
          }
        />
      ) : null}
      <div className={classes.cardMain}>
        <CardTop view={view} row={row} />
        <dl className={classes.details}>
          {placed(view.columns, 'detail').map((column) => (
            <div key={column.key} style={{ display: 'contents' }}>
              <dt>{column.header}</dt>
              <dd>{column.cell(row)}</dd>
            </div>
          ))}
        </dl>
      </div>
    </li>
  );
}

/** The phone form: one card a row, more of them as the page is scrolled. */
export function DataTableCards<Row>({ view }: { view: TableView<Row> }): ReactNode {
  const [shown, setShown] = useState(STEP);
  const count = view.rows.length;
  const { onEndReached } = view;
  const ref = useReached(
    () => {
      if (shown < count) setShown(shown + STEP);
      else onEndReached?.();
    },
    `${shown}/${count}`,
    600,
  );
  return (
    <>
      <ul aria-label={view.label} className={classes.cards}>
        {view.rows.slice(0, shown).map(({ id, row }) => (
          <Card key={id} view={view} id={id} row={row} />
        ))}
      </ul>
      <div ref={ref} />
    </>
  );
}
