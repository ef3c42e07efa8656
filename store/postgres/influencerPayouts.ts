import type { Tiyn } from '../../domain/money';
import type { InstrumentKind } from '../../domain/payouts/readiness';
import type { PayoutState } from '../../domain/payouts/reasons';
import { fromMicros, toMicros } from './moments';
import type { Page } from './page';
import type { Sql } from './pool';
import type { Tenant } from './tenant';

export type OwnPayout = {
  readonly id: string;
  readonly state: PayoutState;
  readonly reason_code: string | null;
  readonly amount_tiyn: Tiyn;
  readonly tax_tiyn: Tiyn | null;
  readonly net_tiyn: Tiyn | null;
  readonly created_at: Date;
  readonly created_key: string;
  readonly submitted_at: Date | null;
  readonly settled_at: Date | null;
};

const COLUMNS = `id, state, reason_code, amount_tiyn, tax_tiyn, net_tiyn, created_at, ${toMicros('created_at')} as created_key,
  submitted_at, settled_at`;
const WALL = `influencer_id = $1 and ($2::text = 'ops' or ($2::text = 'influencer' and $3::text = $1))`;

/** Newest first; keys of a page: created_key, id. */
export async function listOwnPayouts(
  sql: Sql,
  viewer: Tenant,
  influencerId: string,
  page: Page,
): Promise<OwnPayout[]> {
  const { rows } = await sql.query<OwnPayout>(
    `select ${COLUMNS} from payouts
      where ${WALL} and ($4::bigint is null or (created_at, id) < (${fromMicros('$4')}, $5::text))
      order by created_at desc, id desc limit $6`,
    [
      influencerId,
      viewer.scope,
      viewer.subjectId,
      page.after?.[0] ?? null,
      page.after?.[1] ?? null,
      page.limit + 1,
    ],
  );
  return rows;
}

export type OwnPayoutDetail = OwnPayout & {
  readonly gross_tiyn: Tiyn;
  readonly fee_tiyn: Tiyn;
  readonly regime: string | null;
  readonly tax_trace: unknown;
  readonly reference: string;
  readonly provider_reference: string | null;
  /** Where it was sent; null before that. */
  readonly instrument_kind: InstrumentKind | null;
  readonly instrument_last4: string | null;
  readonly run_created_at: Date;
  readonly run_frozen_at: Date | null;
};

export async function findOwnPayout(
  sql: Sql,
  viewer: Tenant,
  influencerId: string,
  payoutId: string,
): Promise<OwnPayoutDetail | undefined> {
  const { rows } = await sql.query<OwnPayoutDetail>(
    `select p.*, b.created_at as run_created_at, b.frozen_at as run_frozen_at
       from (select ${COLUMNS}, batch_id, gross_tiyn, fee_tiyn, regime, tax_trace, reference, provider_reference,
                    instrument_kind, instrument_last4
               from payouts where ${WALL} and id = $4) p
       join payout_batches b on b.id = p.batch_id`,
    [influencerId, viewer.scope, viewer.subjectId, payoutId],
  );
  return rows[0];
}

/** The one payout of this person that is not settled (unique index payouts_one_open). */
export async function findOpenPayout(
  sql: Sql,
  viewer: Tenant,
  influencerId: string,
): Promise<OwnPayout | undefined> {
  const { rows } = await sql.query<OwnPayout>(
    `select ${COLUMNS} from payouts where ${WALL} and state not in ('paid', 'refused', 'cancelled')`,
    [influencerId, viewer.scope, viewer.subjectId],
  );
  return rows[0];
}

/** When the run that takes requests now was begun; null when the next request begins one. */
export async function collectingSince(sql: Sql): Promise<Date | null> {
  const { rows } = await sql.query<{ created_at: Date }>(
    `select created_at from payout_batches where state = 'collecting' and currency = 'KZT'`,
  );
  return rows[0]?.created_at ?? null;
}
