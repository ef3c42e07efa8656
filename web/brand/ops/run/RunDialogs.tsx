import { Checkbox, Group, Stack, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { ConfirmDialog } from '../../../ui/components/ConfirmDialog';
import { Money } from '../../../ui/components/Money';
import { formatCount, formatMoney } from '../../../ui/format/money';
import { Facts } from '../parts/Facts';
import { MoneyOutcome } from '../parts/MoneyOutcome';
import { isReason, ReasonField } from '../parts/ReasonField';
import type { Schema } from '../types';
import { useRunName } from '../runs/useRunName';
import type { RunCommands } from './useRunCommands';

type Run = Schema<'PayoutBatch'>;

type DialogProps = {
  readonly run: Run;
  readonly commands: RunCommands;
  readonly onClose: () => void;
};

/** Closes the run to newcomers under the maker's name. */
export function PrepareDialog({ run, commands: { prepare }, onClose }: DialogProps): ReactNode {
  const { t } = useTranslation('opsRuns');
  const [note, setNote] = useState('');
  const typed = note.trim();
  return (
    <ConfirmDialog
      opened
      title={t('prepare.title')}
      confirmLabel={t('prepare.confirm')}
      pending={prepare.pending}
      disabled={prepare.unknown || (typed !== '' && !isReason(note))}
      onConfirm={() => prepare.submit({ note: typed || null })}
      onClose={onClose}
    >
      <Text size="sm">{t('prepare.text')}</Text>
      <RunSum run={run} />
      <ReasonField optional label={t('prepare.note')} value={note} onChange={setNote} />
      <MoneyOutcome of={prepare} />
    </ConfirmDialog>
  );
}

function RunSum({ run }: { run: Run }): ReactNode {
  const { t } = useTranslation('opsRuns');
  return (
    <Group justify="space-between" align="flex-end" gap="md">
      <div>
        <Text size="sm" c="dimmed">
          {run.amounts.net === null ? t('sum.total') : t('sum.net')}
        </Text>
        <Text fz="1.625rem" lh={1.3} fw={640} data-testid="run-dialog-total">
          <Money tenge={run.total} />
        </Text>
      </div>
      <div>
        <Text size="sm" c="dimmed">
          {t('sum.items')}
        </Text>
        <Text fz="1.625rem" lh={1.3} fw={640} ta="end" data-testid="run-dialog-count">
          {formatCount(run.item_count)}
        </Text>
      </div>
    </Group>
  );
}

/**
 * The second person's look at what will leave. The figures are those of the moment it was opened, and the total
 * goes along: a run that has changed since is refused by the API.
 */
export function ApproveDialog({ run, commands: { approve }, onClose }: DialogProps): ReactNode {
  const { t } = useTranslation('opsRuns');
  const runName = useRunName();
  const [seen] = useState(run);
  const [checked, setChecked] = useState(false);
  return (
    <ConfirmDialog
      opened
      title={t('approve.title', { run: runName(seen.period) })}
      confirmLabel={t('approve.confirm', { amount: formatMoney(seen.total) })}
      pending={approve.pending}
      disabled={!checked || approve.unknown}
      onConfirm={() => approve.submit({ expected_total: seen.total })}
      onClose={onClose}
    >
      <RunSum run={seen} />
      <Facts
        rows={[
          [t('sum.total'), <Money key="total" tenge={seen.amounts.reserved} />],
          [t('sum.tax'), seen.amounts.tax ? <Money tenge={seen.amounts.tax} /> : null],
          [t('steps.prepared_by'), seen.prepared_by_name ?? seen.prepared_by],
        ]}
      />
      {seen.note ? (
        <Text size="sm">
          <Text span inherit c="dimmed">
            {t('approve.note')}
          </Text>{' '}
          {seen.note}
        </Text>
      ) : null}
      <Text size="sm">{t('approve.text')}</Text>
      <Checkbox
        label={t('approve.checked', { count: seen.item_count, amount: formatMoney(seen.total) })}
        checked={checked}
        onChange={(event) => setChecked(event.currentTarget.checked)}
      />
      <MoneyOutcome of={approve} />
    </ConfirmDialog>
  );
}

type ExcludeDialogProps = {
  readonly item: Schema<'PayoutBatchItem'>;
  readonly commands: RunCommands;
  readonly onClose: () => void;
};

/** Takes one payout out; the person gets the money back into the available balance. */
export function ExcludeDialog({ item, commands, onClose }: ExcludeDialogProps): ReactNode {
  const { t } = useTranslation('opsRuns');
  const { exclude } = commands;
  const [reason, setReason] = useState('');
  return (
    <ConfirmDialog
      opened
      danger
      title={t('exclude.title', { name: item.influencer.name })}
      confirmLabel={t('exclude.confirm')}
      pending={exclude.pending}
      disabled={!isReason(reason) || exclude.unknown}
      onConfirm={() => exclude.submit({ payoutId: item.payout_id, reason: reason.trim() })}
      onClose={onClose}
    >
      <Stack gap="sm">
        <Text size="sm">{t('exclude.text', { amount: formatMoney(item.amounts.amount) })}</Text>
        <ReasonField value={reason} onChange={setReason} />
        <MoneyOutcome of={exclude} />
      </Stack>
    </ConfirmDialog>
  );
}
