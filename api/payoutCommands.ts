import { randomBytes } from 'node:crypto';

import { WithStartWorkflowOperation, type Client } from '@temporalio/client';
import type { Pool } from 'pg';

import type { Mode } from '../config/env';
import { idFromBytes } from '../domain/ids';
import { planReserve } from '../domain/ledger/plans';
import { formatTenge, parseTenge, type Tiyn } from '../domain/money';
import { consumeLots } from '../domain/payouts/lots';
import type { BaseMode } from '../domain/tax/regime';
import { err, ok, unwrap, type Result } from '../domain/result';
import { almatyDate } from '../domain/time';
import { constraintOf, isTransient, SQLSTATE, sqlState } from '../store/postgres/codes';
import { StaleRead } from '../store/postgres/conversionMoney';
import { LedgerError, type LedgerQueue } from '../store/postgres/ledger';
import { joinCollectingBatch, loadBatch, type BatchRow } from '../store/postgres/payoutBatches';
import { insertPayout, moveLots, openLots } from '../store/postgres/payouts';
import { insertOutbox } from '../store/postgres/outbox';
import { batchStart, type BatchDefaults } from '../temporal/batchStart';
import { approve, type ApprovalOutcome } from '../workflows/contract';
import type {
  ApprovedBatch,
  BatchApprovalRefusal,
  PayoutCommands,
  PayoutRequestRefusal,
  Refusal,
  RequestedPayout,
} from './commands';
import { quoteRequest } from './payoutQuote';
import { failureKind } from './ops/temporalFailure';

export type PayoutCommandDeps = {
  readonly pool: Pool;
  readonly ledger: LedgerQueue;
  readonly client: Client;
  readonly batch: BatchDefaults;
  readonly minimum: Tiyn;
  readonly mode: Mode;
  /** Test mode only, like the worker's. */
  readonly baseMode?: BaseMode | undefined;
  readonly approveTimeoutMs: number;
  readonly now: () => Date;
  /** Something was written for Temporal: the relay may look at once. */
  readonly poke: () => void;
};

type Request = Parameters<PayoutCommands['requestPayout']>[0];
type Approval = Parameters<PayoutCommands['approveBatch']>[0];
type Requested = Result<RequestedPayout, Refusal<PayoutRequestRefusal>>;
type Approved = Result<ApprovedBatch, Refusal<BatchApprovalRefusal>>;

export function createPayoutCommands(deps: PayoutCommandDeps): PayoutCommands {
  return {
    requestPayout: (input) => requestPayout(deps, input),
    approveBatch: (input) => approveBatch(deps, input),
  };
}

const causeOf = ({ requestId }: { readonly requestId?: string }): { requestId?: string } =>
  requestId === undefined ? {} : { requestId };

/** Lots change only by payouts of the same person, of which one is open at a time; a loser tries again. */
const STALE_TRIES = 3;

async function requestPayout(deps: PayoutCommandDeps, input: Request): Promise<Requested> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await tryRequest(deps, input);
    } catch (thrown) {
      if (thrown instanceof StaleRead && attempt < STALE_TRIES) continue;
      if (thrown instanceof LedgerError && thrown.code === 'ledger_overdraft')
        return err({ code: 'amount_above_available' });
      if (
        sqlState(thrown) === SQLSTATE.uniqueViolation &&
        constraintOf(thrown) === 'payouts_one_open'
      ) {
        return err({ code: 'payout_in_progress' });
      }
      if (isTransient(thrown)) return err({ code: 'store_unavailable' });
      throw thrown;
    }
  }
}

/**
 * One transaction: the reserve in the ledger, the payout with the lots it takes, and the message to Temporal.
 * Lots are read first to plan the posting and locked and compared inside; a difference posts nothing.
 */
async function tryRequest(deps: PayoutCommandDeps, input: Request): Promise<Requested> {
  const quote = await quoteRequest(deps.pool, deps, input.influencerId, input.amount, deps.now());
  if (!quote) return err({ code: 'influencer_not_found' });
  const { refusal, consumption } = quote;
  if (refusal === 'amount_below_minimum') {
    const detail = `The smallest payout is ${formatTenge(deps.minimum)} KZT.`;
    return err({ code: refusal, detail });
  }
  if (refusal || !consumption) return err({ code: refusal ?? 'nothing_to_pay' });
  const { amount, gross, taken } = consumption;

  const payoutId = idFromBytes('payout', randomBytes(16));
  const requested = await deps.ledger.postWith(
    [planReserve(payoutId, input.influencerId, amount)],
    async (sql) => {
      const locked = consumeLots(await openLots(sql, input.influencerId, true), input.amount);
      if (!locked.ok || locked.value.amount !== amount || locked.value.gross !== gross) {
        throw new StaleRead(`lots of ${input.influencerId} changed while a payout was planned`);
      }
      const batch = await joinCollectingBatch(
        sql,
        almatyDate(deps.now()),
        idFromBytes('payoutBatch', randomBytes(16)),
      );
      await insertPayout(sql, {
        id: payoutId,
        influencerId: input.influencerId,
        batchId: batch.id,
        amount,
        gross,
        requestedBy: input.requestedBy,
        taken,
      });
      await moveLots(sql, taken, 1);
      await insertOutbox(sql, {
        topic: 'payout.requested',
        subjectId: payoutId,
        payload: {
          batchId: batch.id,
          period: batch.period,
          currency: batch.currency,
          ...causeOf(input),
        },
      });
      const made = {
        payoutId,
        batchId: batch.id,
        influencerId: input.influencerId,
        state: 'requested',
        amount,
      };
      await input.follow?.(sql, made);
      return made;
    },
  );
  deps.poke();
  return ok(requested);
}

/**
 * The approval is an update of the run's workflow: checked there, written once, and its outcome comes back. A
 * repeat finds the approval on the run's row; a refusal is never kept, because what it objected to may pass.
 */
async function approveBatch(deps: PayoutCommandDeps, input: Approval): Promise<Approved> {
  try {
    const batch = await loadBatch(deps.pool, input.batchId);
    if (!batch) return err({ code: 'batch_not_found' });
    const before = approvedBefore(batch, input);
    if (before) return before;
    // The approver may be faster than the relay: then this starts the run's workflow.
    const startWorkflowOperation = new WithStartWorkflowOperation(
      'payoutBatch',
      batchStart(batch, deps.batch, input.requestId),
    );
    const deadline = Date.now() + deps.approveTimeoutMs;
    const outcome = await deps.client.withDeadline(deadline, () =>
      deps.client.workflow.executeUpdateWithStart(approve, {
        startWorkflowOperation,
        args: [
          {
            approvedBy: input.approvedBy,
            ...causeOf(input),
            ...(input.expectedTotal === undefined
              ? {}
              : { expectedTotal: formatTenge(input.expectedTotal) }),
          },
        ],
      }),
    );
    return approvalOf(input, outcome);
  } catch (thrown) {
    return (await approvedMeanwhile(deps, input, thrown)) ?? approvalFailure(thrown);
  }
}

/** The same person's approval of the same total, given earlier: the run may have ended since. */
function approvedBefore(batch: BatchRow, input: Approval): Approved | undefined {
  if (batch.approvedBy !== input.approvedBy) return undefined;
  const total = batch.total ?? 0n;
  if (input.expectedTotal !== undefined && input.expectedTotal !== total)
    return err({ code: 'total_changed' });
  const { approvedBy } = input;
  const itemCount = batch.itemCount ?? 0;
  return ok({ batchId: batch.id, state: 'approved', itemCount, total, approvedBy });
}

/** Two approvals of one person at once: the run may end on the first before the second is heard. */
async function approvedMeanwhile(
  deps: PayoutCommandDeps,
  input: Approval,
  thrown: unknown,
): Promise<Approved | undefined> {
  if (failureKind(thrown) !== 'closed') return undefined;
  const batch = await loadBatch(deps.pool, input.batchId);
  return batch && approvedBefore(batch, input);
}

const APPROVAL_REFUSALS = {
  approver_is_requester: { code: 'approver_is_requester' },
  total_changed: { code: 'total_changed' },
  batch_state: { code: 'batch_state' },
  batch_empty: { code: 'batch_state', detail: 'Nothing in the run can be paid.' },
} as const satisfies Record<
  Extract<ApprovalOutcome, { kind: 'refused' }>['code'],
  Refusal<BatchApprovalRefusal>
>;

function approvalOf(input: Approval, outcome: ApprovalOutcome): Approved {
  if (outcome.kind === 'refused') return err(APPROVAL_REFUSALS[outcome.code]);
  return ok({
    batchId: input.batchId,
    state: 'approved',
    itemCount: outcome.items,
    total: unwrap(parseTenge(outcome.total)),
    approvedBy: input.approvedBy,
  });
}

function approvalFailure(thrown: unknown): Approved {
  switch (failureKind(thrown)) {
    // The run has closed, or its update was refused because it was closing: it can no longer be approved.
    case 'closed':
    case 'refused':
      return err({ code: 'batch_state' });
    case 'temporal_unavailable':
      return err({
        code: 'temporal_unavailable',
        detail: 'Send the approval again: it counts once.',
      });
    case 'store_unavailable':
      return err({ code: 'store_unavailable' });
    case undefined:
      throw thrown;
  }
}
