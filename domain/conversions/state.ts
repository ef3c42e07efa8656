/**
 * States of a conversion; next.ts has the moves between them. The same list stands in migration 0003.
 *
 * RECEIVED   the order is matched to a click; its workflow has not priced it yet
 * UNMATCHED  no click of ours is known for the order; a later event may bring one
 * HELD       money is accrued as pending until the return period is over
 * PAYABLE    the influencer may ask for the money
 * PAID       a payout that contains it has landed
 * CANCELLED  the order was rejected or returned; what had been released was taken back or is a debt of the payee
 * REFUSED    the rules give nothing for it (window passed, forged click …)
 * REVIEW     a person has to decide
 */
export const CONVERSION_STATES = [
  'RECEIVED',
  'UNMATCHED',
  'HELD',
  'PAYABLE',
  'PAID',
  'CANCELLED',
  'REFUSED',
  'REVIEW',
] as const;
export type ConversionState = (typeof CONVERSION_STATES)[number];
