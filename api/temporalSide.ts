import type { Client } from '@temporalio/client';
import type { Pool } from 'pg';

import { ConfigError, integer, mode, oneOf, text, type Env, type Mode } from '../config/env';
import { parseTenge, type Tiyn } from '../domain/money';
import type { BaseMode } from '../domain/tax/regime';
import { LedgerQueue } from '../store/postgres/ledger';
import type { Logger } from '../telemetry/logger';
import { createTemporalClient, temporalConfig, type TemporalConfig } from '../temporal/connection';
import type { PayoutTiming } from '../workflows/contract';
import type { PayoutCommands } from './commands';
import type { OpsCommands } from './ops/commands';
import { createOpsCommands } from './ops/temporal';
import { createPayoutCommands } from './payoutCommands';
import { startRelay, type Relay } from './relay';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export type TemporalSideConfig = {
  readonly temporal: TemporalConfig;
  /** How long a conversion's workflow waits for its payout: one payout cycle + 7 days. */
  readonly paidWaitMs: number;
  readonly collectMs: number;
  readonly approveWithinMs: number;
  readonly approveTimeoutMs: number;
  /** How long a new card or IBAN waits before it can be paid to. */
  readonly instrumentWaitMs: number;
  readonly payoutMinimum: Tiyn;
  readonly mode: Mode;
  /** Overrides the tax parameter row `base.mode` in test mode; the worker reads the same setting. */
  readonly taxBaseMode: BaseMode | undefined;
  readonly timing: PayoutTiming;
};

export function readTemporalSideConfig(env: Env): TemporalSideConfig {
  const base = oneOf(env, 'DEMO_TAX_BASE', ['', 'gross', 'after_fee'], '');
  const minimum = parseTenge(text(env, 'PAYOUT_MINIMUM', '100.00'));
  if (!minimum.ok) throw new ConfigError('PAYOUT_MINIMUM must be decimal tenge, like "100.00".');
  return {
    temporal: temporalConfig(env),
    paidWaitMs: integer(env, 'PAID_WAIT_MS', 14 * DAY_MS, 1000, 365 * DAY_MS),
    collectMs: integer(env, 'BATCH_COLLECT_MS', DAY_MS, 0, 31 * DAY_MS),
    approveWithinMs: integer(env, 'BATCH_APPROVE_MS', DAY_MS, 1000, 31 * DAY_MS),
    approveTimeoutMs: integer(env, 'APPROVE_TIMEOUT_MS', 15_000, 1000, 120_000),
    // Somebody who got into an account must not be paid before its owner has read the message about the new card.
    instrumentWaitMs: integer(
      env,
      'INSTRUMENT_WAIT_MS',
      mode(env) === 'test' ? 0 : DAY_MS,
      0,
      31 * DAY_MS,
    ),
    payoutMinimum: minimum.value,
    mode: mode(env),
    taxBaseMode: mode(env) === 'test' && base !== '' ? base : undefined,
    timing: {
      submitTimeoutMs: integer(env, 'PAYOUT_SUBMIT_TIMEOUT_MS', 30_000, 1000, 300_000),
      statusFirstMs: integer(env, 'PAYOUT_STATUS_FIRST_MS', 60_000, 10, HOUR_MS),
      statusMaxMs: integer(env, 'PAYOUT_STATUS_MAX_MS', 15 * 60_000, 10, DAY_MS),
      notFoundWaitMs: integer(env, 'PAYOUT_NOT_FOUND_WAIT_MS', 30 * 60_000, 10, DAY_MS),
      unknownGiveUpMs: integer(env, 'PAYOUT_UNKNOWN_GIVE_UP_MS', 72 * HOUR_MS, 1000, 30 * DAY_MS),
      stoppedPollMs: integer(env, 'PAYOUT_STOPPED_POLL_MS', 60_000, 10, HOUR_MS),
    },
  };
}

export type TemporalSide = {
  readonly payouts: PayoutCommands;
  readonly ops: OpsCommands;
  readonly relay: Relay;
  stop(): Promise<void>;
};

/** What of the API talks to Temporal: the relay and the payout commands. Neither needs it to be up at start. */
export function createTemporalSide(
  config: TemporalSideConfig,
  pool: Pool,
  logger: Logger,
): TemporalSide {
  const client: Client = createTemporalClient(config.temporal);
  const { collectMs, approveWithinMs, timing } = config;
  const batch = { collectMs, approveWithinMs, timing };
  const relay = startRelay({ pool, client, logger, paidWaitMs: config.paidWaitMs, batch });
  const timeoutMs = config.approveTimeoutMs;
  const common = {
    pool,
    ledger: new LedgerQueue(pool),
    runs: { client, batch, timeoutMs, log: logger },
    now: () => new Date(),
    poke: () => relay.poke(),
  };
  const payouts = createPayoutCommands({
    ...common,
    times: { collectMs, approveWithinMs },
    minimum: config.payoutMinimum,
    mode: config.mode,
    baseMode: config.taxBaseMode,
    instrumentWaitMs: config.instrumentWaitMs,
  });
  const ops = createOpsCommands({ ...common, client, timeoutMs });
  return {
    payouts,
    ops,
    relay,
    stop: async () => {
      await relay.stop();
      await client.connection.close();
    },
  };
}
