import { lazy, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { formatDate } from '../../../ui/format/dates';
import { ChartCard } from '../charts/ChartCard';
import classes from '../charts/DayCard.module.css';
import { FileButton } from '../FileButton';
import { figure, FIGURES } from './figure';
import { useClicksFile, type ClickStatistics } from './useClicks';

const ClicksChart = lazy(() => import('./ClicksChart'));

function DayTable({ days }: { days: ClickStatistics['items'] }): ReactNode {
  const { t } = useTranslation(['clicks', 'brand']);
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th scope="col">{t('chart.day', { ns: 'brand' })}</th>
          {FIGURES.map((name) => (
            <th key={name} scope="col">
              {t(`figure.${name}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {days.map((day) => (
          <tr key={day.key}>
            <td>{day.key === null ? '—' : formatDate(day.key)}</td>
            {FIGURES.map((name) => (
              <td key={name}>{figure(day[name])}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Clicks by day; undefined while they load. */
export function ClickDays({ statistics }: { statistics: ClickStatistics | undefined }): ReactNode {
  const { t } = useTranslation(['clicks', 'brand']);
  const fetchFile = useClicksFile('day');
  const days = statistics?.items ?? [];
  const [from, to] = [statistics?.from, statistics?.to];
  return (
    <ChartCard
      title={t('by_day')}
      label={t('chart.label', {
        ns: 'brand',
        metric: t('figure.clicks'),
        from: from ? formatDate(from) : '',
        to: to ? formatDate(to) : '',
      })}
      ready={statistics !== undefined}
      chart={<ClicksChart days={days} />}
      table={<DayTable days={days} />}
      action={
        <FileButton
          variant="subtle"
          label={t('csv_days')}
          name={`gamma-clicks-day-${from}-${to}.csv`}
          fetchFile={fetchFile}
        />
      }
    />
  );
}
