import { ANY_OPS, viewers, type Rule } from '../rule';
import { listOpsDebts, listOwnDebts } from './debts';
import { decideWriteOff, proposeWriteOff } from './writeOff';

/** What payees owe for orders that came back after their money had gone. */
export const DEBT_OPERATIONS: Readonly<Record<string, Rule>> = {
  listOwnDebts: viewers(['influencer', ...ANY_OPS], 'read', listOwnDebts),
  listOpsDebts: viewers(ANY_OPS, 'read', listOpsDebts),
  proposeWriteOff: {
    ...viewers(['ops_maker'], 'person', proposeWriteOff),
    fresh: true,
    idempotent: true,
  },
  decideWriteOff: {
    ...viewers(['ops_checker'], 'person', decideWriteOff),
    fresh: true,
    idempotent: true,
  },
};
