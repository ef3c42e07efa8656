import { randomBytes } from 'node:crypto';

import {
  ServiceError,
  WithStartWorkflowOperation,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type Client,
} from '@temporalio/client';
import type { Pool } from 'pg';

import { idFromBytes } from '../domain/ids';
import { planReserve } from '../domain/ledger/plans';
import { formatTenge, parseTenge, type Tiyn } from '../domain/money';
import { consumeLots } from '../domain/payouts/lots';
import { err, ok, unwrap, type Result } from '../domain/result';
import { almatyDate } from '../domain/time';
import { constraintOf, isTransient, SQLSTATE, sqlState } from '../store/postgres/codes';
import { loadPayee, StaleRead } from '../store/postgres/conversionMoney';
import { LedgerError, type LedgerQueue } from '../store/postgres/ledger';
import { joinCollectingBatch, loadBatch } from '../store/postgres/payoutBatches';
import { insertPayout, moveLots, openLots } from '../store/postgres/payouts';
import { insertOutbox } from '../store/postgres/outbox';
import { approve, type ApprovalOutcome } from '../workflows/contract';
import { batchStart, type BatchDefaults } from './batchStart';
import type {
  ApprovedBatch,
  BatchApprovalRefusal,
  PayoutCommands,
  PayoutRequestRefusal,
  Refusal,
  RequestedPayout,
} from './commands';

export type PayoutCommandDeps = {
  readonly pool: Pool;
  readonly ledger: LedgerQueue;
  readonly client: Client;
  readonly batch: BatchDefaults;
  readonly minimum: Tiyn;
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
  const refusal = await payeeRefusal(deps, input.influencerId);
  if (refusal) return err(refusal);
  const consumption = consumeLots(
    await openLots(deps.pool, input.influencerId, false),
    input.amount,
  );
  if (!consumption.ok) {
    return err({
      code:
        consumption.error === 'amount_not_positive' ? 'amount_below_minimum' : consumption.error,
    });
  }
  const { amount, gross, taken } = consumption.value;
  if (amount < deps.minimum) {
    return err({
      code: 'amount_below_minimum',
      detail: `The smallest payout is ${formatTenge(deps.minimum)} KZT.`,
    });
  }

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
        payload: { batchId: batch.id, period: batch.period, currency: batch.currency },
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

async function payeeRefusal(
  deps: PayoutCommandDeps,
  influencerId: string,
): Promise<Refusal<PayoutRequestRefusal> | undefined> {
  const payee = await loadPayee(deps.pool, influencerId, deps.now());
  if (!payee) return { code: 'influencer_not_found' };
  const incomplete = (detail: string): Refusal<PayoutRequestRefusal> => ({
    code: 'payee_incomplete',
    detail,
  });
  if (!payee.hasIin) return incomplete('The IIN is missing.');
  if (payee.regime === null) return incomplete('The tax status is missing.');
  if (payee.regimeExpired) return incomplete('The proof of the tax status has expired.');
  if (!payee.hasInstrument) return incomplete('There is no card or IBAN to pay to.');
  return payee.instrumentStopped
    ? incomplete('The card or IBAN was stopped after a returned payment.')
    : undefined;
}

/** The approval is an Update of the run's workflow: checked there, written once, and its outcome comes back. */
async function approveBatch(deps: PayoutCommandDeps, input: Approval): Promise<Approved> {
  try {
    const batch = await loadBatch(deps.pool, input.batchId);
    if (!batch) return err({ code: 'batch_not_found' });
    // The approver may be faster than the relay: then this starts the run's workflow.
    const startWorkflowOperation = new WithStartWorkflowOperation(
      'payoutBatch',
      batchStart(batch, deps.batch),
    );
    const deadline = Date.now() + deps.approveTimeoutMs;
    const outcome = await deps.client.withDeadline(deadline, () =>
      deps.client.workflow.executeUpdateWithStart(approve, {
        startWorkflowOperation,
        // One person's approval of one run is one update, however often it is sent.
        updateId: `approve:${input.approvedBy}:${input.expectedTotal ?? 'any'}`,
        args: [
          {
            approvedBy: input.approvedBy,
            ...(input.expectedTotal === undefined
              ? {}
              : { expectedTotal: formatTenge(input.expectedTotal) }),
          },
        ],
      }),
    );
    return approvalOf(input, outcome);
  } catch (thrown) {
    return approvalFailure(thrown);
  }
}

function approvalOf(input: Approval, outcome: ApprovalOutcome): Approved {
  if (outcome.kind === 'approved') {
    const total = unwrap(parseTenge(outcome.total));
    return ok({
      batchId: input.batchId,
      state: 'approved',
      itemCount: outcome.items,
      total,
      approvedBy: input.approvedBy,
    });
  }
  if (outcome.code === 'batch_empty')
    return err({ code: 'batch_state', detail: 'Nothing in the run can be paid.' });
  return err({ code: outcome.code });
}

function approvalFailure(thrown: unknown): Approved {
  // The run has closed, or its update was refused because it was closing: it can no longer be approved.
  if (
    thrown instanceof WorkflowExecutionAlreadyStartedError ||
    thrown instanceof WorkflowNotFoundError ||
    thrown instanceof WorkflowUpdateFailedError
  ) {
    return err({ code: 'batch_state' });
  }
  if (
    thrown instanceof WorkflowUpdateRPCTimeoutOrCancelledError ||
    thrown instanceof ServiceError
  ) {
    return err({
      code: 'temporal_unavailable',
      detail: 'Send the approval again: it counts once.',
    });
  }
  if (isTransient(thrown)) return err({ code: 'store_unavailable' });
  throw thrown;
}
