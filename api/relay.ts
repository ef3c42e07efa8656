import {
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  type Client,
} from '@temporalio/client';
import type { SignalDefinition } from '@temporalio/common';
import type { Pool } from 'pg';

import { parseTenge } from '../domain/money';
import { PAYEE_HOLDS } from '../domain/payouts/readiness';
import { unwrap } from '../domain/result';
import { fanOutPayee, type OutboxRow } from '../store/postgres/outbox';
import type { Logger } from '../telemetry/logger';
import { batchStart, type BatchDefaults } from '../temporal/batchStart';
import { orderStart } from '../temporal/orderStart';
import { payoutStart } from '../temporal/payoutStart';
import * as contract from '../workflows/contract';
import { RelayLoop, type Relay, type RelayPatience } from './relayLoop';

export type { Relay } from './relayLoop';

export type RelayOptions = {
  readonly pool: Pool;
  readonly client: Client;
  readonly logger: Logger;
  readonly paidWaitMs: number;
  readonly batch: BatchDefaults;
  readonly patience?: Partial<RelayPatience>;
};

/**
 * Carries the outbox to Temporal. Delivering is idempotent — a workflow id is one workflow, an event id is
 * read once — so a row is deleted only after Temporal took it, and a crash in between delivers it again.
 * How often, and what becomes of a row that Temporal does not take: relayLoop.ts.
 */
export function startRelay(options: RelayOptions): Relay {
  const { pool, client, logger, patience } = options;
  return new RelayLoop({
    pool,
    client,
    logger,
    ...(patience && { patience }),
    deliver: (row) => deliver(options, row),
  });
}

/** One line a topic; exhaustive, so that a new topic without its delivery does not compile. */
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
    case 'payout.item':
      return payoutTold(options, row);
  }
}

/** The workflow that follows an order: its own, or the adjustment that brought it back. */
const followerOf = (row: OutboxRow): string =>
  row.driver ?? contract.conversionWorkflowId(row.subjectId);

/** Rows written before requests were kept have none. */
const tracedBy = ({ payload }: OutboxRow): { requestId?: string } =>
  payload['requestId'] ? { requestId: payload['requestId'] } : {};

/** Wakes the workflow that follows an order, or starts it again; answers false when it has ended by itself. */
async function wake<Message>(
  options: RelayOptions,
  row: OutboxRow,
  workflowId: string,
  signal: SignalDefinition<[Message]>,
  message: Message,
): Promise<boolean> {
  const sale = row.payload['sale'];
  const { type, ...start } = orderStart(
    {
      conversionId: row.subjectId,
      programmeId: row.programmeId,
      sale: sale ? unwrap(parseTenge(sale)) : null,
      workflowId,
    },
    options.paidWaitMs,
  );
  try {
    await options.client.workflow.signalWithStart(type, {
      ...start,
      memo: tracedBy(row),
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

/**
 * Requests join a run in Postgres; all that is left to do is to have its workflow running. One that has ended, been
 * terminated or forgotten is begun anew, and of a run that is over it finds nothing to do: no row fails for it.
 */
async function payoutRequested(options: RelayOptions, row: OutboxRow): Promise<void> {
  const { batchId = '', period = '', currency = 'KZT', requestId } = row.payload;
  await options.client.workflow.start(
    'payoutBatch',
    batchStart({ id: batchId, period, currency }, options.batch, requestId),
  );
}

/** A decision of people, or a callback of the provider, for one payout; its workflow is started when it is gone. */
async function payoutTold(options: RelayOptions, row: OutboxRow): Promise<void> {
  const { batchId = '', reviewId, eventId = '' } = row.payload;
  const start = payoutStart({ payoutId: row.subjectId, batchId }, options.batch.timing);
  const { workflow } = options.client;
  await (reviewId === undefined
    ? workflow.signalWithStart('payoutItem', {
        ...start,
        signal: contract.providerEvent,
        signalArgs: [{ eventId }],
      })
    : workflow.signalWithStart('payoutItem', {
        ...start,
        signal: contract.reviewDecided,
        signalArgs: [{ reviewId }],
      }));
}
