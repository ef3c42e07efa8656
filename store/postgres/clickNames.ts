import type { Tiyn } from '../../domain/money';
import type { LinkState } from './links';
import { brandWall } from './brandProgrammes';
import type { Sql } from './pool';
import type { Tenant } from './tenant';

/** Names for what clicks carry only numbers and ids of, and orders beside them. Deleted links keep their history. */
export type NamedLink = {
  readonly number: number;
  readonly id: string;
  readonly title: string;
  readonly target_url: string | null;
  readonly programme_id: string;
  readonly programme_name: string;
  readonly state: LinkState;
  readonly taken_down: boolean;
  readonly expired: boolean;
};

/** The wall: $1 and $2 the viewer's scope and subject; a brand sees links of its programmes, a person their own. */
const LINKS = `links l join programmes p on p.id = l.programme_id
  where (${brandWall('p', '$1', '$2')} or ($1::text = 'influencer' and l.influencer_id = $2::text))`;
const LINK_COLUMNS = `l.number, l.id, l.title, l.target_url, l.programme_id, p.name as programme_name, l.state,
  l.taken_down_at is not null as taken_down, coalesce(l.expires_at <= now(), false) as expired`;

export async function namesOfLinks(
  sql: Sql,
  viewer: Tenant,
  numbers: readonly number[],
): Promise<ReadonlyMap<number, NamedLink>> {
  const { rows } = await sql.query<NamedLink>(
    `select ${LINK_COLUMNS} from ${LINKS} and l.number = any ($3::int[])`,
    [viewer.scope, viewer.subjectId, numbers],
  );
  return new Map(rows.map((row) => [row.number, row]));
}

/** A link of this person by its id, deleted or not. */
export async function numberOfLink(
  sql: Sql,
  viewer: Tenant,
  influencerId: string,
  linkId: string,
): Promise<number | undefined> {
  const { rows } = await sql.query<{ number: number }>(
    `select l.number from ${LINKS} and l.influencer_id = $3 and l.id = $4`,
    [viewer.scope, viewer.subjectId, influencerId, linkId],
  );
  return rows[0]?.number;
}

/** Names of programmes, for their brand, for ops, and for whoever has a link of them. */
export async function namesOfProgrammes(
  sql: Sql,
  viewer: Tenant,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await sql.query<{ id: string; name: string }>(
    `select p.id, p.name from programmes p
      where p.id = any ($3::text[]) and (${brandWall('p', '$1', '$2')} or ($1::text = 'influencer' and exists (
              select from links l where l.programme_id = p.id and l.influencer_id = $2::text)))`,
    [viewer.scope, viewer.subjectId, ids],
  );
  return new Map(rows.map((row) => [row.id, row.name]));
}

export type ShopOrders = { readonly orders: number; readonly earned: Tiyn };

/**
 * Orders that count and what they earn an influencer, by programme, received in a half-open time: the figures of
 * the days list (influencerOrders.ts), cut by shop.
 */
export async function ordersByProgramme(
  sql: Sql,
  influencerId: string,
  time: { readonly from: Date; readonly before: Date },
  programmeId: string | undefined,
  linkNumber: number | undefined,
): Promise<ReadonlyMap<string, ShopOrders>> {
  const { rows } = await sql.query<ShopOrders & { programme_id: string }>(
    `select programme_id, count(*)::int as orders,
            coalesce(sum(payable_tiyn) filter (where state in ('HELD', 'PAYABLE', 'PAID')), 0)::bigint as earned
       from conversions
      where influencer_id = $1 and received_at >= $2 and received_at < $3
        and state not in ('CANCELLED', 'REFUSED')
        and ($4::text is null or programme_id = $4) and ($5::int is null or link_number = $5)
      group by programme_id`,
    [influencerId, time.from, time.before, programmeId ?? null, linkNumber ?? null],
  );
  return new Map(rows.map(({ programme_id, ...sums }) => [programme_id, sums]));
}
