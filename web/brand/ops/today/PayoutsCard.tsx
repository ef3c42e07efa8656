import { Button, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { DateTime } from '../../../ui/components/DateTime';
import { StateBadge } from '../../../ui/components/StateBadge';
import { useMay, useMe } from '../../../ui/session/session';
import { PayoutsSwitchDialog } from '../frame/PayoutsSwitchDialog';
import { SectionCard } from '../parts/SectionCard';
import { useActorName } from '../parts/useActorName';
import type { Schema } from '../types';

/** The kill switch: what it is, since when, by whom, and the button. */
export function PayoutsCard({ state }: { state: Schema<'Switch'> }): ReactNode {
  const { t } = useTranslation(['opsToday', 'ops']);
  const actorName = useActorName();
  const [opened, { open, close }] = useDisclosure();
  const may = useMay('setPayoutsStopped');
  const checker = useMe().role === 'ops_checker';
  return (
    <SectionCard
      title={t('switch.title')}
      action={
        <StateBadge
          tone={state.on ? 'bad' : 'good'}
          label={state.on ? t('switch.off') : t('switch.on')}
        />
      }
    >
      <Text size="sm" c="dimmed">
        {actorName(state.changed_by)} · <DateTime at={state.changed_at} />
        {state.reason ? ` · ${state.reason}` : null}
      </Text>
      {may && (!state.on || checker) ? (
        <Group>
          <Button
            variant={state.on ? 'filled' : 'light'}
            {...(state.on ? {} : { color: 'red' })}
            onClick={open}
          >
            {state.on ? t('switch.resume', { ns: 'ops' }) : t('switch.stop', { ns: 'ops' })}
          </Button>
        </Group>
      ) : null}
      {state.on && may && !checker ? (
        <Text size="sm">{t('switch.checker_resumes', { ns: 'ops' })}</Text>
      ) : null}
      <PayoutsSwitchDialog state={state} opened={opened} onClose={close} />
    </SectionCard>
  );
}
