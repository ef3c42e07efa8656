import type { Tiyn } from '../../domain/money';
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
  readonly created_at: Date;
};

const COLUMNS = `l.number, l.id, l.kind, l.code, i.ref, l.state, l.target_url, l.title, l.programme_id,
  p.name as programme_name, p.state as programme_state, p.hosts, l.created_at`;
const FROM = `links l join programmes p on p.id = l.programme_id join influencers i on i.id = l.influencer_id`;
/** The wall: $1 is whose links, $2 and $3 the viewer's scope and subject. */
const WALL = `l.influencer_id = $1 and ($2::text = 'ops' or ($2::text = 'influencer' and $3::text = $1)) and l.state <> 'deleted'`;

const literal = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`;

/** Newest first; key of a page: number. */
export async function listOwnLinks(
  sql: Sql,
  viewer: Tenant,
  influencerId: string,
  query: string | undefined,
  page: Page,
): Promise<OwnLink[]> {
  const { rows } = await sql.query<OwnLink>(
    `select ${COLUMNS} from ${FROM}
      where ${WALL} and ($4::text is null or l.title ilike $4 or l.target_url ilike $4 or p.name ilike $4)
        and ($5::int is null or l.number < $5)
      order by l.number desc limit $6`,
    [
      influencerId,
      viewer.scope,
      viewer.subjectId,
      query === undefined ? null : literal(query),
      page.after?.[0] ?? null,
      page.limit + 1,
    ],
  );
  return rows;
}

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

/** A working link of this person to exactly this place, the oldest if there are several. */
export async function findTwin(
  sql: Sql,
  influencerId: string,
  programmeId: string,
  targetUrl: string,
): Promise<string | undefined> {
  const { rows } = await sql.query<{ id: string }>(
    `select id from links
      where influencer_id = $1 and programme_id = $2 and target_url = $3 and state = 'active' and kind = 'short'
      order by number limit 1`,
    [influencerId, programmeId, targetUrl],
  );
  return rows[0]?.id;
}

export type NewShortLink = {
  readonly id: string;
  readonly code: string;
  readonly programmeId: string;
  readonly influencerId: string;
  readonly targetUrl: string;
  readonly title: string;
  readonly catalogueItemId: string | null;
};

/** False when the code is taken: make another. */
export async function insertShortLink(sql: Sql, link: NewShortLink): Promise<boolean> {
  const { rowCount } = await sql.query(
    `insert into links (id, kind, code, programme_id, influencer_id, target_url, title, catalogue_item_id)
     values ($1, 'short', $2, $3, $4, $5, $6, $7) on conflict (code) do nothing`,
    [
      link.id,
      link.code,
      link.programmeId,
      link.influencerId,
      link.targetUrl,
      link.title,
      link.catalogueItemId,
    ],
  );
  return rowCount === 1;
}

/** The state before, or undefined when it is not this person's or deleted. */
export async function setLinkState(
  sql: Sql,
  influencerId: string,
  linkId: string,
  state: 'active' | 'paused',
): Promise<LinkState | undefined> {
  const { rows } = await sql.query<{ state: LinkState }>(
    `with before as (
       select number, state from links
        where id = $2 and influencer_id = $1 and state <> 'deleted' for no key update
     ), moved as (
       update links l set state = $3 from before b where l.number = b.number and b.state <> $3
     )
     select state from before`,
    [influencerId, linkId, state],
  );
  return rows[0]?.state;
}

export type ProgrammeOfHost = {
  readonly id: string;
  readonly name: string;
  readonly state: ProgrammeState;
};

/** Which programme an address belongs to: a running one before a paused one, then the older. */
export async function programmeOfHost(
  sql: Sql,
  host: string,
): Promise<ProgrammeOfHost | undefined> {
  const { rows } = await sql.query<ProgrammeOfHost>(
    `select id, name, state from programmes
      where hosts @> array[$1::text] order by state = 'active' desc, state = 'paused' desc, created_at, id limit 1`,
    [host],
  );
  return rows[0];
}

/** Names of shops that can be shared now, for a refusal that says what to paste instead. */
export async function activeProgrammeNames(sql: Sql, limit: number): Promise<string[]> {
  const { rows } = await sql.query<{ name: string }>(
    `select name from programmes where state = 'active' order by created_at, id limit $1`,
    [limit],
  );
  return rows.map((row) => row.name);
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
