import {
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  type Client,
} from '@temporalio/client';
import type { Pool } from 'pg';

import { parseTenge } from '../domain/money';
import { PAYEE_HOLDS } from '../domain/payouts/readiness';
import { unwrap } from '../domain/result';
import { fanOutPayee, noteLateEvent, type OutboxRow } from '../store/postgres/outbox';
import { loadBatch } from '../store/postgres/payoutBatches';
import type { Logger } from '../telemetry/logger';
import { batchStart, type BatchDefaults } from '../temporal/batchStart';
import { conversionStart } from '../temporal/conversionStart';
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
function deliver(options: RelayOptions, row: OutboxRow): Promise<void> {
  switch (row.topic) {
    case 'conversion.order':
      return orderEvent(options, row);
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

async function orderEvent(options: RelayOptions, row: OutboxRow): Promise<void> {
  const { receiptId = '', status = '', sale = '', requestId = '' } = row.payload;
  // Rows written before requests were kept have none.
  const traced = requestId === '' ? {} : { requestId };
  const start = conversionStart(
    { conversionId: row.subjectId, programmeId: row.programmeId, sale: unwrap(parseTenge(sale)) },
    options.paidWaitMs,
  );
  try {
    await options.client.workflow.signalWithStart('conversion', {
      ...start,
      signal: contract.orderChanged,
      signalArgs: [{ eventId: receiptId, status, sale, ...traced }],
      memo: traced,
    });
  } catch (failure) {
    // The workflow has closed: Postgres keeps the event, people see it.
    if (!(failure instanceof WorkflowExecutionAlreadyStartedError)) throw failure;
    await noteLateEvent(options.pool, row.subjectId, receiptId);
  }
}

async function conversionPaid(options: RelayOptions, row: OutboxRow): Promise<void> {
  const handle = options.client.workflow.getHandle(contract.conversionWorkflowId(row.subjectId));
  try {
    await handle.signal(contract.paid, { itemId: row.payload['payoutId'] ?? '' });
  } catch (failure) {
    // Closed as PAYABLE after its payout cycle: the books are right without it.
    if (!(failure instanceof WorkflowNotFoundError)) throw failure;
  }
}

/** Held money of somebody whose details were missing: its workflow looks again now, not tomorrow. */
async function payeeUpdated(options: RelayOptions, row: OutboxRow): Promise<void> {
  const handle = options.client.workflow.getHandle(contract.conversionWorkflowId(row.subjectId));
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
