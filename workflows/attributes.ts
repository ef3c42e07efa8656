import { defineSearchAttributeKey } from '@temporalio/common';

/** Typed keys of contract.SEARCH_ATTRIBUTES. Values are opaque ids, states and times: never encrypted, never personal. */
export const attribute = {
  state: defineSearchAttributeKey('State', 'KEYWORD'),
  offerId: defineSearchAttributeKey('OfferId', 'KEYWORD'),
  influencerId: defineSearchAttributeKey('InfluencerId', 'KEYWORD'),
  retailerId: defineSearchAttributeKey('RetailerId', 'KEYWORD'),
  batchId: defineSearchAttributeKey('BatchId', 'KEYWORD'),
  holdUntil: defineSearchAttributeKey('HoldUntil', 'DATETIME'),
  needsReview: defineSearchAttributeKey('NeedsReview', 'BOOL'),
};
