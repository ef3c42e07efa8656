import { createClient, type ClickHouseClient } from '@clickhouse/client';

export type { ClickHouseClient } from '@clickhouse/client';

export type ClickhouseOptions = {
  /** http(s)://user:password@host:port/database */
  readonly url: string;
  readonly applicationName: string;
  readonly requestTimeoutMs: number;
};

export function createClickhouse(options: ClickhouseOptions): ClickHouseClient {
  return createClient({
    url: options.url,
    application: options.applicationName,
    request_timeout: options.requestTimeoutMs,
    // A server that went away closes its sockets; waiting for one of them would cost a whole timeout.
    keep_alive: { enabled: true, idle_socket_ttl: 2_000 },
    max_open_connections: 4,
    // Parameters that would make the address too long (lists of ids) go in the body.
    use_multipart_params_auto: true,
    log: { level: 127 },
  });
}

/** The database the URL's path names; "default" without one. */
export function databaseOf(url: string): string {
  return decodeURIComponent(new URL(url).pathname.slice(1)) || 'default';
}
