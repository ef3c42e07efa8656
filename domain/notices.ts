/**
 * What an influencer is told without asking. Codes are stable; their words are the apps' (web/influencer
 * locales). The same list stands in migration 0016.
 */
export const NOTICE_CODES = [
  'money_payable',
  'order_cancelled',
  'order_taken_back',
  'order_corrected',
  'debt_made',
  'debt_netted',
  'payout_paid',
  'payout_refused',
  'payout_review',
  'payout_resent',
  'payout_paid_in_part',
  'instrument_changed',
  'instrument_stopped',
  'tax_status_pending',
  'tax_status_confirmed',
  'tax_status_rejected',
  'tax_status_expiring',
  'link_taken_down',
  'link_restored',
] as const;
export type NoticeCode = (typeof NOTICE_CODES)[number];

/** The end of a tax status is told this long before it. */
export const EXPIRY_NOTICE_MS = 30 * 86_400_000;
