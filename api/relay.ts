import {
  ServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  type Client,
} from '@temporalio/client';
import type { Pool } from 'pg';

import { displayTenge, parseTenge } from '../domain/money';
import { PAYEE_HOLDS } from '../domain/payouts/readiness';
import { unwrap } from '../domain/result';
import {
  claimOutbox,
  deleteOutbox,
  fanOutPayee,
  noteLateEvent,
  postponeOutbox,
  type OutboxRow,
} from '../store/postgres/outbox';
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
  try {
    await options.client.workflow.signalWithStart('conversion', {
      workflowId: contract.conversionWorkflowId(row.subjectId),
      taskQueue: contract.TASK_QUEUE.conversions,
      args: [
        {
          conversionId: row.subjectId,
          paidWaitMs: options.paidWaitMs,
        } satisfies contract.ConversionInput,
      ],
      signal: contract.orderChanged,
      signalArgs: [{ eventId: receiptId, status, sale, ...traced }],
      memo: traced,
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      workflowIdConflictPolicy: 'USE_EXISTING',
      staticSummary: `order of ${displayTenge(unwrap(parseTenge(sale)))}`,
      staticDetails: `Conversion \`${row.subjectId}\` of programme \`${row.programmeId}\`.\n\nIn the API: \`GET /v1/conversions/${row.subjectId}\``,
      typedSearchAttributes: [
        { key: attribute.state, value: 'RECEIVED' },
        { key: attribute.needsReview, value: false },
        ...(row.programmeId ? [{ key: attribute.offerId, value: row.programmeId }] : []),
      ],
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
