import { Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { ConfirmDialog } from '../../../ui/components/ConfirmDialog';
import { Money } from '../../../ui/components/Money';
import { formatCount } from '../../../ui/format/money';
import { Facts } from '../parts/Facts';
import { MoneyOutcome } from '../parts/MoneyOutcome';
import { isReason, ReasonField } from '../parts/ReasonField';
import type { PayoutState } from '../parts/states';
import { useRunName } from '../runs/useRunName';
import type { Schema } from '../types';
import type { RunChange } from './RunMenu';
import type { RunCommands } from './useRunCommands';

type Run = Schema<'PayoutBatch'>;

/** Where a payout stands when its run is ended: not sent goes back, sent ends by itself. */
const NOT_SENT: readonly PayoutState[] = ['requested', 'reserved'];
const ON_THE_WAY: readonly PayoutState[] = ['submitting', 'unknown', 'review'];

function Consequence({ run, change }: { run: Run; change: RunChange }): ReactNode {
  const { t } = useTranslation('opsRuns');
  const count = (states: readonly PayoutState[]): string =>
    formatCount(states.reduce((sum, state) => sum + (run.counts[state] ?? 0), 0));
  const isApproved = run.state === 'approved';
  return (
    <>
      <Text size="sm">
        {change === 'close' && isApproved
          ? t('change.close.text_approved')
          : t(`change.${change}.text`)}
      </Text>
      <Facts
        rows={[
          [t('sum.items'), formatCount(run.item_count)],
          [t('sum.total'), <Money key="total" tenge={run.amounts.reserved} />],
          [t('change.close.goes_back'), change === 'close' ? count(NOT_SENT) : null],
          [t('change.close.goes_on'), change === 'close' && isApproved ? count(ON_THE_WAY) : null],
        ]}
      />
    </>
  );
}

export type RunChangeDialogProps = {
  readonly run: Run;
  readonly change: RunChange;
  readonly commands: RunCommands;
  readonly onClose: () => void;
};

/** Opens a frozen run again, begins its workflow anew, or ends it: with what that means for this run. */
export function RunChangeDialog({
  run,
  change,
  commands,
  onClose,
}: RunChangeDialogProps): ReactNode {
  const { t } = useTranslation('opsRuns');
  const runName = useRunName();
  const [reason, setReason] = useState('');
  const command = commands[change];
  return (
    <ConfirmDialog
      opened
      danger={change === 'close'}
      title={t(`change.${change}.title`, { run: runName(run.period) })}
      confirmLabel={t(`change.${change}.confirm`)}
      pending={command.pending}
      disabled={!isReason(reason) || command.unknown}
      onConfirm={() => command.submit({ reason: reason.trim() })}
      onClose={onClose}
    >
      <Consequence run={run} change={change} />
      <ReasonField value={reason} onChange={setReason} />
      <MoneyOutcome of={command} />
    </ConfirmDialog>
  );
}
