import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { DateTime } from '../../../ui/components/DateTime';
import { Money } from '../../../ui/components/Money';
import { ReasonText } from '../../../ui/components/ReasonText';
import type { TimelineStep } from '../../../ui/components/Timeline';
import type { Conversion, ConversionState } from '../types';

const LOST: ReadonlySet<ConversionState> = new Set<ConversionState>(['CANCELLED', 'REFUSED']);
const WAITS: ReadonlySet<ConversionState> = new Set<ConversionState>(['HELD', 'REVIEW']);

type History = Conversion['history'][number];

function stateOf(step: History, last: boolean): TimelineStep['state'] {
  if (LOST.has(step.to)) return 'refused';
  if (step.to === 'UNMATCHED') return 'attention';
  return last && WAITS.has(step.to) ? 'current' : 'done';
}

/** What a change after the release did to the brand's own commission. */
function CommissionMoved({ movement }: Pick<History, 'movement'>): ReactNode {
  const { t } = useTranslation('orders');
  if (!movement?.commission) return null;
  return (
    <Text size="sm" component="div">
      {t(`movement.${movement.kind}`)} <Money tenge={movement.commission} fw={600} />
      {movement.held_until ? (
        <>
          {t('movement.held_until')} <DateTime at={movement.held_until} form="date" />
        </>
      ) : null}
    </Text>
  );
}

const textOf = ({ reason, movement }: History): ReactNode =>
  reason || movement ? (
    <>
      {reason ? <ReasonText size="sm" reason={reason} /> : null}
      <CommissionMoved movement={movement} />
    </>
  ) : null;

/** What came after the release leaves the state as it was: the change is the news, not the state. */
const isChange = ({ movement, to }: History): boolean => movement !== null && !LOST.has(to);

/** What is still to come: the end of the return period, then the payout. */
function useAhead(order: Conversion): TimelineStep[] {
  const { t } = useTranslation('orders');
  const steps: TimelineStep[] = [];
  if (order.state === 'HELD' && order.held_until) {
    steps.push({
      key: 'held_until',
      title: t('step.confirmed'),
      text: (
        <Text size="sm" c="dimmed" component="span">
          {t('step.not_before')} <DateTime at={order.held_until} form="date" />
        </Text>
      ),
      state: 'ahead',
    });
  }
  if (WAITS.has(order.state) || order.state === 'PAYABLE') {
    steps.push({ key: 'paid', title: t('step.paid'), state: 'ahead' });
  }
  return steps;
}

/** The life of an order: click, order, every change of its state with the reason, and what is ahead. */
export function useOrderSteps(order: Conversion): TimelineStep[] {
  const { t } = useTranslation(['orders', 'brand']);
  const ahead = useAhead(order);
  const history = order.history.map((step, i): TimelineStep => {
    const last = i === order.history.length - 1;
    return {
      key: `${step.at}-${i}`,
      title: isChange(step) ? t('step.changed') : t(`state.${step.to}`, { ns: 'brand' }),
      at: step.at,
      text: textOf(step),
      state: stateOf(step, last),
    };
  });
  return [
    ...(order.clicked_at
      ? [{ key: 'click', title: t('step.clicked'), at: order.clicked_at, state: 'done' as const }]
      : []),
    { key: 'order', title: t('step.ordered'), at: order.ordered_at, state: 'done' },
    ...history,
    ...ahead,
  ];
}
