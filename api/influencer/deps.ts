import type { Pool } from 'pg';

import type { PayoutProvider } from '../../adapters/ports';
import { unwrap } from '../../domain/result';
import { parseTenge, type Tiyn } from '../../domain/money';
import type { BaseMode } from '../../domain/tax/regime';
import type { ClickHouseClient } from '../../store/clickhouse/client';
import type { Logger } from '../../telemetry/logger';
import { createClickReports, type ClickReports } from './clickReports';
import { createFeed, type Feed } from './feed';

/** What only the influencer's operations need of the outside. */
export type InfluencerOptions = {
  /** https://host[:port] that short links begin with. */
  readonly redirectOrigin: string;
  /** Cards: the provider's hosted form, and what it knows of a token. */
  readonly cards?: {
    readonly formUrl: string;
    readonly provider: Pick<PayoutProvider, 'describeToken'>;
  };
  readonly payoutMinimum: Tiyn;
  /** How long a run gathers requests, and how long it may wait for its approval, in ms. */
  readonly payoutCollectMs: number;
  readonly payoutApproveMs: number;
  /** How long a new card or IBAN waits before it can be paid to; ms. */
  readonly instrumentWaitMs: number;
  /** Test mode only: overrides the parameter row `base.mode`, like the worker's. */
  readonly taxBaseMode?: BaseMode;
};

export type InfluencerDeps = InfluencerOptions & {
  readonly clicks: ClickReports;
  readonly feed: Feed;
};

/** Where nothing was configured: tests of other areas. */
export const BARE_INFLUENCER_OPTIONS: InfluencerOptions = {
  redirectOrigin: 'http://127.0.0.1:8080',
  payoutMinimum: unwrap(parseTenge('100.00')),
  payoutCollectMs: 86_400_000,
  payoutApproveMs: 86_400_000,
  instrumentWaitMs: 0,
};

export type InfluencerSide = {
  readonly pool: Pool;
  readonly clickhouse: ClickHouseClient | undefined;
  readonly log: Logger;
  readonly now: () => number;
};

export function createInfluencerDeps(
  options: InfluencerOptions,
  { clickhouse, now, ...side }: InfluencerSide,
): InfluencerDeps {
  const clicks = createClickReports(clickhouse, side.log, now);
  return { ...options, clicks, feed: createFeed({ ...side, clicks }) };
}
