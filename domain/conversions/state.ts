/**
 * States of a conversion and the moves between them. The same list stands in migration 0003.
 *
 * RECEIVED   the order is matched to a click; its workflow has not priced it yet
 * UNMATCHED  no click of ours is known for the order; a later event may bring one
 * HELD       money is accrued as pending until the return period is over
 * PAYABLE    the influencer may ask for the money
 * PAID       a payout that contains it has landed
 * CANCELLED  the order was rejected or returned before release; nothing is owed
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

const MOVES: Readonly<Record<ConversionState, readonly ConversionState[]>> = {
  UNMATCHED: ['RECEIVED'],
  RECEIVED: ['HELD', 'CANCELLED', 'REFUSED', 'REVIEW'],
  // To itself when the amount changes: another revision of the same hold.
  HELD: ['HELD', 'PAYABLE', 'CANCELLED', 'REVIEW'],
  PAYABLE: ['PAID', 'REVIEW'],
  // A bounced transfer makes the money payable again.
  PAID: ['PAYABLE'],
  REVIEW: ['RECEIVED', 'HELD', 'PAYABLE', 'CANCELLED', 'REFUSED'],
  CANCELLED: [],
  REFUSED: ['REVIEW'],
};

export const mayMove = (from: ConversionState, to: ConversionState): boolean =>
  MOVES[from].includes(to);
