import { ConfigError, integer, type Env } from '../../config/env';

/** How long the click store keeps what, and where its tables live. docs/clicks.md says why. */
export type ClickStoreOptions = {
  /** Name of a cluster in the server's configuration; undefined: tables of this one server. */
  readonly cluster: string | undefined;
  /** Days until address prefix and address hash of a click are cleared. */
  readonly ipDays: number;
  /** Days until a click itself is removed. */
  readonly keepDays: number;
  /** Days until the figures by day are removed. */
  readonly rollupDays: number;
};

const CLUSTER_NAME = /^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/;

/** Throws ConfigError naming the variable. */
export function readClickStoreOptions(env: Env): ClickStoreOptions {
  const cluster = env['CLICKHOUSE_CLUSTER'] || undefined;
  if (cluster !== undefined && !CLUSTER_NAME.test(cluster))
    throw new ConfigError(
      'CLICKHOUSE_CLUSTER must be the name of a cluster: letters, digits, _ . -',
    );
  const options = {
    cluster,
    ipDays: integer(env, 'CLICKS_IP_DAYS', 30, 1, 365),
    keepDays: integer(env, 'CLICKS_KEEP_DAYS', 400, 31, 3_650),
    rollupDays: integer(env, 'CLICKS_ROLLUP_DAYS', 1_830, 31, 36_500),
  };
  if (options.ipDays > options.keepDays)
    throw new ConfigError('CLICKS_IP_DAYS cannot exceed CLICKS_KEEP_DAYS.');
  if (options.rollupDays < options.keepDays)
    throw new ConfigError('CLICKS_ROLLUP_DAYS cannot be below CLICKS_KEEP_DAYS.');
  return options;
}
