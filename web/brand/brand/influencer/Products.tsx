import { Anchor, Text } from '@mantine/core';
import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { DataTable, type TableColumn } from '../../../ui/components/DataTable';
import { Money } from '../../../ui/components/Money';
import { ListSkeleton } from '../../../ui/components/Skeletons';
import { formatMetric, numberOf } from '../figures';
import type { FigureRow } from '../types';

/** The pages a creator's links lead to, with what each brought; undefined while they load. */
export function Products({ rows }: { rows: readonly FigureRow[] | undefined }): ReactNode {
  const { t } = useTranslation(['influencers', 'brand']);
  const columns = useMemo((): readonly TableColumn<FigureRow>[] => {
    const count = (metric: 'clicks' | 'orders' | 'conversion'): TableColumn<FigureRow> => ({
      key: metric,
      header: t(`metric.${metric}`, { ns: 'brand' }),
      align: 'end',
      cell: ({ figures }) => formatMetric(numberOf(figures, metric), metric),
      sortValue: ({ figures }) => numberOf(figures, metric) ?? -1,
    });
    return [
      {
        key: 'page',
        header: t('page'),
        grow: 3,
        minWidth_px: 180,
        card: 'title',
        cell: ({ key, label }) =>
          key === null ? (
            t('any_page')
          ) : (
            <Anchor
              href={key}
              target="_blank"
              rel="noreferrer"
              inherit
              style={{ overflowWrap: 'anywhere' }}
            >
              {label ?? key}
            </Anchor>
          ),
      },
      count('clicks'),
      count('orders'),
      count('conversion'),
      {
        key: 'sales',
        header: t('metric.sales', { ns: 'brand' }),
        align: 'end',
        minWidth_px: 120,
        card: 'figure',
        cell: ({ figures }) => <Money tenge={figures.sales} />,
        sortValue: ({ figures }) => Number(figures.sales),
      },
    ];
  }, [t]);
  if (rows === undefined) return <ListSkeleton rows={3} height={44} />;
  return (
    <DataTable
      label={t('products')}
      columns={columns}
      rows={rows}
      rowId={({ key }) => key ?? 'none'}
      empty={
        <Text size="sm" c="dimmed">
          {t('no_products')}
        </Text>
      }
    />
  );
}
