import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { WayOut } from '../../../../domain/payouts/reviews';
import { formatMoney } from '../../../ui/format/money';
import type { Schema } from '../types';
import { differenceOf } from './difference';

export type ConsequenceProps = {
  readonly payout: Schema<'PayoutReviewCase'>;
  readonly wayOut: WayOut;
  /** What arrived, for `paid`; null while it is not known. */
  readonly paid: string | null;
};

/** What a way out will do to the money of this payout, in a sentence. */
export function Consequence({ payout, wayOut, paid }: ConsequenceProps): ReactNode {
  const { t } = useTranslation('opsPayoutReviews');
  const { net, amount } = payout;
  const difference = paid !== null && net ? differenceOf(paid, net) : null;
  const words = (): string => {
    if (wayOut === 'void') return t('effect.void', { amount: formatMoney(amount) });
    if (wayOut === 'resend')
      return t('effect.resend', {
        amount: formatMoney(net ?? amount),
        attempt: payout.attempt + 1,
      });
    if (difference === null) return t('effect.paid');
    const by = formatMoney(difference.by);
    return t(`effect.paid_${difference.kind}`, { amount: formatMoney(net ?? amount), by });
  };
  return <Text size="sm">{words()}</Text>;
}
