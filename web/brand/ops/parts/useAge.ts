import { useTranslation } from 'react-i18next';

const MINUTE_S = 60;
const HOUR_S = 3600;
const DAY_S = 86_400;

/** How long something waits, in its largest whole unit: `3 дня`. */
export function useAge(): (seconds: number) => string {
  const { t } = useTranslation('ops');
  return (seconds) => {
    if (seconds >= DAY_S) return t('age.days', { count: Math.floor(seconds / DAY_S) });
    if (seconds >= HOUR_S) return t('age.hours', { count: Math.floor(seconds / HOUR_S) });
    return t('age.minutes', { count: Math.max(1, Math.floor(seconds / MINUTE_S)) });
  };
}
