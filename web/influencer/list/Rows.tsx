import { IconChevronRight } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';

import classes from './Rows.module.css';

/** A list in one card. */
export function Rows({ label, children }: { label: string; children: ReactNode }): ReactNode {
  return (
    <ul className={classes.rows} aria-label={label}>
      {children}
    </ul>
  );
}

export type RowProps = {
  /** The page the row opens; a row without one is only read. */
  readonly to?: string;
  readonly start?: ReactNode;
  readonly end?: ReactNode;
  readonly children: ReactNode;
};

export function Row({ to, start, end, children }: RowProps): ReactNode {
  const content = (
    <>
      {start}
      <div className={classes.body}>{children}</div>
      {end !== undefined ? <div className={classes.end}>{end}</div> : null}
      {to ? <IconChevronRight size={18} className={classes.chevron ?? ''} aria-hidden /> : null}
    </>
  );
  return (
    <li>
      {to ? (
        <Link to={to} className={classes.row ?? ''}>
          {content}
        </Link>
      ) : (
        <div className={classes.row}>{content}</div>
      )}
    </li>
  );
}
