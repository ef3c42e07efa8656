import { ConfigError, integer, mode, oneOf, text, type Env, type Mode } from '../config/env';
import { readOrderLimit } from '../config/orderLimit';
import type { Tiyn } from '../domain/money';
import { temporalConfig, type TemporalConfig } from '../temporal/connection';
import { readStartDefaults, type StartDefaults } from '../temporal/startDefaults';
import { TASK_QUEUE } from '../workflows/contract';

export type Queue = (typeof TASK_QUEUE)[keyof typeof TASK_QUEUE];
const QUEUES: readonly Queue[] = Object.values(TASK_QUEUE);

export type WorkerConfig = {
  /** Which queues this process works on. Only the payout queue needs the provider's credentials. */
  readonly queues: readonly Queue[];
  /** Questions to shops a second, of all processes together. */
  readonly shopPollsPerSecond: number;
  /** Version of this build in Temporal's worker deployment; undefined: not versioned. */
  readonly deployment: { readonly deploymentName: string; readonly buildId: string } | undefined;
  readonly mode: Mode;
  readonly databaseUrl: string;
  readonly temporal: TemporalConfig;
  /** How often a shop is asked about an order that is past its hold. */
  readonly pollEveryMs: number;
  /** The largest sale of an order that needs no person, where its programme sets none of its own; tiyn. */
  readonly orderLimit: Tiyn;
  /** Overrides the tax parameter row `base.mode` in test mode, to show what either reading of the law pays. */
  readonly taxBaseMode: 'gross' | 'after_fee' | undefined;
  /** Sends of one attempt of a payout; afterwards it is only asked about until people look. */
  readonly maxSends: number;
  readonly maxCachedWorkflows: number;
  /** How often what has no workflow is given one (temporal/rebuild.ts); 0: never by itself. */
  readonly rebuildEveryMs: number;
  readonly starts: StartDefaults;
  /**
   * Where the codec server for the Temporal UI listens: loopback, unless a container has to be reached from
   * its host. Whoever reaches it can decrypt.
   */
  readonly codecHost: string;
  /** 0 takes any port. */
  readonly codecPort: number;
  /** Origin of the Temporal UI, the only page that may ask for decoding. */
  readonly uiOrigin: string;
};

export function workerConfig(env: Env): WorkerConfig {
  const base = oneOf(env, 'DEMO_TAX_BASE', ['', 'gross', 'after_fee'], '');
  return {
    orderLimit: readOrderLimit(env),
    queues: readQueues(env),
    shopPollsPerSecond: integer(env, 'SHOP_POLLS_PER_SECOND', 50, 1, 10_000),
    deployment: readDeployment(env),
    mode: mode(env),
    taxBaseMode: mode(env) === 'test' && base !== '' ? base : undefined,
    databaseUrl: text(env, 'DATABASE_URL'),
    temporal: temporalConfig(env),
    pollEveryMs: integer(env, 'SHOP_POLL_MS', 6 * 3_600_000, 100, 86_400_000),
    maxSends: integer(env, 'PAYOUT_MAX_SENDS', 5, 1, 100),
    maxCachedWorkflows: integer(env, 'MAX_CACHED_WORKFLOWS', 600, 2, 100_000),
    rebuildEveryMs: integer(env, 'REBUILD_EVERY_MS', 3_600_000, 0, 7 * 86_400_000),
    starts: readStartDefaults(env),
    codecHost: text(env, 'CODEC_HOST', '127.0.0.1'),
    codecPort: integer(env, 'CODEC_PORT', 0, 0, 65_535),
    uiOrigin: text(env, 'TEMPORAL_UI_URL', 'http://127.0.0.1:8233'),
  };
}

function readQueues(env: Env): readonly Queue[] {
  const written = text(env, 'WORKER_QUEUES', QUEUES.join(','));
  const names = [...new Set(written.split(',').map((name) => name.trim()))];
  const queues = names.filter((name): name is Queue =>
    (QUEUES as readonly string[]).includes(name),
  );
  if (queues.length !== names.length)
    throw new ConfigError(`WORKER_QUEUES takes some of ${QUEUES.join(', ')}, not "${written}".`);
  return queues;
}

function readDeployment(env: Env): WorkerConfig['deployment'] {
  const buildId = env['WORKER_BUILD_ID'] ?? '';
  if (buildId === '') return undefined;
  if (!/^[A-Za-z0-9._-]{1,100}$/.test(buildId))
    throw new ConfigError('WORKER_BUILD_ID takes letters, digits, ".", "_" and "-".');
  return { deploymentName: text(env, 'WORKER_DEPLOYMENT', 'gamma'), buildId };
}
