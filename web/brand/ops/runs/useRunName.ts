import { useTranslation } from 'react-i18next';

import { formatDate } from '../../../ui/format/dates';

/** `2026-11-23-1` of the API as `23 November 2026, run 1`; another form of period is shown as it is. */
export function useRunName(): (period: string) => string {
  const { t } = useTranslation('opsRuns');
  return (period) => {
    const [, day, number] = /^(\d{4}-\d{2}-\d{2})-(\d+)$/.exec(period) ?? [];
    if (day === undefined || number === undefined) return period;
    return t('run_name', { day: formatDate(`${day}T00:00:00+05:00`), number });
  };
}
