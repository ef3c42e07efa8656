import { IconCloudOff, IconHourglass } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { useNetworkState } from '../api/network';
import classes from './ConnectionBanner.module.css';

/** Says that the line is slow or gone; lies over the page so that nothing moves. */
export function ConnectionBanner(): ReactNode {
  const { t } = useTranslation('ui');
  const state = useNetworkState();
  return (
    <div role="status" aria-live="polite" className={classes.place}>
      {state === 'ok' ? null : (
        <div className={classes.banner} data-state={state}>
          {state === 'offline' ? (
            <IconCloudOff size={18} aria-hidden />
          ) : (
            <IconHourglass size={18} aria-hidden />
          )}
          {t(`network.${state}`)}
        </div>
      )}
    </div>
  );
}
