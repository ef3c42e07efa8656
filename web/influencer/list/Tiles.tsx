import type { ReactNode } from 'react';

import classes from './Tiles.module.css';

/** Three figures: side by side where there is room; on a phone two, and the third, the money, over the whole width. */
export function Tiles({ children }: { children: ReactNode }): ReactNode {
  return <div className={classes.tiles}>{children}</div>;
}
