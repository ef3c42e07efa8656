import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { StateBadge, type Tone } from '../../../ui/components/StateBadge';
import type { Schema } from '../types';

export type BatchState = Schema<'BatchState'>;
export type PayoutState = Schema<'PayoutState'>;
export type ConversionState = Schema<'ConversionState'>;

export const BATCH_STATES = [
  'collecting',
  'freezing',
  'frozen',
  'approved',
  'done',
  'expired',
  'closed',
] as const satisfies readonly BatchState[];

/** In the order a payout passes them; the ends last. */
export const PAYOUT_STATES = [
  'requested',
  'reserved',
  'submitting',
  'unknown',
  'review',
  'paid',
  'refused',
  'cancelled',
] as const satisfies readonly PayoutState[];

export const CONVERSION_STATES = [
  'RECEIVED',
  'UNMATCHED',
  'HELD',
  'PAYABLE',
  'REVIEW',
  'PAID',
  'CANCELLED',
  'REFUSED',
] as const satisfies readonly ConversionState[];

const BATCH_TONE: Record<BatchState, Tone> = {
  collecting: 'plain',
  freezing: 'wait',
  frozen: 'attention',
  approved: 'wait',
  done: 'good',
  expired: 'bad',
  closed: 'bad',
};

export const PAYOUT_TONE: Record<PayoutState, Tone> = {
  requested: 'plain',
  reserved: 'plain',
  submitting: 'wait',
  unknown: 'bad',
  review: 'attention',
  paid: 'good',
  refused: 'bad',
  cancelled: 'plain',
};

const CONVERSION_TONE: Record<ConversionState, Tone> = {
  RECEIVED: 'plain',
  UNMATCHED: 'plain',
  HELD: 'wait',
  PAYABLE: 'attention',
  REVIEW: 'bad',
  PAID: 'good',
  CANCELLED: 'plain',
  REFUSED: 'bad',
};

export function BatchBadge({ state }: { state: BatchState }): ReactNode {
  const { t } = useTranslation('ops');
  return <StateBadge tone={BATCH_TONE[state]} label={t(`batch_state.${state}`)} />;
}

export function PayoutBadge({ state }: { state: PayoutState }): ReactNode {
  const { t } = useTranslation('ops');
  return <StateBadge tone={PAYOUT_TONE[state]} label={t(`payout_state.${state}`)} />;
}

export function ConversionBadge({ state }: { state: ConversionState }): ReactNode {
  const { t } = useTranslation('ops');
  return <StateBadge tone={CONVERSION_TONE[state]} label={t(`conversion_state.${state}`)} />;
}

/** A value of a URL only if it is one of the list. */
export const oneOf = <Value extends string>(
  values: readonly Value[],
  text: string | null,
): Value | undefined => values.find((value) => value === text);
