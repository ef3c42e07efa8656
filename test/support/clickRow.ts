import type { ClickRow } from '../../store/clickhouse/clicks';

/** What tests of clicks do not care about; whose click it is and when is theirs to say. */
export const CLICK_DEFAULTS = {
  target_host: 'shop.example',
  target_url: 'https://shop.example/',
  ip_prefix: '198.51.100.0/24',
  ip_hash: '1',
  user_agent: 'Mozilla/5.0',
  referrer: '',
  accept_language: 'ru',
  sub1: '',
  sub2: '',
  sub3: '',
  sub4: '',
  sub5: '',
  billable: 1,
  reason: '',
} as const satisfies Partial<ClickRow>;
