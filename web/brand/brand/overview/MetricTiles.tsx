import { UnstyledButton } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { Money } from '../../../ui/components/Money';
import { LineSkeleton } from '../../../ui/components/Skeletons';
import { Change } from '../charts/Change';
import {
  changeOf,
  formatMetric,
  METRICS,
  MONEY_METRICS,
  numberOf,
  tengeOf,
  type Metric,
} from '../figures';
import type { Figures } from '../types';
import classes from './MetricTiles.module.css';

export type MetricTilesProps = {
  /** Undefined while it loads. */
  readonly total: Figures | undefined;
  /** Null when nothing is compared. */
  readonly previous: Figures | null;
  readonly chosen: Metric;
  readonly onChoose: (metric: Metric) => void;
};

function Value({ figures, metric }: { figures: Figures | undefined; metric: Metric }): ReactNode {
  if (!figures) return <LineSkeleton width="7ch" />;
  const tenge = tengeOf(figures, metric);
  if (MONEY_METRICS.has(metric) && tenge !== null) return <Money tenge={tenge} />;
  return formatMetric(numberOf(figures, metric), metric);
}

function Note(props: { total: Figures; previous: Figures | null; metric: Metric }): ReactNode {
  const { t } = useTranslation('overview');
  const { total, previous, metric } = props;
  const now = numberOf(total, metric);
  if (now === null) return metric === 'average' ? t('note.no_orders') : t('note.unknown');
  if (previous) {
    const share = changeOf(now, numberOf(previous, metric));
    return share === null ? (
      t('note.nothing_before')
    ) : (
      <Change share={share} neutral={metric === 'cost'} />
    );
  }
  if (metric === 'orders' && total.orders_lost > 0) {
    return t('note.lost', { count: total.orders_lost });
  }
  return null;
}

/** The figures of the period; a tap on one draws it by day below. */
export function MetricTiles({ total, previous, chosen, onChoose }: MetricTilesProps): ReactNode {
  const { t } = useTranslation(['brand', 'overview']);
  return (
    <div className={classes.tiles} role="group" aria-label={t('tiles', { ns: 'overview' })}>
      {METRICS.map((metric) => (
        <UnstyledButton
          key={metric}
          className={classes.tile}
          aria-pressed={metric === chosen}
          onClick={() => onChoose(metric)}
        >
          <span className={classes.label}>{t(`metric.${metric}`)}</span>
          <span className={classes.value} data-testid={`total-${metric}`}>
            <Value figures={total} metric={metric} />
          </span>
          <span className={classes.note}>
            {total ? <Note total={total} previous={previous} metric={metric} /> : null}
          </span>
        </UnstyledButton>
      ))}
    </div>
  );
}
