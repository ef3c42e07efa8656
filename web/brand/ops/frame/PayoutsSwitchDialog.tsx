import { Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { api, call } from '../../../ui/api/client';
import { showMessage } from '../../../ui/app/showMessage';
import { ConfirmDialog } from '../../../ui/components/ConfirmDialog';
import { DateTime } from '../../../ui/components/DateTime';
import { useMay, useMe } from '../../../ui/session/session';
import { Facts } from '../parts/Facts';
import { InfoDialog } from '../parts/InfoDialog';
import { isReason, ReasonField } from '../parts/ReasonField';
import { useActorName } from '../parts/useActorName';
import type { Schema } from '../types';
import { SUMMARY_KEY } from './useSummary';

export type PayoutsSwitchDialogProps = {
  readonly state: Schema<'Switch'>;
  readonly opened: boolean;
  readonly onClose: () => void;
};

function useSetPayoutsStopped(onDone: (state: Schema<'Switch'>) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Schema<'SwitchChange'>) =>
      call(api.PUT('/v1/ops/switches/payouts_stopped', { body })),
    onSuccess: async (state) => {
      onDone(state);
      await queries.invalidateQueries({ queryKey: SUMMARY_KEY });
    },
  });
}

function SwitchFacts({ state }: { state: Schema<'Switch'> }): ReactNode {
  const { t } = useTranslation('ops');
  const actorName = useActorName();
  return (
    <Facts
      rows={[
        [t('switch.changed_by'), actorName(state.changed_by)],
        [t('switch.changed_at'), <DateTime key="at" at={state.changed_at} />],
        [t('reason'), state.reason],
      ]}
    />
  );
}

/** Stops all payouts (maker or checker, at once) or lets them go on (checker, fresh factor). */
export function PayoutsSwitchDialog(props: PayoutsSwitchDialogProps): ReactNode {
  const { state, opened, onClose } = props;
  const { t } = useTranslation('ops');
  const may = useMay('setPayoutsStopped');
  const checker = useMe().role === 'ops_checker';
  const [reason, setReason] = useState('');
  const change = useSetPayoutsStopped((now) => {
    showMessage({ message: now.on ? t('switch.stopped') : t('switch.resumed') });
    setReason('');
    onClose();
  });
  const close = (): void => {
    setReason('');
    change.reset();
    onClose();
  };
  const title = state.on ? t('switch.resume_title') : t('switch.stop_title');
  if (!may || (state.on && !checker)) {
    return (
      <InfoDialog
        opened={opened}
        onClose={close}
        title={state.on ? t('strip.stopped') : t('strip.running')}
      >
        <SwitchFacts state={state} />
        <Text size="sm" c="dimmed">
          {state.on ? t('switch.checker_resumes') : t('switch.operators_stop')}
        </Text>
      </InfoDialog>
    );
  }
  return (
    <ConfirmDialog
      opened={opened}
      title={title}
      danger={!state.on}
      confirmLabel={state.on ? t('switch.resume') : t('switch.stop')}
      pending={change.isPending}
      disabled={!isReason(reason)}
      error={change.error}
      onConfirm={() => change.mutate({ on: !state.on, reason: reason.trim() })}
      onClose={close}
    >
      <Text size="sm">{state.on ? t('switch.resume_text') : t('switch.stop_text')}</Text>
      {state.on ? <SwitchFacts state={state} /> : null}
      <ReasonField value={reason} onChange={setReason} />
    </ConfirmDialog>
  );
}
