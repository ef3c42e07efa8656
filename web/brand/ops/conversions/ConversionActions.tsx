import { Button, Group, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { ConfirmDialog } from '../../../ui/components/ConfirmDialog';
import { MoneyOutcome } from '../parts/MoneyOutcome';
import { isReason, ReasonField } from '../parts/ReasonField';
import type { Schema } from '../types';
import { useConversionAction, useConversionRow } from './useConversions';

type Action = Schema<'ConversionActionName'>;

const LOOK: Record<Action, { readonly variant: string; readonly color?: string }> = {
  release: { variant: 'filled' },
  hold: { variant: 'default' },
  resume: { variant: 'default' },
  review: { variant: 'default' },
  cancel: { variant: 'light', color: 'red' },
};

function ActionDialog(props: {
  action: Action;
  command: ReturnType<typeof useConversionAction>;
  onClose: () => void;
}): ReactNode {
  const { action, command, onClose } = props;
  const { t } = useTranslation('opsConversions');
  const [reason, setReason] = useState('');
  return (
    <ConfirmDialog
      opened
      danger={action === 'cancel'}
      title={t(`action.${action}_title`)}
      confirmLabel={t(`action.${action}`)}
      pending={command.pending}
      disabled={!isReason(reason) || command.unknown}
      onConfirm={() => command.submit({ action, reason: reason.trim() })}
      onClose={onClose}
    >
      <Text size="sm">{t(`action.${action}_text`)}</Text>
      <ReasonField value={reason} onChange={setReason} />
      <MoneyOutcome of={command} />
    </ConfirmDialog>
  );
}

/** What the API says this person may do with the order now, each with a reason. */
export function ConversionActions({ conversion }: { conversion: Schema<'Conversion'> }): ReactNode {
  const { t } = useTranslation('opsConversions');
  const { data: row } = useConversionRow(conversion.id);
  const [asked, setAsked] = useState<Action | null>(null);
  const command = useConversionAction(conversion.id, () => setAsked(null));
  const actions = row?.allowed ?? [];
  const close = (): void => {
    command.reset();
    setAsked(null);
  };
  return (
    <>
      {asked === null && command.unknown ? <MoneyOutcome of={command} /> : null}
      {actions.length > 0 ? (
        <Group gap="xs">
          {actions.map((action) => (
            <Button key={action} {...LOOK[action]} onClick={() => setAsked(action)}>
              {t(`action.${action}`)}
            </Button>
          ))}
        </Group>
      ) : null}
      {asked ? <ActionDialog action={asked} command={command} onClose={close} /> : null}
    </>
  );
}
