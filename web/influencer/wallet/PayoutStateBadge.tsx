import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { StateBadge, type Tone } from '../../ui/components/StateBadge';
import type { PayoutState } from '../data/types';

const TONES: Record<PayoutState, Tone> = {
  requested: 'wait',
  reserved: 'wait',
  submitting: 'wait',
  unknown: 'attention',
  paid: 'good',
  refused: 'bad',
  cancelled: 'plain',
  review: 'attention',
};

export type PayoutStateBadgeProps = { readonly state: PayoutState; readonly size?: 'md' | 'lg' };

/** Needs the `wallet` texts. */
export function PayoutStateBadge({ state, size = 'md' }: PayoutStateBadgeProps): ReactNode {
  const { t } = useTranslation('wallet');
  return <StateBadge tone={TONES[state]} label={t(`payout_state.${state}`)} size={size} />;
}
