import type { Pool } from 'pg';

import type { Tiyn } from '../../domain/money';
import type { LedgerQueue } from '../../store/postgres/ledger';

/** Steps that touch only our Postgres. Each is one transaction, and repeating any of them changes nothing. */
export type ConversionDeps = {
  readonly pool: Pool;
  readonly ledger: LedgerQueue;
  readonly now: () => Date;
  readonly mode: 'test' | 'live';
  /** How often a shop is asked about an order, in ms. */
  readonly pollEveryMs: number;
  /** The largest sale that needs no person, where the programme sets none of its own. */
  readonly orderLimit: Tiyn;
};
