import type { Tiyn } from '../../domain/money';
import type { Sql } from './pool';
import type { Tenant } from './tenant';

export type PayoutView = {
  readonly id: string;
  readonly influencer_id: string;
  readonly batch_id: string;
  readonly state: string;
  readonly reason_code: string | null;
  readonly reason_text: string | null;
  readonly amount_tiyn: Tiyn;
  readonly gross_tiyn: Tiyn;
  readonly fee_tiyn: Tiyn;
  readonly tax_tiyn: Tiyn | null;
  readonly net_tiyn: Tiyn | null;
  readonly regime: string | null;
  readonly tax_trace: unknown;
  readonly reference: string;
  readonly provider: string | null;
  readonly provider_reference: string | null;
  readonly provider_tiyn: Tiyn | null;
  readonly submitted_at: Date | null;
  readonly settled_at: Date | null;
  readonly created_at: Date;
};

/** An influencer sees their own payouts, ops all, a brand none. */
export async function findPayout(
  sql: Sql,
  viewer: Tenant,
  id: string,
): Promise<PayoutView | undefined> {
  const { rows } = await sql.query<PayoutView>(
    `select id, influencer_id, batch_id, state, reason_code, reason_text, amount_tiyn, gross_tiyn, fee_tiyn,
            tax_tiyn, net_tiyn, regime, tax_trace, reference, provider, provider_reference, provider_tiyn,
            submitted_at, settled_at, created_at
       from payouts
      where id = $1 and ($2::text = 'ops' or ($2::text = 'influencer' and influencer_id = $3::text))`,
    [id, viewer.scope, viewer.subjectId],
  );
  return rows[0];
}
