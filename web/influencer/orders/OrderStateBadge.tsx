import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { StateBadge, type Tone } from '../../ui/components/StateBadge';
import type { OrderState } from '../data/types';

const TONES: Record<OrderState, Tone> = {
  RECEIVED: 'plain',
  HELD: 'wait',
  PAYABLE: 'good',
  PAID: 'good',
  CANCELLED: 'bad',
  REFUSED: 'bad',
  REVIEW: 'attention',
};

export type OrderStateBadgeProps = {
  readonly state: OrderState;
  readonly size?: 'sm' | 'md' | 'lg';
};

/** Needs the `orders` texts. */
export function OrderStateBadge({ state, size = 'md' }: OrderStateBadgeProps): ReactNode {
  const { t } = useTranslation('orders');
  return <StateBadge tone={TONES[state]} label={t(`state.${state}`)} size={size} />;
}
