import { Pool, types, type PoolClient, type PoolConfig } from 'pg';

import { isConnectionLost } from './codes';

/**
 * int8 arrives as text by default; all our int8 columns are tiyn or sequence numbers, and money must not
 * pass through a float, so it becomes a bigint here and nowhere else.
 */
const INT8_OID = 20;
types.setTypeParser(INT8_OID, (value) => BigInt(value));

/** Whose rights the session has (roles.sql). Connecting as somebody else, we step down to it. */
export type DatabaseRole = 'gamma_redirect' | 'gamma_api' | 'gamma_worker' | 'gamma_app';

export type Sql = Pick<PoolClient, 'query'>;

export type PoolOptions = {
  readonly url: string;
  readonly applicationName: string;
  /** `gamma_app`, which may do all that any of them may, for tests and for programs at the terminal. */
  readonly role?: DatabaseRole;
  readonly max?: number;
  /** Migrations and tests act as the owner; services never do. */
  readonly asOwner?: boolean;
};

export function createPool(options: PoolOptions): Pool {
  const config: PoolConfig = {
    connectionString: options.url,
    application_name: options.applicationName,
    max: options.max ?? 10,
    connectionTimeoutMillis: 5_000,
    // A statement that hangs holds locks on money rows; nothing of ours takes this long.
    statement_timeout: options.asOwner ? 0 : 30_000,
    idle_in_transaction_session_timeout: 30_000,
    // A host that is gone without a word answers nothing, not even the time-outs above.
    query_timeout: options.asOwner ? 0 : 35_000,
    keepAlive: true,
  };
  const { role = 'gamma_app' } = options;
  const stepDown = !options.asOwner && new URL(options.url).username !== role;
  if (stepDown) config.options = `-c role=${role}`;
  const pool = new Pool(config);
  // An idle connection that dies (server restart) must not end the process: the next query gets a new one.
  pool.on('error', () => undefined);
  // Nor one that dies while it is lent out: its query fails and says so, but the driver also emits 'error'.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** Runs `work` in one transaction; any throw rolls back and is passed on. */
export async function inTransaction<T>(
  pool: Pool,
  work: (sql: PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin');
    const value = await work(client);
    await client.query('commit');
    return value;
  } catch (thrown) {
    if (isConnectionLost(thrown)) {
      broken = thrown as Error;
      throw thrown;
    }
    try {
      await client.query('rollback');
    } catch (rollbackFailure) {
      broken = rollbackFailure as Error;
    }
    throw thrown;
  } finally {
    // A connection whose rollback failed is in an unknown state: the pool must drop it.
    client.release(broken);
  }
}
