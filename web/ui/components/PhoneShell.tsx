import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';

import type { NavEntry } from '../app/screens';
import { useMe } from '../session/session';
import classes from './PhoneShell.module.css';

export type PhoneShellProps = {
  /** Three to five entries; the first is `/`. */
  readonly entries: readonly NavEntry[];
  readonly children: ReactNode;
};

/** One column with the navigation under the thumb; beside the page on a wide screen. */
export function PhoneShell({ entries, children }: PhoneShellProps): ReactNode {
  const { t } = useTranslation();
  const { permissions } = useMe();
  const shown = entries.filter(({ operation }) => !operation || permissions.includes(operation));
  return (
    <div className={classes.shell}>
      <a href="#main" className={classes.skip}>
        {t('skip_to_content', { ns: 'ui' })}
      </a>
      <main id="main" className={classes.main}>
        {children}
      </main>
      <nav className={classes.bar} aria-label={t('navigation', { ns: 'ui' })}>
        {shown.map(({ to, label, icon: Sign }) => (
          <NavLink key={to} to={to} end={to === '/'} className={classes.entry ?? ''}>
            <span className={classes.sign}>
              <Sign size={24} stroke={1.7} aria-hidden />
            </span>
            <span className={classes.label}>{t(label)}</span>
          </NavLink>
        ))}
      </nav>
    </div>
  );
}
