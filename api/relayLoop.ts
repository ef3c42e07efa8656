import type { Client } from '@temporalio/client';
import type { Pool } from 'pg';

import {
  claimOutbox,
  deleteOutbox,
  failOutbox,
  releaseOutbox,
  type Failed,
  type Lane,
  type OutboxRow,
} from '../store/postgres/outbox';
import { errorText, type Logger } from '../telemetry/logger';
import { judge } from './relayFailures';

const IDLE_POLL_MS = 250;
/** While Temporal is away it is asked whether it is back, and no message is touched. */
const AWAY_POLL_MS = 1000;
const PROBE_MS = 3000;
/** Below the lease of a claimed row (store/postgres/outbox.ts), or a second relay would take it meanwhile. */
const DELIVERY_MS = 10_000;

/**
 * Messages under way at once. Fresh ones never wait for a place that a failing one has: those have a lane of their
 * own, and in it the one that is due longest goes first.
 */
const PLACES: Readonly<Record<Lane, number>> = { fresh: 50, failed: 10 };
/** Worth a claim: fewer free places would mean a query a message. */
const CLAIM_MIN: Readonly<Record<Lane, number>> = { fresh: 10, failed: 1 };

export type RelayPatience = {
  /** Refusals after which a message is put aside for a person; with the pauses between them some 20 minutes. */
  readonly deadAfter: number;
  readonly retryMaxSeconds: number;
};
const PATIENCE: RelayPatience = { deadAfter: 12, retryMaxSeconds: 300 };

export type RelayLoopOptions = {
  readonly pool: Pool;
  readonly client: Client;
  readonly logger: Logger;
  readonly deliver: (row: OutboxRow) => Promise<void>;
  readonly patience?: Partial<RelayPatience>;
};

export type Relay = {
  /** Something was written: look now instead of at the next poll. */
  poke(): void;
  stop(): Promise<void>;
};

/**
 * Brings every row of the outbox to `deliver` until it is taken. Three outcomes are kept apart:
 * - taken: the row is deleted;
 * - Temporal is away (it does not answer a probe either): all rows wait as they are, no try is counted, and one
 *   probe a second asks whether it is back. A day's outage makes no dead letters;
 * - this row is refused while Temporal is there: its own due time, ever later; after `deadAfter` refusals a dead
 *   letter, which ops sees and can send again. Slowness of Temporal is no refusal, however long it lasts.
 */
export class RelayLoop implements Relay {
  private stopped = false;
  private away = false;
  private probing: Promise<boolean> | undefined;
  private readonly inFlight: Record<Lane, number> = { fresh: 0, failed: 0 };
  private readonly done: { delivered: bigint[]; released: bigint[]; failed: Failed[] } = {
    delivered: [],
    released: [],
    failed: [],
  };
  private settling: Promise<void> | undefined;
  /** The last claim of a lane took all it had room for: there are probably more due. */
  private readonly more: Record<Lane, boolean> = { fresh: false, failed: false };
  private failedLookedAt = 0;
  private news = false;
  private wake: () => void = () => undefined;
  private readonly patience: RelayPatience;
  private readonly running: Promise<void>;

  constructor(private readonly options: RelayLoopOptions) {
    this.patience = { ...PATIENCE, ...options.patience };
    this.running = this.run();
  }

  /** A poke says there is news for Temporal, not that Temporal is back. */
  poke(): void {
    if (this.away) return;
    this.news = true;
    this.wake();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.wake();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      this.news = false;
      if (this.away) await this.returnIfBack();
      if (!this.away) await this.claimBoth();
      if (!this.stopped && !this.news) await this.idle(this.away ? AWAY_POLL_MS : IDLE_POLL_MS);
    }
    while (this.inFlight.fresh + this.inFlight.failed > 0) await this.idle(IDLE_POLL_MS);
    await this.settling;
  }

  private async claimBoth(): Promise<void> {
    try {
      await this.claim('fresh');
      // Rare and patient: not worth a query with every claim of fresh ones.
      if (Date.now() - this.failedLookedAt < IDLE_POLL_MS) return;
      this.failedLookedAt = Date.now();
      await this.claim('failed');
    } catch (failure) {
      this.options.logger.warn(
        { error: errorText(failure) },
        'outbox relay: the store does not answer',
      );
    }
  }

  private hasRoom(lane: Lane): boolean {
    return PLACES[lane] - this.inFlight[lane] >= CLAIM_MIN[lane];
  }

  private async claim(lane: Lane): Promise<void> {
    if (!this.hasRoom(lane)) return;
    const free = PLACES[lane] - this.inFlight[lane];
    const rows = await claimOutbox(this.options.pool, lane, free);
    this.more[lane] = rows.length === free;
    for (const row of rows) void this.carry(lane, row);
  }

  private async carry(lane: Lane, row: OutboxRow): Promise<void> {
    this.inFlight[lane] += 1;
    try {
      await this.options.client.withDeadline(Date.now() + DELIVERY_MS, () =>
        this.options.deliver(row),
      );
      this.done.delivered.push(row.id);
    } catch (failure) {
      await this.take(row, failure);
    } finally {
      this.inFlight[lane] -= 1;
      this.settling ??= this.settle();
      if (this.stopped) this.wake();
      else if (this.more[lane] && this.hasRoom(lane)) this.poke();
    }
  }

  private async take(row: OutboxRow, failure: unknown): Promise<void> {
    const { kind, code } = judge(failure);
    if (kind === 'store' || !(await this.isThere())) {
      this.done.released.push(row.id);
      return;
    }
    this.done.failed.push({ id: row.id, code, refused: kind === 'refused' });
    this.options.logger.warn(
      { type: row.topic, code, attempt: row.attempts + 1 },
      'not delivered to Temporal, will be tried again',
    );
  }

  /** Whether Temporal answers for our namespace; all who ask at once share one question. */
  private isThere(): Promise<boolean> {
    this.probing ??= this.probe().finally(() => {
      this.probing = undefined;
    });
    return this.probing;
  }

  private async probe(): Promise<boolean> {
    const { connection, options } = this.options.client;
    try {
      await connection.withDeadline(Date.now() + PROBE_MS, () =>
        connection.workflowService.describeNamespace({ namespace: options.namespace }),
      );
      return true;
    } catch (failure) {
      if (!this.away)
        this.options.logger.warn(
          { error: errorText(failure) },
          'Temporal is away: the outbox waits, nothing is lost',
        );
      this.away = true;
      return false;
    }
  }

  private async returnIfBack(): Promise<void> {
    if (!(await this.isThere())) return;
    this.away = false;
    this.options.logger.info({}, 'Temporal is back: the outbox is delivered');
  }

  /** Writes down what became of claimed rows, as many as there are by then in one go. */
  private async settle(): Promise<void> {
    try {
      // Answers that come in one turn of the loop are written with one statement.
      await new Promise(setImmediate);
      while (this.hasDone()) await this.writeDone();
    } catch (failure) {
      // Not written: the lease runs out and the row is delivered again, which changes nothing.
      this.options.logger.warn(
        { error: errorText(failure) },
        'outbox relay: an outcome was not written, its row comes again',
      );
    } finally {
      this.settling = undefined;
    }
  }

  private hasDone(): boolean {
    const { delivered, released, failed } = this.done;
    return delivered.length + released.length + failed.length > 0;
  }

  private async writeDone(): Promise<void> {
    const { pool, logger } = this.options;
    const [delivered, released, failed] = [
      this.done.delivered.splice(0),
      this.done.released.splice(0),
      this.done.failed.splice(0),
    ];
    if (delivered.length > 0) await deleteOutbox(pool, delivered);
    if (released.length > 0) await releaseOutbox(pool, released);
    if (failed.length === 0) return;
    const { deadAfter, retryMaxSeconds } = this.patience;
    for (const dead of await failOutbox(pool, failed, deadAfter, retryMaxSeconds)) {
      logger.error(
        { type: dead.topic, code: dead.lastError, offset: Number(dead.id) },
        'ALERT dead letter: Temporal refuses a message; GET /v1/ops/dead-letters',
      );
    }
  }

  private idle(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
