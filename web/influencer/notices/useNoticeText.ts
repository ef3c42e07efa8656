import { useTranslation } from 'react-i18next';

import { REGIME_NAMES } from '../../../domain/tax/names';
import { formatDate } from '../../ui/format/dates';
import { formatMoney } from '../../ui/format/money';
import { useLanguage } from '../../ui/i18n/useLanguage';
import type { Notice } from '../data/types';

const REGIMES: Readonly<Record<string, { ru: string; kk: string; en: string }>> = REGIME_NAMES;
const TENGE = /^(0|[1-9]\d{0,15})\.\d{2}$/;

/** A notice is a code and strings; here are its words. */
export function useNoticeText(): (notice: Notice) => string {
  const { t } = useTranslation('notices');
  const language = useLanguage();
  return ({ code, params }) => {
    const money = (name: string): string => {
      const value = params[name];
      return value && TENGE.test(value) ? formatMoney(value) : '';
    };
    const date = params['date'];
    return t(`code.${code}`, {
      amount: money('amount'),
      net: money('net'),
      debt: money('debt'),
      returned: money('returned'),
      programme: params['programme'] ?? '',
      last4: params['last4'] ?? '',
      link: params['link'] ?? '',
      regime: REGIMES[params['regime'] ?? '']?.[language] ?? '',
      date: date ? formatDate(date.length === 10 ? `${date}T12:00:00+05:00` : date) : '',
    });
  };
}
