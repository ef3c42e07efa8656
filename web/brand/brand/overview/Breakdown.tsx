import { Alert, Anchor, Card, Group, NativeSelect, SegmentedControl, Title } from '@mantine/core';
import { IconChartBarOff } from '@tabler/icons-react';
import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { DataTable, type TableColumn } from '../../../ui/components/DataTable';
import { EmptyState } from '../../../ui/components/EmptyState';
import { Money } from '../../../ui/components/Money';
import { ListSkeleton } from '../../../ui/components/Skeletons';
import { formatMetric, numberOf } from '../figures';
import type { Figures, FigureRow, Overview } from '../types';
import classes from './Breakdown.module.css';

export const CUTS = ['influencer', 'product', 'source'] as const;
export type Cut = (typeof CUTS)[number];

type Line = { readonly id: string; readonly name: ReactNode; readonly figures: Figures };

/** What a row is called: people and pages by the API's label, sources by their word. */
function useRowName(): (row: FigureRow, by: Cut) => ReactNode {
  const { t } = useTranslation('overview');
  return (row, by) => {
    if (by === 'source') return t(`source.${row.key ?? 'unknown'}`);
    if (row.key === null) return t(by === 'product' ? 'any_page' : 'no_influencer');
    const label = row.label ?? row.key;
    if (by === 'product') {
      return (
        <Anchor href={row.key} target="_blank" rel="noreferrer" inherit>
          {label}
        </Anchor>
      );
    }
    return (
      <Anchor component={Link} to={`/brand/influencers/${row.key}`} inherit>
        {label}
      </Anchor>
    );
  };
}

function useColumns(most: number): readonly TableColumn<Line>[] {
  const { t } = useTranslation(['brand', 'overview']);
  return useMemo(() => {
    const count = (metric: 'clicks' | 'orders' | 'conversion'): TableColumn<Line> => ({
      key: metric,
      header: t(`metric.${metric}`),
      align: 'end',
      cell: ({ figures }) => formatMetric(numberOf(figures, metric), metric),
      sortValue: ({ figures }) => numberOf(figures, metric) ?? -1,
    });
    return [
      {
        key: 'name',
        header: t('name', { ns: 'overview' }),
        grow: 3,
        minWidth_px: 180,
        card: 'title',
        cell: ({ name, figures }) => (
          <span className={classes.name}>
            <span className={classes.text}>{name}</span>
            <span className={classes.track} aria-hidden>
              <span
                className={classes.fill}
                style={{ width: `${most > 0 ? (Number(figures.sales) / most) * 100 : 0}%` }}
              />
            </span>
          </span>
        ),
      },
      {
        key: 'sales',
        header: t('metric.sales'),
        align: 'end',
        grow: 1.2,
        minWidth_px: 120,
        card: 'figure',
        cell: ({ figures }) => <Money tenge={figures.sales} />,
        sortValue: ({ figures }) => Number(figures.sales),
      },
      count('clicks'),
      count('orders'),
      count('conversion'),
      {
        key: 'cost',
        header: t('metric.cost'),
        align: 'end',
        grow: 1.2,
        minWidth_px: 120,
        cell: ({ figures }) => <Money tenge={figures.cost.total} />,
        sortValue: ({ figures }) => Number(figures.cost.total),
      },
    ];
  }, [t, most]);
}

export type BreakdownProps = {
  /** Undefined while it loads. */
  readonly overview: Overview | undefined;
  readonly by: Cut;
  readonly onChoose: (by: Cut) => void;
};

/** Who, what and where the sales come from: the ten largest, and all others together. */
export function Breakdown({ overview, by, onChoose }: BreakdownProps): ReactNode {
  const { t } = useTranslation('overview');
  const nameOf = useRowName();
  // While another cut loads, the rows shown still belong to the former one.
  const cut = overview && overview.by !== 'day' ? overview.by : by;
  const lines: Line[] = (overview?.rows ?? []).map((row, i) => ({
    id: row.key ?? `none-${i}`,
    name: nameOf(row, cut),
    figures: row.figures,
  }));
  if (overview?.rest) lines.push({ id: 'rest', name: t('rest'), figures: overview.rest });
  const columns = useColumns(Math.max(0, ...lines.map(({ figures }) => Number(figures.sales))));
  return (
    <Card>
      <Group justify="space-between" mb="md" gap="xs">
        <Title order={2} size="h3">
          {t('breakdown')}
        </Title>
        <NativeSelect
          hiddenFrom="xs"
          w="100%"
          aria-label={t('breakdown')}
          value={by}
          onChange={(event) => onChoose(event.currentTarget.value as Cut)}
          data={CUTS.map((value) => ({ value, label: t(`by.${value}`) }))}
        />
        <SegmentedControl
          visibleFrom="xs"
          aria-label={t('breakdown')}
          value={by}
          onChange={(value) => onChoose(value)}
          data={CUTS.map((value) => ({ value, label: t(`by.${value}`) }))}
        />
      </Group>
      {overview?.rows_partial ? (
        <Alert color="yellow" mb="md">
          {t('partial')}
        </Alert>
      ) : null}
      {overview ? (
        <DataTable
          label={t('breakdown')}
          columns={columns}
          rows={lines}
          rowId={({ id }) => id}
          empty={
            <EmptyState icon={IconChartBarOff} title={t('empty.title')} text={t('empty.text')} />
          }
        />
      ) : (
        <ListSkeleton rows={5} height={44} />
      )}
    </Card>
  );
}
