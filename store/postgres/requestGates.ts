import { createHash } from 'node:crypto';

import type { Pool } from 'pg';

export type SharedGate = {
  /** 0 when the request may go now (and the gate is taken for everybody), else milliseconds to wait. */
  enter(): Promise<number>;
  closeFor(waitMs: number): Promise<void>;
};

/**
 * Lets one request in an interval through, over all processes. The database's clock counts, since those of two machines
 * differ; `parts` say whose requests are counted together and are kept as a hash only.
 */
export function sharedGate(pool: Pool, parts: readonly string[], intervalMs: number): SharedGate {
  const key = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  return {
    enter: async () => {
      const { rows } = await pool.query<{ wait_ms: number }>({
        name: 'request_gate_enter',
        text: `with taken as (
                 insert into request_gates as g (key, next_at)
                 values ($1, clock_timestamp() + make_interval(secs => $2))
                 on conflict (key) do update set next_at = excluded.next_at
                  where g.next_at <= clock_timestamp()
                 returning 0::float8 as wait_ms
               )
               select wait_ms from taken
               union all
               select greatest(1, extract(epoch from g.next_at - clock_timestamp()) * 1000)::float8
                 from request_gates g where g.key = $1 and not exists (select from taken)`,
        values: [key, intervalMs / 1000],
      });
      // No row: another process took the gate in this very moment, and its row is not visible yet.
      return rows[0]?.wait_ms ?? intervalMs;
    },
    closeFor: async (waitMs) => {
      await pool.query({
        name: 'request_gate_close',
        text: `insert into request_gates as g (key, next_at)
               values ($1, clock_timestamp() + make_interval(secs => $2))
               on conflict (key) do update set next_at = greatest(g.next_at, excluded.next_at)`,
        values: [key, waitMs / 1000],
      });
    },
  };
}
