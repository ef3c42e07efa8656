import type { ReactNode } from 'react';

import classes from './CenteredPage.module.css';

export type CenteredPageProps = {
  /** Stays at the top: the sign, language, appearance. */
  readonly top?: ReactNode;
  readonly children: ReactNode;
};

/** A page that is one small thing in the middle: sign-in, a failure, an empty app. */
export function CenteredPage({ top, children }: CenteredPageProps): ReactNode {
  return (
    <div className={classes.page}>
      {top ? <header className={classes.column}>{top}</header> : null}
      <main className={classes.main}>
        <div className={classes.column}>{children}</div>
      </main>
    </div>
  );
}
