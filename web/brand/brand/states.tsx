import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { StateBadge, type Tone } from '../../ui/components/StateBadge';
import type { ConversionState, OrderStatus, Programme } from './types';

export const CONVERSION_STATES = [
  'RECEIVED',
  'UNMATCHED',
  'HELD',
  'REVIEW',
  'PAYABLE',
  'PAID',
  'CANCELLED',
  'REFUSED',
] as const satisfies readonly ConversionState[];

export const ORDER_STATUSES = [
  'pending',
  'approved',
  'rejected',
  'partially_refunded',
  'refunded',
] as const satisfies readonly OrderStatus[];

const STATE_TONE: Record<ConversionState, Tone> = {
  RECEIVED: 'plain',
  UNMATCHED: 'plain',
  HELD: 'wait',
  REVIEW: 'attention',
  PAYABLE: 'good',
  PAID: 'good',
  CANCELLED: 'bad',
  REFUSED: 'bad',
};

const STATUS_TONE: Record<OrderStatus, Tone> = {
  pending: 'wait',
  approved: 'good',
  rejected: 'bad',
  partially_refunded: 'attention',
  refunded: 'bad',
};

const PROGRAMME_TONE: Record<Programme['state'], Tone> = {
  active: 'good',
  paused: 'wait',
  ended: 'plain',
};

/** Where the commission of an order is. */
export function ConversionBadge({ state }: { state: ConversionState }): ReactNode {
  const { t } = useTranslation('brand');
  return <StateBadge tone={STATE_TONE[state]} label={t(`state.${state}`)} />;
}

/** What the shop says about the order. */
export function OrderStatusBadge({ status }: { status: OrderStatus }): ReactNode {
  const { t } = useTranslation('brand');
  return <StateBadge tone={STATUS_TONE[status]} label={t(`order_status.${status}`)} />;
}

export function ProgrammeBadge({ state }: { state: Programme['state'] }): ReactNode {
  const { t } = useTranslation('brand');
  return <StateBadge tone={PROGRAMME_TONE[state]} label={t(`programme_state.${state}`)} />;
}
