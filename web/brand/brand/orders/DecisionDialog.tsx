import { Alert, NativeSelect, Stack, Text, Textarea } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { ConfirmDialog } from '../../../ui/components/ConfirmDialog';
import { Money } from '../../../ui/components/Money';
import type { DecisionInput, Order, RejectReason } from '../types';
import { commissionOf, decidable, REJECT_REASONS, type Verb } from './decisions';

/** What is to be decided: orders chosen by hand, or all that match the filter. */
export type Proposal =
  | { readonly verb: Verb; readonly orders: readonly Order[] }
  | { readonly verb: Verb; readonly filter: NonNullable<DecisionInput['filter']> };

export type DecisionDialogProps = {
  readonly proposal: Proposal;
  readonly pending: boolean;
  readonly error: unknown;
  readonly onSend: (input: DecisionInput) => void;
  readonly onClose: () => void;
};

function Consequence({ proposal }: { proposal: Proposal }): ReactNode {
  const { t } = useTranslation('orders');
  const { verb } = proposal;
  if ('filter' in proposal) return <Text size="sm">{t(`decide.by_filter.${verb}`)}</Text>;
  const can = decidable(proposal.orders, verb);
  const left = proposal.orders.length - can.length;
  return (
    <>
      <Text size="sm">{t(`decide.text.${verb}`, { count: can.length })}</Text>
      <Text size="sm" c="dimmed" component="div">
        {t('decide.commission')} <Money tenge={commissionOf(can)} />
      </Text>
      {left > 0 ? <Alert color="yellow">{t('decide.left_out', { count: left })}</Alert> : null}
    </>
  );
}

function Reason(props: {
  code: RejectReason;
  text: string;
  onCode: (code: RejectReason) => void;
  onText: (text: string) => void;
}): ReactNode {
  const { t } = useTranslation('orders');
  return (
    <>
      <NativeSelect
        label={t('decide.reason')}
        data={REJECT_REASONS.map((value) => ({ value, label: t(`reject.${value}`) }))}
        value={props.code}
        onChange={(event) => props.onCode(event.currentTarget.value as RejectReason)}
      />
      <Textarea
        label={props.code === 'other' ? t('decide.note_needed') : t('decide.note')}
        description={t('decide.note_help')}
        required={props.code === 'other'}
        maxLength={300}
        autosize
        minRows={2}
        value={props.text}
        onChange={(event) => props.onText(event.currentTarget.value)}
      />
    </>
  );
}

/** Says what the decision will do before it is made; rejecting needs a reason. */
export function DecisionDialog(props: DecisionDialogProps): ReactNode {
  const { t } = useTranslation('orders');
  const { proposal } = props;
  const { verb } = proposal;
  const [code, setCode] = useState<RejectReason>('buyer_cancelled');
  const [text, setText] = useState('');
  const note = text.trim();
  const what =
    'filter' in proposal
      ? { filter: proposal.filter }
      : { ids: decidable(proposal.orders, verb).map(({ id }) => id) };
  const nothing = 'ids' in what && what.ids?.length === 0;
  const reason = { code, ...(note ? { text: note } : {}) };
  return (
    <ConfirmDialog
      opened
      danger={verb === 'reject'}
      title={t(`decide.title.${verb}`)}
      confirmLabel={t(`decide.confirm.${verb}`)}
      pending={props.pending}
      disabled={nothing || (verb === 'reject' && code === 'other' && note === '')}
      error={props.error}
      onClose={props.onClose}
      onConfirm={() =>
        props.onSend({ decision: verb, ...what, ...(verb === 'reject' ? { reason } : {}) })
      }
    >
      <Stack gap="sm">
        <Consequence proposal={proposal} />
        {verb === 'reject' ? (
          <Reason code={code} text={text} onCode={setCode} onText={setText} />
        ) : null}
      </Stack>
    </ConfirmDialog>
  );
}
