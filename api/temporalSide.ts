import type { Client } from '@temporalio/client';
import type { Pool } from 'pg';

import { ConfigError, integer, mode, oneOf, text, type Env, type Mode } from '../config/env';
import { parseTenge, type Tiyn } from '../domain/money';
import type { BaseMode } from '../domain/tax/regime';
import { LedgerQueue } from '../store/postgres/ledger';
import type { Logger } from '../telemetry/logger';
import { createTemporalClient, temporalConfig, type TemporalConfig } from '../temporal/connection';
import { readStartDefaults, type StartDefaults } from '../temporal/startDefaults';
import type { PayoutCommands } from './commands';
import type { OpsCommands } from './ops/commands';
import { createOpsCommands } from './ops/temporal';
import { createPayoutCommands } from './payoutCommands';
import { startRelay, type Relay } from './relay';

const DAY_MS = 86_400_000;

export type TemporalSideConfig = {
  readonly temporal: TemporalConfig;
  readonly approveTimeoutMs: number;
  /** How long a new card or IBAN waits before it can be paid to. */
  readonly instrumentWaitMs: number;
  readonly payoutMinimum: Tiyn;
  readonly mode: Mode;
  /** Overrides the tax parameter row `base.mode` in test mode; the worker reads the same setting. */
  readonly taxBaseMode: BaseMode | undefined;
} & StartDefaults;

export function readTemporalSideConfig(env: Env): TemporalSideConfig {
  const base = oneOf(env, 'DEMO_TAX_BASE', ['', 'gross', 'after_fee'], '');
  const minimum = parseTenge(text(env, 'PAYOUT_MINIMUM', '100.00'));
  if (!minimum.ok) throw new ConfigError('PAYOUT_MINIMUM must be decimal tenge, like "100.00".');
  return {
    temporal: temporalConfig(env),
    ...readStartDefaults(env),
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
