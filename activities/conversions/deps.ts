import type { Pool } from 'pg';

import type { LedgerQueue } from '../../store/postgres/ledger';

/** Steps that touch only our Postgres. Each is one transaction, and repeating any of them changes nothing. */
export type ConversionDeps = {
  readonly pool: Pool;
  readonly ledger: LedgerQueue;
  readonly now: () => Date;
  readonly mode: 'test' | 'live';
  /** How often a shop is asked about an order that is past its hold, in ms. */
  readonly pollEveryMs: number;
};
