import { Button, Card, Group, Skeleton, Title } from '@mantine/core';
import { IconChartLine, IconTable } from '@tabler/icons-react';
import { Suspense, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import classes from './DayCard.module.css';

export const CHART_HEIGHT_PX = 280;

export type ChartCardProps = {
  readonly title: string;
  /** Says what the picture shows to those who cannot see it. */
  readonly label: string;
  /** The figures are here. */
  readonly ready: boolean;
  /** Comes lazily: its code is only fetched when it is drawn. */
  readonly chart: ReactNode;
  /** A `table` with the same figures. */
  readonly table: ReactNode;
  /** Beside the switch between both. */
  readonly action?: ReactNode;
};

/** Figures as a chart or, for those who cannot see or want the numbers, as a table. */
export function ChartCard(props: ChartCardProps): ReactNode {
  const { title, label, ready, chart, table, action } = props;
  const { t } = useTranslation('brand');
  const [asTable, setAsTable] = useState(false);
  const bones = <Skeleton h={CHART_HEIGHT_PX} />;
  return (
    <Card>
      <Group justify="space-between" mb="md" gap="xs">
        <Title order={2} size="h3">
          {title}
        </Title>
        <Group gap={4}>
          {action}
          <Button
            variant="subtle"
            size="sm"
            leftSection={asTable ? <IconChartLine size={18} /> : <IconTable size={18} />}
            onClick={() => setAsTable(!asTable)}
          >
            {asTable ? t('chart.as_chart') : t('chart.as_table')}
          </Button>
        </Group>
      </Group>
      {ready ? null : bones}
      {ready && asTable ? (
        <div className={classes.tableBox} tabIndex={0} role="region" aria-label={title}>
          {table}
        </div>
      ) : null}
      {ready && !asTable ? (
        <div role="img" aria-label={label} className={classes.chart}>
          <Suspense fallback={bones}>{chart}</Suspense>
        </div>
      ) : null}
    </Card>
  );
}
