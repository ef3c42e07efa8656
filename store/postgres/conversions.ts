import type { Tiyn } from '../../domain/money';
import type { Sql } from './pool';
import { visible, type Tenant } from './tenant';

export type ConversionHistoryRow = {
  readonly from_state: string | null;
  readonly to_state: string;
  readonly reason_code: string | null;
  readonly detail: Record<string, unknown>;
  readonly at: Date;
};

export type ConversionView = {
  readonly id: string;
  readonly programme_id: string;
  readonly transaction_id: string;
  readonly event: string;
  readonly state: string;
  readonly reason_code: string | null;
  readonly click_id: string | null;
  readonly clicked_at: Date | null;
  readonly influencer_id: string | null;
  readonly order_status: string;
  readonly sale_tiyn: Tiyn;
  readonly gross_tiyn: Tiyn | null;
  readonly fee_tiyn: Tiyn | null;
  readonly payable_tiyn: Tiyn | null;
  readonly terms: Record<string, unknown> | null;
  readonly held_until: Date | null;
  readonly ordered_at: Date;
  readonly received_at: Date;
  readonly updated_at: Date;
};

export async function findConversion(
  sql: Sql,
  viewer: Tenant,
  id: string,
): Promise<ConversionView | undefined> {
  const wall = visible(
    { programmeId: 'c.programme_id', influencerId: 'c.influencer_id' },
    '$2',
    '$3',
  );
  const { rows } = await sql.query<ConversionView>(
    `select id, programme_id, transaction_id, event, state, reason_code, click_id, clicked_at, influencer_id,
            order_status, sale_tiyn, gross_tiyn, fee_tiyn, payable_tiyn, terms, held_until, ordered_at,
            received_at, updated_at
       from conversions c where c.id = $1 and ${wall}`,
    [id, viewer.scope, viewer.subjectId],
  );
  return rows[0];
}

/** Oldest first. The caller has already passed the tenant wall for this conversion. */
export async function readConversionHistory(
  sql: Sql,
  conversionId: string,
): Promise<ConversionHistoryRow[]> {
  const { rows } = await sql.query<ConversionHistoryRow>(
    `select from_state, to_state, reason_code, detail, at
       from conversion_history where conversion_id = $1 order by id`,
    [conversionId],
  );
  return rows;
}
