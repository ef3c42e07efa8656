import { Checkbox, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { ConfirmDialog } from '../../../ui/components/ConfirmDialog';
import { MoneyOutcome } from '../parts/MoneyOutcome';
import { isReason, ReasonField } from '../parts/ReasonField';
import type { Schema } from '../types';
import { Consequence } from './Consequence';
import { ProposalFacts } from './ProposalFacts';
import type { WayOutCommands } from './usePayoutReview';

export type DecideDialogProps = {
  readonly payout: Schema<'PayoutReviewCase'>;
  readonly proposal: Schema<'PayoutWayOut'>;
  readonly decision: 'confirm' | 'refuse';
  readonly commands: WayOutCommands;
  readonly onClose: () => void;
};

/** The second person: what was proposed and what follows from a yes, or a no with its reason. */
export function DecideDialog(props: DecideDialogProps): ReactNode {
  const { payout, proposal, decision, onClose } = props;
  const { decide } = props.commands;
  const { t } = useTranslation('opsPayoutReviews');
  const [note, setNote] = useState('');
  const [checked, setChecked] = useState(false);
  const isYes = decision === 'confirm';
  const typed = note.trim();
  const ready = isYes ? checked && (typed === '' || isReason(note)) : isReason(note);
  return (
    <ConfirmDialog
      opened
      danger={!isYes}
      title={t(`decide.title_${decision}`, {
        name: payout.influencer?.name ?? payout.payout_id,
      })}
      confirmLabel={t(`decide.${decision}_${proposal.way_out}`)}
      pending={decide.pending}
      disabled={!ready || decide.unknown}
      onConfirm={() => decide.submit({ reviewId: proposal.id, decision, note: typed || null })}
      onClose={onClose}
    >
      <ProposalFacts proposal={proposal} />
      {isYes ? (
        <>
          <Consequence payout={payout} wayOut={proposal.way_out} paid={proposal.paid} />
          <Text size="sm" c="dimmed">
            {t('decide.asks_again')}
          </Text>
          <Checkbox
            label={t('decide.checked')}
            checked={checked}
            onChange={(event) => setChecked(event.currentTarget.checked)}
          />
        </>
      ) : (
        <Text size="sm">{t('decide.refuse_text')}</Text>
      )}
      <ReasonField
        optional={isYes}
        {...(isYes ? { label: t('decide.note') } : {})}
        value={note}
        onChange={setNote}
      />
      <MoneyOutcome of={decide} />
    </ConfirmDialog>
  );
}
