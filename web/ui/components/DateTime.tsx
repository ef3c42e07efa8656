import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import {
  formatDate,
  formatDateTime,
  formatRelative,
  formatShortDate,
  formatTime,
} from '../format/dates';

export type DateTimeProps = {
  /** RFC 3339 of the API. */
  readonly at: string;
  readonly form?: 'date_time' | 'date' | 'short' | 'time' | 'relative';
};

const FORMS = {
  date_time: formatDateTime,
  date: formatDate,
  short: (at: string) => formatShortDate(at),
  time: formatTime,
} as const;

function RelativeTime({ at }: { at: string }): ReactNode {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return (
    <time dateTime={at} title={formatDateTime(at)}>
      {formatRelative(at, now)}
    </time>
  );
}

/** A time in Almaty in the viewer's language. */
export function DateTime({ at, form = 'date_time' }: DateTimeProps): ReactNode {
  // Month names change with the language.
  useTranslation();
  if (form === 'relative') return <RelativeTime at={at} />;
  return (
    <time dateTime={at} className="gamma-figures">
      {FORMS[form](at)}
    </time>
  );
}
