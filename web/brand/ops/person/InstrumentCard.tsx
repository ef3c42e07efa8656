import { Button, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconCreditCard } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { ConfirmDialog } from '../../../ui/components/ConfirmDialog';
import { DateTime } from '../../../ui/components/DateTime';
import { StateBadge } from '../../../ui/components/StateBadge';
import { useMay } from '../../../ui/session/session';
import { isReason, ReasonField } from '../parts/ReasonField';
import { SectionCard } from '../parts/SectionCard';
import type { Schema } from '../types';
import { useStopInstrument } from './usePerson';

function StopDialog({
  person,
  onClose,
}: {
  person: Schema<'Person'>;
  onClose: () => void;
}): ReactNode {
  const { t } = useTranslation('opsPeople');
  const [reason, setReason] = useState('');
  const stop = useStopInstrument(person.id, onClose);
  return (
    <ConfirmDialog
      opened
      danger
      title={t('instrument.stop_title')}
      confirmLabel={t('instrument.stop')}
      pending={stop.isPending}
      disabled={!isReason(reason)}
      error={stop.error}
      onConfirm={() => stop.mutate(reason.trim())}
      onClose={onClose}
    >
      <Text size="sm">{t('instrument.stop_text')}</Text>
      <ReasonField value={reason} onChange={setReason} />
    </ConfirmDialog>
  );
}

/** The card or account money goes to. */
export function InstrumentCard({ person }: { person: Schema<'Person'> }): ReactNode {
  const { t } = useTranslation('opsPeople');
  const mayStop = useMay('stopInstrument');
  const [asking, ask] = useDisclosure();
  const { instrument } = person;
  const live = instrument !== null && instrument.stopped_at === null;
  return (
    <SectionCard
      title={t('instrument.title')}
      action={
        live && mayStop ? (
          <Button variant="subtle" color="red" onClick={ask.open}>
            {t('instrument.stop')}
          </Button>
        ) : null
      }
    >
      {instrument ? (
        <Group gap="xs">
          <IconCreditCard size={20} aria-hidden />
          <Text className="gamma-figures">•••• {instrument.last4 ?? '····'}</Text>
          {instrument.stopped_at ? (
            <>
              <StateBadge tone="bad" label={t('instrument.stopped')} />
              <Text size="xs" c="dimmed">
                <DateTime at={instrument.stopped_at} />
              </Text>
            </>
          ) : null}
        </Group>
      ) : (
        <Text c="dimmed">{t('instrument.none')}</Text>
      )}
      {asking ? <StopDialog person={person} onClose={ask.close} /> : null}
    </SectionCard>
  );
}
