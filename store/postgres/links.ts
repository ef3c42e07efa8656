import type { Sql } from './pool';

export type LinkState = 'active' | 'paused' | 'deleted';
export type ProgrammeState = 'active' | 'paused' | 'ended';

/** All that a redirect needs to know about a link. `targetUrl` is null for an open link (/click?ref&target). */
export type LinkRecord = {
  readonly number: number;
  readonly programmeId: string;
  readonly brandId: string;
  readonly influencerId: string;
  readonly targetUrl: string | null;
  readonly hosts: readonly string[];
  readonly clickParam: string;
  readonly state: LinkState;
  readonly programmeState: ProgrammeState;
  /** Null: the link has no end. */
  readonly expiresAtMs: number | null;
  readonly takenDown: boolean;
  /** What a messenger shows of a short link; empty and null for open links. */
  readonly title: string;
  readonly imageUrl: string | null;
  readonly programmeName: string;
  /** Null: the shop's Android app is not opened. */
  readonly androidPackage: string | null;
  readonly iosUniversal: boolean;
  /** Query parameters that choose the product, for shops without a rule (domain/links/product.ts). */
  readonly productParams: readonly string[];
  /**
   * Of an open link: products of its owner in this programme whose own links were taken down, by key, or by address
   * where a link is older than keys. Missing in records kept by older versions.
   */
  readonly takenDownProducts?: readonly string[];
};

const LINK_COLUMNS = `
  links.number, links.programme_id as "programmeId", programmes.brand_id as "brandId",
  links.influencer_id as "influencerId", links.target_url as "targetUrl", programmes.hosts,
  programmes.click_param as "clickParam", links.state, programmes.state as "programmeState",
  (extract(epoch from links.expires_at) * 1000)::float8 as "expiresAtMs", links.taken_down_at is not null as "takenDown",
  links.title, catalogue_items.image_url as "imageUrl", programmes.name as "programmeName",
  programmes.android_package as "androidPackage", programmes.ios_universal as "iosUniversal",
  programmes.product_params as "productParams"`;

/** Gives up on a server that hangs; without it a stopped Postgres would hold its callers for good. */
type Limits = { readonly timeoutMs: number };

/**
 * Short links by code in lower case (no two differ in case only: links_code_folded), whatever their state; codes that do
 * not exist are missing from the map. Its keys are in lower case too.
 */
export async function findShortLinks(
  sql: Pick<Sql, 'query'>,
  codes: readonly string[],
  limits: Limits,
): Promise<Map<string, LinkRecord>> {
  const query = {
    name: 'find_short_links',
    text: `
      select lower(links.code) as code, ${LINK_COLUMNS}
      from links join programmes on programmes.id = links.programme_id
      left join catalogue_items on catalogue_items.id = links.catalogue_item_id
      where links.code is not null and lower(links.code) = any($1::text[])`,
    values: [codes],
    query_timeout: limits.timeoutMs,
  };
  const { rows } = await sql.query<LinkRecord & { code: string }>(query);
  return new Map(rows.map(({ code, ...link }) => [code, link]));
}

/**
 * The open links of influencers by their public handle. A known influencer without one has an empty
 * list; an unknown handle is missing from the map. Where two programmes share a host the order
 * decides: active before paused, then the older link.
 */
export async function findOpenLinks(
  sql: Pick<Sql, 'query'>,
  refs: readonly string[],
  limits: Limits,
): Promise<Map<string, readonly LinkRecord[]>> {
  const query = {
    name: 'find_open_links',
    text: `
      select influencers.ref, ${LINK_COLUMNS},
        coalesce((
          select array_agg(distinct coalesce(short.product_key, short.target_url)) from links short
          where short.influencer_id = links.influencer_id and short.programme_id = links.programme_id
            and short.kind = 'short' and short.taken_down_at is not null), '{}') as "takenDownProducts"
      from influencers
      left join links on links.influencer_id = influencers.id and links.kind = 'open'
      left join programmes on programmes.id = links.programme_id
      left join catalogue_items on catalogue_items.id = links.catalogue_item_id
      where influencers.ref = any($1::text[])
      order by (links.state = 'active' and programmes.state = 'active') desc, links.number`,
    values: [refs],
    query_timeout: limits.timeoutMs,
  };
  const { rows } = await sql.query<{ ref: string; number: number | null }>(query);
  const found = new Map<string, LinkRecord[]>();
  for (const { ref, ...link } of rows) {
    const links = found.get(ref) ?? [];
    if (link.number !== null) links.push(link as unknown as LinkRecord);
    found.set(ref, links);
  }
  return found;
}
