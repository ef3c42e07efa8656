import { ANY_OPS, viewers, type Rule } from '../rule';
import { listBrandLimits } from './brandLimits';
import { getLimits, putLimits } from './limits';

/** Ceilings beyond which a person looks at an order. Who lets money pass does not set how much passes unseen. */
export const LIMIT_OPERATIONS: Readonly<Record<string, Rule>> = {
  listBrandLimits: viewers(ANY_OPS, 'read', listBrandLimits),
  getLimits: viewers(ANY_OPS, 'read', getLimits),
  putLimits: { ...viewers(['ops_maker'], 'person', putLimits), fresh: true },
};
