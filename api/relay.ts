import {
  ServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  type Client,
  type WorkflowStartOptions,
} from '@temporalio/client';
import type { SignalDefinition } from '@temporalio/common';
import type { Pool } from 'pg';

import { displayTenge, parseTenge } from '../domain/money';
import { PAYEE_HOLDS } from '../domain/payouts/readiness';
import { unwrap } from '../domain/result';
import {
  claimOutbox,
  deleteOutbox,
  fanOutPayee,
  postponeOutbox,
  type OutboxRow,
} from '../store/postgres/outbox';
import { loadBatch } from '../store/postgres/payoutBatches';
import { errorText, type Logger } from '../telemetry/logger';
import { attribute } from '../workflows/attributes';
import * as contract from '../workflows/contract';
import { batchStart, type BatchDefaults } from './batchStart';

const CLAIM_MAX = 50;
const IDLE_POLL_MS = 250;
/** While Temporal is away one row is tried a second: a backlog of a day must not be walked four times a second. */
const AWAY_POLL_MS = 1000;

export type RelayOptions = {
  readonly pool: Pool;
  readonly client: Client;
  readonly logger: Logger;
  readonly paidWaitMs: number;
  readonly batch: BatchDefaults;
};

export type Relay = {
  /** Something was written: look now instead of at the next poll. */
  poke(): void;
  stop(): Promise<void>;
};

/**
 * Carries the outbox to Temporal. Delivering is idempotent — a workflow id is one workflow, an event id is
 * read once — so a row is deleted only after Temporal took it, and a crash in between delivers it again.
 * While Temporal is away rows wait in Postgres and postbacks go on being accepted.
 */
export function startRelay(options: RelayOptions): Relay {
  let stopped = false;
  let away = false;
  let wake: () => void = () => undefined;
  const idle = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const run = async (): Promise<void> => {
    while (!stopped) {
      const round = await relayOnce(options, away ? 1 : CLAIM_MAX).catch((failure: unknown) => {
        options.logger.warn(
          { error: errorText(failure) },
          'outbox relay: the store does not answer',
        );
        return { delivered: 0, failed: 1 };
      });
      away = round.failed > 0 && round.delivered === 0;
      if (!stopped && round.delivered < CLAIM_MAX) await idle(away ? AWAY_POLL_MS : IDLE_POLL_MS);
    }
  };
  const running = run();
  return {
    // A poke says there is news for Temporal, not that Temporal is back.
    poke: () => {
      if (!away) wake();
    },
    stop: async () => {
      stopped = true;
      wake();
      await running;
    },
  };
}

type Round = { readonly delivered: number; readonly failed: number };

async function relayOnce(options: RelayOptions, limit: number): Promise<Round> {
  const rows = await claimOutbox(options.pool, limit);
  const delivered: bigint[] = [];
  const failed: bigint[] = [];
  let example: unknown;
  await Promise.all(
    rows.map(async (row) => {
      try {
        await deliver(options, row);
        delivered.push(row.id);
      } catch (failure) {
        example = failure;
        failed.push(row.id);
      }
    }),
  );
  if (delivered.length > 0) await deleteOutbox(options.pool, delivered);
  if (failed.length > 0) {
    await postponeOutbox(options.pool, failed);
    options.logger.warn(
      { count: failed.length, error: errorText(causeOf(example)) },
      'not delivered to Temporal, will be tried again',
    );
  }
  return { delivered: delivered.length, failed: failed.length };
}

const causeOf = (failure: unknown): unknown =>
  failure instanceof ServiceError ? (failure.cause ?? failure) : failure;

export function deliver(options: RelayOptions, row: OutboxRow): Promise<void> {
  switch (row.topic) {
    case 'conversion.order':
      return orderEvent(options, row);
    case 'conversion.late':
      return lateEvent(options, row);
    case 'conversion.acted':
      return personActed(options, row);
    case 'conversion.paid':
      return conversionPaid(options, row);
    case 'conversion.payee':
      return payeeUpdated(options, row);
    case 'payee.updated':
      return fanOutPayee(options.pool, row.subjectId, row.id.toString(), PAYEE_HOLDS);
    case 'payout.requested':
      return payoutRequested(options, row);
  }
}

/** The workflow that follows an order: its own, or the adjustment that brought it back. */
const followerOf = (row: OutboxRow): string =>
  row.driver ?? contract.conversionWorkflowId(row.subjectId);

/** Rows written before requests were kept have none. */
const tracedBy = ({ payload }: OutboxRow): { requestId?: string } =>
  payload['requestId'] ? { requestId: payload['requestId'] } : {};

function startOf(options: RelayOptions, row: OutboxRow, workflowId: string) {
  const isOwn = workflowId === contract.conversionWorkflowId(row.subjectId);
  const { conversionId, paidWaitMs } = { conversionId: row.subjectId, ...options };
  const sale = row.payload['sale'];
  return {
    workflowId,
    taskQueue: contract.TASK_QUEUE.conversions,
    args: [isOwn ? { conversionId, paidWaitMs } : { conversionId }],
    memo: tracedBy(row),
    // Ended by itself: what comes now is an adjustment. Terminated or lost: it goes on from what Postgres says.
    workflowIdReusePolicy: isOwn ? 'ALLOW_DUPLICATE_FAILED_ONLY' : 'ALLOW_DUPLICATE',
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: sale ? `order of ${displayTenge(unwrap(parseTenge(sale)))}` : 'order',
    staticDetails: `Conversion \`${row.subjectId}\` of programme \`${row.programmeId}\`.\n\nIn the API: \`GET /v1/conversions/${row.subjectId}\``,
    typedSearchAttributes: [
      { key: attribute.state, value: 'RECEIVED' },
      { key: attribute.needsReview, value: false },
      ...(row.programmeId ? [{ key: attribute.offerId, value: row.programmeId }] : []),
    ],
  } satisfies WorkflowStartOptions;
}

/** Wakes the workflow that follows an order, or starts it again; answers false when it has ended by itself. */
async function wake<Message>(
  options: RelayOptions,
  row: OutboxRow,
  workflowId: string,
  signal: SignalDefinition<[Message]>,
  message: Message,
): Promise<boolean> {
  const type = workflowId.startsWith('adj/') ? 'adjustment' : 'conversion';
  try {
    await options.client.workflow.signalWithStart(type, {
      ...startOf(options, row, workflowId),
      signal,
      signalArgs: [message],
    });
    return true;
  } catch (failure) {
    if (!(failure instanceof WorkflowExecutionAlreadyStartedError)) throw failure;
    return false;
  }
}

const orderSignalOf = (row: OutboxRow): contract.OrderSignal => {
  const { receiptId = '', status = '', sale = '' } = row.payload;
  return { eventId: receiptId, status, sale, ...tracedBy(row) };
};

async function orderEvent(options: RelayOptions, row: OutboxRow): Promise<void> {
  const event = orderSignalOf(row);
  const isHeard = await wake(options, row, followerOf(row), contract.orderChanged, event);
  if (!isHeard) await lateEvent(options, row);
}

/**
 * The money was released, or the order had ended, when the event came: its own workflow, whatever became of the
 * order's (open, closed, or forgotten by Temporal).
 */
async function lateEvent(options: RelayOptions, row: OutboxRow): Promise<void> {
  const event = orderSignalOf(row);
  const id = contract.adjustmentWorkflowId(row.subjectId, event.eventId);
  await wake(options, row, id, contract.orderChanged, event);
}

/** A person's word. An order whose workflow has ended by itself is looked at by an adjustment of that word. */
async function personActed(options: RelayOptions, row: OutboxRow): Promise<void> {
  const isHeard = await wake(options, row, followerOf(row), contract.acted, tracedBy(row));
  if (isHeard) return;
  const id = contract.adjustmentWorkflowId(row.subjectId, `word-${row.id}`);
  await wake(options, row, id, contract.acted, tracedBy(row));
}

async function conversionPaid(options: RelayOptions, row: OutboxRow): Promise<void> {
  const handle = options.client.workflow.getHandle(contract.conversionWorkflowId(row.subjectId));
  const itemId = row.payload['payoutId'] ?? row.payload['nettingId'] ?? '';
  try {
    await handle.signal(contract.paid, { itemId });
  } catch (failure) {
    // Closed as PAYABLE after its payout cycle: the books are right without it.
    if (!(failure instanceof WorkflowNotFoundError)) throw failure;
  }
}

/** Held money of somebody whose details were missing: its workflow looks again now, not tomorrow. */
async function payeeUpdated(options: RelayOptions, row: OutboxRow): Promise<void> {
  const handle = options.client.workflow.getHandle(followerOf(row));
  try {
    await handle.signal(contract.payeeUpdated, { version: row.payload['version'] ?? '' });
  } catch (failure) {
    if (!(failure instanceof WorkflowNotFoundError)) throw failure;
  }
}

async function payoutRequested(options: RelayOptions, row: OutboxRow): Promise<void> {
  const { batchId = '', period = '', currency = 'KZT', requestId } = row.payload;
  try {
    await options.client.workflow.signalWithStart('payoutBatch', {
      ...batchStart({ id: batchId, period, currency }, options.batch, requestId),
      signal: contract.payoutRequested,
      signalArgs: [{ payoutId: row.subjectId, ...(requestId === undefined ? {} : { requestId }) }],
    });
  } catch (failure) {
    if (!(failure instanceof WorkflowExecutionAlreadyStartedError)) throw failure;
    // Ended with this payout in it: nothing to say. Ended while the run still collects: Temporal and Postgres
    // were restored to different days, and a payout would wait for ever. Keep the row, keep complaining.
    const batch = await loadBatch(options.pool, batchId);
    if (batch?.state === 'collecting') {
      throw new Error(`workflow of payout run ${period} has ended but the run still collects`, {
        cause: failure,
      });
    }
  }
}
