import { UnstyledButton, VisuallyHidden } from '@mantine/core';
import { useDisclosure, useMediaQuery } from '@mantine/hooks';
import { IconHandStop } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { DateTime } from '../../../ui/components/DateTime';
import { LineSkeleton } from '../../../ui/components/Skeletons';
import { useActorName } from '../parts/useActorName';
import type { Schema } from '../types';
import { PayoutsSwitchDialog } from './PayoutsSwitchDialog';
import classes from './StatusStrip.module.css';
import { payoutsSwitch, useSummary } from './useSummary';

function Stopped({ state }: { state: Schema<'Switch'> }): ReactNode {
  const { t } = useTranslation('ops');
  const actorName = useActorName();
  return (
    <>
      <IconHandStop size={20} aria-hidden />
      <span className={classes.words}>
        {t('strip.stopped')}
        <span className={classes.details}>
          {' · '}
          {actorName(state.changed_by)}, <DateTime at={state.changed_at} form="relative" />
          {state.reason ? ` · ${state.reason}` : null}
        </span>
      </span>
    </>
  );
}

function Quiet({ known, failed }: { known: boolean; failed: boolean }): ReactNode {
  const { t } = useTranslation('ops');
  if (!known && !failed) return <LineSkeleton width="16ch" />;
  return (
    <>
      <span className={classes.dot} data-state={known ? 'running' : 'unknown'} aria-hidden />
      <span className={classes.words}>{known ? t('strip.running') : t('strip.not_known')}</span>
    </>
  );
}

/** The one line on every ops page that says whether payouts go out; opens the switch. */
export function StatusStrip(): ReactNode {
  const { t } = useTranslation('ops');
  const { data, isError } = useSummary();
  const wide = useMediaQuery('(min-width: 48em)', true, { getInitialValueInEffect: false });
  const [opened, { open, close }] = useDisclosure();
  const state = payoutsSwitch(data);
  const stopped = state?.on === true;
  return (
    <>
      <UnstyledButton
        className={classes.strip}
        onClick={open}
        disabled={!state}
        {...(stopped ? { 'data-stopped': true, role: 'button' } : {})}
      >
        {stopped ? (
          <Stopped state={state} />
        ) : (
          <Quiet known={state !== undefined} failed={isError} />
        )}
        {state ? null : <span className={classes.words} />}
        <VisuallyHidden>{t('strip.open')}</VisuallyHidden>
        {data?.mode === 'test' ? (
          <span className={classes.mode}>{wide ? t('strip.test') : t('strip.test_short')}</span>
        ) : null}
      </UnstyledButton>
      {state ? <PayoutsSwitchDialog state={state} opened={opened} onClose={close} /> : null}
    </>
  );
}
