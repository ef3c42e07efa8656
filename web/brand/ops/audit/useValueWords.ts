import { useTranslation } from 'react-i18next';

import { formatDateTime } from '../../../ui/format/dates';
import { formatMoney } from '../../../ui/format/money';

const TENGE = /^-?(0|[1-9]\d*)\.\d{2}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}/;

/** Keys that may hold the words of a stored value, most telling first. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  state: ['ops:batch_state', 'ops:payout_state', 'ops:conversion_state', 'opsAudit:state'],
  way_out: ['opsAudit:way_out'],
  role: ['shell:role'],
  regime: ['ops:regime'],
  by: ['opsAudit:by'],
};

/** A stored value as a person reads it: money, times, yes and no, states and roles; anything else as it is. */
export function useValueWords(): (field: string, value: string) => string {
  const { t, i18n } = useTranslation(['opsAudit', 'ops', 'shell']);
  return (field, value) => {
    if (value === 'true') return t('yes');
    if (value === 'false') return t('no');
    if (TENGE.test(value)) return formatMoney(value);
    if (INSTANT.test(value)) return formatDateTime(value);
    const key = (WORDS[field] ?? [])
      .map((words) => `${words}.${value}`)
      .find((one) => i18n.exists(one));
    return key ? i18n.t(key) : value;
  };
}
