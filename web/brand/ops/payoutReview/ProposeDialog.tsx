import { Alert, Text, TextInput } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { WayOut } from '../../../../domain/payouts/reviews';
import { ConfirmDialog } from '../../../ui/components/ConfirmDialog';
import { ReasonText } from '../../../ui/components/ReasonText';
import { formatMoney, isZero, readMoney } from '../../../ui/format/money';
import { MoneyOutcome } from '../parts/MoneyOutcome';
import { isReason, ReasonField } from '../parts/ReasonField';
import type { Schema } from '../types';
import { Consequence } from './Consequence';
import type { WayOutCommands } from './usePayoutReview';
import { againstIt } from './verdict';

type Case = Schema<'PayoutReviewCase'>;

/** The API's form of ProviderReference. */
const REFERENCE = /^[A-Za-z0-9_.:-]{1,64}$/;

type Arrived = {
  readonly reference: string;
  readonly typed: string;
  /** Decimal tenge; null while it is no amount above zero. */
  readonly paid: string | null;
  readonly ready: boolean;
  readonly setReference: (reference: string) => void;
  readonly setTyped: (amount: string) => void;
};

/** What the provider has said stands there already: another id or amount would be refused. */
function useArrived({ told }: Case): Arrived {
  const [reference, setReference] = useState(told?.provider_reference ?? '');
  const [typed, setTyped] = useState(told?.amount?.replace('.', ',') ?? '');
  const read = readMoney(typed);
  const paid = read === null || isZero(read) ? null : read;
  const ready = paid !== null && REFERENCE.test(reference.trim());
  return { reference, typed, paid, ready, setReference, setTyped };
}

function ArrivedFields({ payout, arrived }: { payout: Case; arrived: Arrived }): ReactNode {
  const { t } = useTranslation('opsPayoutReviews');
  const { told } = payout;
  const said = told?.state === 'paid';
  const { reference, typed, paid } = arrived;
  const isWrong = reference !== '' && !REFERENCE.test(reference.trim());
  return (
    <>
      <TextInput
        label={t('told.reference')}
        description={
          said && told.provider_reference ? t('propose.as_said') : t('propose.reference_hint')
        }
        required
        maxLength={64}
        readOnly={said && told.provider_reference !== null}
        error={isWrong ? t('propose.reference_wrong') : null}
        value={reference}
        onChange={(event) => arrived.setReference(event.currentTarget.value)}
      />
      <TextInput
        label={t('propose.paid')}
        description={said && told.amount ? t('propose.as_said') : t('propose.paid_hint')}
        required
        inputMode="decimal"
        readOnly={said && told.amount !== null}
        error={typed !== '' && paid === null ? t('propose.paid_wrong') : null}
        value={typed}
        onChange={(event) => arrived.setTyped(event.currentTarget.value)}
      />
    </>
  );
}

export type ProposeDialogProps = {
  readonly payout: Case;
  readonly wayOut: WayOut;
  readonly commands: WayOutCommands;
  readonly onClose: () => void;
};

/** One person's wish, with what it would do to this payout; nothing moves before another one agrees. */
export function ProposeDialog(props: ProposeDialogProps): ReactNode {
  const { payout, wayOut, onClose } = props;
  const { propose } = props.commands;
  const { t } = useTranslation('opsPayoutReviews');
  const [reason, setReason] = useState('');
  const arrived = useArrived(payout);
  const { paid, reference } = arrived;
  const against = payout.told ? againstIt(wayOut, payout.told) : null;
  const ready = isReason(reason) && (wayOut !== 'paid' || arrived.ready);
  const submit = (): void => {
    const because = { reason: reason.trim() };
    if (wayOut !== 'paid') propose.submit({ way_out: wayOut, ...because });
    else if (paid !== null)
      propose.submit({ way_out: wayOut, provider_reference: reference.trim(), paid, ...because });
  };
  return (
    <ConfirmDialog
      opened
      title={t(`propose.title_${wayOut}`, { name: payout.influencer?.name ?? payout.payout_id })}
      confirmLabel={
        wayOut === 'paid' && paid !== null
          ? t('propose.confirm_paid', { amount: formatMoney(paid) })
          : t('propose.confirm')
      }
      pending={propose.pending}
      disabled={!ready || propose.unknown}
      onConfirm={submit}
      onClose={onClose}
    >
      {wayOut === 'paid' ? <ArrivedFields payout={payout} arrived={arrived} /> : null}
      <Consequence payout={payout} wayOut={wayOut} paid={wayOut === 'paid' ? paid : null} />
      {against ? (
        <Alert color="yellow" icon={<IconAlertTriangle aria-hidden />} title={t('propose.against')}>
          <ReasonText reason={against} size="sm" />
        </Alert>
      ) : null}
      <ReasonField label={t('propose.reason')} value={reason} onChange={setReason} />
      <Text size="sm" c="dimmed">
        {t('propose.second_person')}
      </Text>
      <MoneyOutcome of={propose} />
    </ConfirmDialog>
  );
}
