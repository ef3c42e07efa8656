import type { Role } from '../../domain/access';
import { getPayoutBatch, listPayoutBatches, listPayoutBatchItems } from '../resources/payoutBatch';
import { ANY_OPS, viewers, type Rule } from '../rule';
import { actOnConversion } from './conversionActions';
import { listOpsConversions } from './conversions';
import { getDeadLetters, resend } from './deadLetters';
import {
  decidePayoutWayOut,
  getPayoutReview,
  listPayoutReviews,
  lookAtPayout,
  proposePayoutWayOut,
} from './payoutReviews';
import {
  approvePayoutBatch,
  closePayoutBatch,
  excludePayout,
  preparePayoutBatch,
  reopenPayoutBatch,
  restartPayoutBatch,
} from './payoutRun';
import { listPeople, searchPeople } from './people';
import { getPerson, stopInstrument } from './person';
import { addReviewFlag, listReviewFlagCodes, removeReviewFlag } from './reviewFlags';
import { streamPayoutBatch } from './runEvents';
import { getSandboxClock, listSandboxDials, setSandboxClock, setSandboxDial } from './sandbox';
import { getStuck } from './stuck';
import { getOpsSummary } from './summary';
import { getSwitches, setPayoutsStopped } from './switches';
import { decideTaxStatus, proposeTaxDecision } from './taxDecision';

/** Auditors read. Makers make, checkers check; both may stop things, because stopping must never wait. */
const MAKER: readonly Role[] = ['ops_maker'];
const CHECKER: readonly Role[] = ['ops_checker'];
const MAKER_OR_CHECKER: readonly Role[] = ['ops_maker', 'ops_checker'];

export const OPS_OPERATIONS: Readonly<Record<string, Rule>> = {
  getOpsSummary: viewers(ANY_OPS, 'read', getOpsSummary),
  listStuck: viewers(ANY_OPS, 'read', getStuck),
  listDeadLetters: viewers(ANY_OPS, 'read', getDeadLetters),
  resendDeadLetter: {
    ...viewers(MAKER_OR_CHECKER, 'person', resend),
    fresh: true,
    idempotent: true,
  },

  listPayoutBatches: viewers(ANY_OPS, 'read', listPayoutBatches),
  getPayoutBatch: viewers(ANY_OPS, 'read', getPayoutBatch),
  listPayoutBatchItems: viewers(ANY_OPS, 'read', listPayoutBatchItems),
  streamPayoutBatch: viewers(ANY_OPS, 'read', streamPayoutBatch),
  preparePayoutBatch: {
    ...viewers(MAKER, 'payouts', preparePayoutBatch),
    fresh: true,
    idempotent: true,
  },
  excludePayout: { ...viewers(MAKER, 'person', excludePayout), fresh: true, idempotent: true },
  approvePayoutBatch: {
    ...viewers(CHECKER, 'payouts_approve', approvePayoutBatch),
    fresh: true,
    idempotent: true,
  },

  listPayoutReviews: viewers(ANY_OPS, 'read', listPayoutReviews),
  getPayoutReview: viewers(ANY_OPS, 'read', getPayoutReview),
  proposePayoutWayOut: {
    ...viewers(MAKER, 'person', proposePayoutWayOut),
    fresh: true,
    idempotent: true,
  },
  decidePayoutWayOut: {
    ...viewers(CHECKER, 'person', decidePayoutWayOut),
    fresh: true,
    idempotent: true,
  },
  lookAtPayout: viewers(MAKER_OR_CHECKER, 'person', lookAtPayout),
  // To begin a run's workflow anew moves nothing; to close one stops money, which must never wait.
  restartPayoutBatch: {
    ...viewers(MAKER_OR_CHECKER, 'person', restartPayoutBatch),
    fresh: true,
    idempotent: true,
  },
  closePayoutBatch: {
    ...viewers(MAKER_OR_CHECKER, 'person', closePayoutBatch),
    fresh: true,
    idempotent: true,
  },
  reopenPayoutBatch: {
    ...viewers(MAKER, 'person', reopenPayoutBatch),
    fresh: true,
    idempotent: true,
  },

  listSwitches: viewers(ANY_OPS, 'read', getSwitches),
  setPayoutsStopped: viewers(MAKER_OR_CHECKER, 'person', setPayoutsStopped),

  listPeople: viewers(ANY_OPS, 'read', listPeople),
  searchPeople: viewers(ANY_OPS, 'person', searchPeople),
  getPerson: viewers(ANY_OPS, 'read', getPerson),
  proposeTaxDecision: {
    ...viewers(MAKER, 'person', proposeTaxDecision),
    fresh: true,
    idempotent: true,
  },
  decideTaxStatus: {
    ...viewers(CHECKER, 'person', decideTaxStatus),
    fresh: true,
    idempotent: true,
  },
  listReviewFlagCodes: viewers(ANY_OPS, 'read', listReviewFlagCodes),
  addReviewFlag: viewers(MAKER_OR_CHECKER, 'person', addReviewFlag),
  removeReviewFlag: viewers(MAKER_OR_CHECKER, 'person', removeReviewFlag),
  stopInstrument: viewers(MAKER, 'person', stopInstrument),

  listOpsConversions: viewers(ANY_OPS, 'read', listOpsConversions),
  actOnConversion: {
    ...viewers(MAKER_OR_CHECKER, 'person', actOnConversion),
    fresh: true,
    idempotent: true,
  },

  listSandboxDials: viewers(ANY_OPS, 'read', listSandboxDials),
  setSandboxDial: viewers(MAKER_OR_CHECKER, 'person', setSandboxDial),
  getSandboxClock: viewers(ANY_OPS, 'read', getSandboxClock),
  setSandboxClock: viewers(MAKER_OR_CHECKER, 'person', setSandboxClock),
};
