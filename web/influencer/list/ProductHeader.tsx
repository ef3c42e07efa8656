import type { ReactNode } from 'react';

import { PageHeader, type PageHeaderProps } from '../../ui/components/PageHeader';
import classes from './ProductHeader.module.css';

/** The header of a page named by a product: such titles are long, and the page must still show what it is for. */
export function ProductHeader(props: PageHeaderProps): ReactNode {
  return (
    <div className={classes.head}>
      <PageHeader {...props} />
    </div>
  );
}
