import type { Tiyn } from '../../domain/money';
import type { TakedownReason } from '../../domain/links/takedown';
import { likeText } from './like';
import type { LinkState, ProgrammeState } from './links';
import type { Page } from './page';
import type { Sql } from './pool';
import type { Tenant } from './tenant';

/** Links as their owner sees them. What redirects read is in links.ts. */
export type OwnLink = {
  readonly number: number;
  readonly id: string;
  readonly kind: 'short' | 'open';
  readonly code: string | null;
  readonly ref: string;
  readonly state: LinkState;
  readonly target_url: string | null;
  readonly title: string;
  readonly programme_id: string;
  readonly programme_name: string;
  readonly programme_state: ProgrammeState;
  readonly hosts: readonly string[];
  readonly product_params: readonly string[];
  readonly buyers_prefer_kaspi: boolean;
  readonly opens_app: boolean;
  readonly code_chosen: boolean;
  readonly product_key: string | null;
  readonly catalogue_item_id: string | null;
  readonly image_url: string | null;
  readonly expires_at: Date | null;
  readonly expired: boolean;
  readonly taken_down_at: Date | null;
  readonly taken_down_reason: TakedownReason | null;
  readonly created_at: Date;
};

const COLUMNS = `l.number, l.id, l.kind, l.code, i.ref, l.state, l.target_url, l.title, l.programme_id,
  p.name as programme_name, p.state as programme_state, p.hosts, p.product_params, p.buyers_prefer_kaspi,
  (p.android_package is not null or p.ios_universal) as opens_app, l.code_chosen, l.product_key, l.catalogue_item_id,
  c.image_url, l.expires_at, coalesce(l.expires_at <= now(), false) as expired, l.taken_down_at, l.taken_down_reason,
  l.created_at`;
const FROM = `links l join programmes p on p.id = l.programme_id join influencers i on i.id = l.influencer_id
  left join catalogue_items c on c.id = l.catalogue_item_id`;
/** The wall: $1 is whose links, $2 and $3 the viewer's scope and subject. */
const WALL = `l.influencer_id = $1 and ($2::text = 'ops' or ($2::text = 'influencer' and $3::text = $1))`;

export const LINK_FILTERS = ['active', 'paused', 'expired', 'taken_down', 'deleted'] as const;
export type LinkFilterState = (typeof LINK_FILTERS)[number];

/** What a filter means in rows; without one everything but the deleted is shown. */
const OF_STATE: Readonly<Record<LinkFilterState, string>> = {
  active: `l.state = 'active' and l.taken_down_at is null and (l.expires_at is null or l.expires_at > now())`,
  paused: `l.state = 'paused'`,
  expired: `l.state <> 'deleted' and l.expires_at <= now()`,
  taken_down: `l.state <> 'deleted' and l.taken_down_at is not null`,
  deleted: `l.state = 'deleted'`,
};

export type LinkFilter = {
  readonly query: string | undefined;
  readonly state: LinkFilterState | undefined;
  readonly programmeId: string | undefined;
};

/** Newest first; key of a page: number. */
export async function listOwnLinks(
  sql: Sql,
  viewer: Tenant,
  influencerId: string,
  { query, state, programmeId }: LinkFilter,
  page: Page,
): Promise<OwnLink[]> {
  const { rows } = await sql.query<OwnLink>(
    `select ${COLUMNS} from ${FROM}
      where ${WALL} and ${state === undefined ? `l.state <> 'deleted'` : OF_STATE[state]}
        and ($4::text is null or l.title ilike $4 or l.target_url ilike $4 or l.code ilike $4 or p.name ilike $4)
        and ($5::int is null or l.number < $5) and ($7::text is null or l.programme_id = $7)
      order by l.number desc limit $6`,
    [
      influencerId,
      viewer.scope,
      viewer.subjectId,
      query === undefined ? null : `%${likeText(query)}%`,
      page.after?.[0] ?? null,
      page.limit + 1,
      programmeId ?? null,
    ],
  );
  return rows;
}

/** Deleted ones too: orders and statistics go on naming them. */
export async function findOwnLink(
  sql: Sql,
  viewer: Tenant,
  influencerId: string,
  linkId: string,
): Promise<OwnLink | undefined> {
  const { rows } = await sql.query<OwnLink>(
    `select ${COLUMNS} from ${FROM} where ${WALL} and l.id = $4`,
    [influencerId, viewer.scope, viewer.subjectId, linkId],
  );
  return rows[0];
}

export async function findOwnLinks(
  sql: Sql,
  viewer: Tenant,
  influencerId: string,
  numbers: readonly number[],
): Promise<OwnLink[]> {
  const { rows } = await sql.query<OwnLink>(
    `select ${COLUMNS} from ${FROM} where ${WALL} and l.number = any ($4::int[])`,
    [influencerId, viewer.scope, viewer.subjectId, numbers],
  );
  return rows;
}

/** One person's links are made and changed one at a time: twins and the limit are counted before they are written. */
export async function lockLinksOf(sql: Sql, influencerId: string): Promise<void> {
  await sql.query(`select pg_advisory_xact_lock(hashtextextended('links of ' || $1, 0))`, [
    influencerId,
  ]);
}

export type Place = {
  readonly influencerId: string;
  readonly programmeId: string;
  readonly productKey: string;
  readonly targetUrl: string;
};

/** Rows from before products were known are compared by their address. */
const SAME_PLACE = `influencer_id = $1 and programme_id = $2 and kind = 'short'
  and (product_key = $3 or (product_key is null and target_url = $4))`;
const placeValues = ({ influencerId, programmeId, productKey, targetUrl }: Place): string[] => [
  influencerId,
  programmeId,
  productKey,
  targetUrl,
];

export type Twin = { readonly id: string; readonly code: string; readonly expires_at: Date | null };

/** Working links of this person to the same product, the oldest first. */
export async function findTwins(sql: Sql, place: Place): Promise<Twin[]> {
  const { rows } = await sql.query<Twin>(
    `select id, code, expires_at from links
      where ${SAME_PLACE} and state = 'active' and taken_down_at is null and (expires_at is null or expires_at > now())
      order by number limit 20`,
    placeValues(place),
  );
  return rows;
}

/** Whether a link of this person to the product stands taken down, deleted since or not. */
export async function isTakenDown(sql: Sql, place: Place): Promise<boolean> {
  const { rowCount } = await sql.query(
    `select from links where ${SAME_PLACE} and taken_down_at is not null limit 1`,
    placeValues(place),
  );
  return (rowCount ?? 0) > 0;
}

/** Links that are not deleted. */
export async function countLinks(sql: Sql, influencerId: string): Promise<number> {
  const { rows } = await sql.query<{ links: number }>(
    `select count(*)::int as links from links where influencer_id = $1 and state <> 'deleted'`,
    [influencerId],
  );
  return rows[0]?.links ?? 0;
}

export type NewShortLink = Place & {
  readonly id: string;
  readonly code: string;
  readonly codeChosen: boolean;
  readonly title: string;
  readonly catalogueItemId: string | null;
  readonly expiresAt: Date | null;
};

/** False when the code is taken, in whatever case: make another. */
export async function insertShortLink(sql: Sql, link: NewShortLink): Promise<boolean> {
  const { rowCount } = await sql.query(
    `insert into links (id, kind, code, code_chosen, programme_id, influencer_id, target_url, product_key, title,
                        catalogue_item_id, expires_at)
     values ($1, 'short', $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing`,
    [
      link.id,
      link.code,
      link.codeChosen,
      link.programmeId,
      link.influencerId,
      link.targetUrl,
      link.productKey,
      link.title,
      link.catalogueItemId,
      link.expiresAt,
    ],
  );
  return rowCount === 1;
}

/** Those of the codes that somebody has, in lower case. */
export async function takenCodes(sql: Sql, codes: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql.query<{ code: string }>(
    `select lower(code) as code from links where lower(code) = any ($1::text[]) and code is not null`,
    [codes],
  );
  return new Set(rows.map((row) => row.code));
}

export type LinkChange = {
  readonly state: LinkState;
  readonly target_url: string | null;
  readonly product_key: string | null;
  readonly title: string;
  readonly catalogue_item_id: string | null;
  readonly expires_at: Date | null;
};

/** The caller holds lockLinksOf and has read the link behind the wall. */
export async function changeLink(sql: Sql, number: number, change: LinkChange): Promise<void> {
  await sql.query(
    `update links set state = $2, target_url = $3, product_key = $4, title = $5, catalogue_item_id = $6, expires_at = $7
      where number = $1`,
    [
      number,
      change.state,
      change.target_url,
      change.product_key,
      change.title,
      change.catalogue_item_id,
      change.expires_at,
    ],
  );
}

export type ProgrammeOfHost = {
  readonly id: string;
  readonly name: string;
  readonly state: ProgrammeState;
  readonly product_params: readonly string[];
};

/** Which programme an address belongs to: a running one before a paused one, then the older. */
export async function programmeOfHost(
  sql: Sql,
  host: string,
): Promise<ProgrammeOfHost | undefined> {
  const { rows } = await sql.query<ProgrammeOfHost>(
    `select id, name, state, product_params from programmes
      where hosts @> array[$1::text] order by state = 'active' desc, state = 'paused' desc, created_at, id limit 1`,
    [host],
  );
  return rows[0];
}

export type ActiveShop = { readonly name: string; readonly hosts: readonly string[] };

/** Shops that can be shared now, for a refusal that says what to paste instead. */
export async function activeShops(sql: Sql, limit: number): Promise<ActiveShop[]> {
  const { rows } = await sql.query<ActiveShop>(
    `select name, hosts from programmes where state = 'active' order by created_at, id limit $1`,
    [limit],
  );
  return rows;
}

export type LinkTotals = { readonly orders: number; readonly earned: Tiyn };

/** Orders that count and what they brought, by link number; links without any are missing from the map. */
export async function totalsByLink(
  sql: Sql,
  influencerId: string,
  numbers: readonly number[],
): Promise<ReadonlyMap<number, LinkTotals>> {
  const { rows } = await sql.query<{ number: number } & LinkTotals>(
    `select link_number as number, count(*)::int as orders, coalesce(sum(payable_tiyn), 0)::bigint as earned
       from conversions
      where link_number = any ($2::int[]) and state in ('RECEIVED', 'HELD', 'PAYABLE', 'PAID', 'REVIEW')
        and exists (select from links l where l.number = link_number and l.influencer_id = $1)
      group by link_number`,
    [influencerId, numbers],
  );
  return new Map(rows.map(({ number, orders, earned }) => [number, { orders, earned }]));
}

/** Numbers of the links that earned most in orders received since then. */
export async function bestLinkNumbers(
  sql: Sql,
  influencerId: string,
  since: Date,
  limit: number,
): Promise<number[]> {
  const { rows } = await sql.query<{ number: number }>(
    `select link_number as number from conversions
      where influencer_id = $1 and received_at >= $2 and link_number is not null
        and state in ('HELD', 'PAYABLE', 'PAID')
      group by link_number order by sum(payable_tiyn) desc, link_number desc limit $3`,
    [influencerId, since, limit],
  );
  return rows.map((row) => row.number);
}
