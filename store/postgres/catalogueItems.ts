import type { Tiyn } from '../../domain/money';
import { likeText } from './like';
import { fromMicros, toMicros } from './moments';
import type { Page } from './page';
import type { Sql } from './pool';
import type { HoldFrom } from './programmeTerms';

/** The terms in force now of the programme in the given column; nothing before the first terms start. */
const TERMS_NOW = (programmeId: string): string => `
  join lateral (
    select commission_bps, platform_fee_bps, hold_seconds, hold_from, click_window_seconds
      from programme_terms t where t.programme_id = ${programmeId} and t.valid_from <= now()
     order by t.valid_from desc limit 1
  ) t on true`;

export type SharedProgramme = {
  readonly id: string;
  readonly name: string;
  readonly hosts: readonly string[];
  readonly commission_bps: number;
  readonly platform_fee_bps: number;
  readonly hold_seconds: number;
  readonly hold_from: HoldFrom;
  readonly click_window_seconds: number;
  readonly created_key: string;
};

/** Programmes that take clicks now, newest first; keys of a page: created_key, id. */
export async function listSharedProgrammes(
  sql: Sql,
  query: string | undefined,
  page: Page,
): Promise<SharedProgramme[]> {
  const { rows } = await sql.query<SharedProgramme>(
    `select p.id, p.name, p.hosts, t.*, ${toMicros('p.created_at')} as created_key
       from programmes p ${TERMS_NOW('p.id')}
      where p.state = 'active' and ($1::text is null or p.name ilike $1)
        and ($2::bigint is null or (p.created_at, p.id) < (${fromMicros('$2')}, $3::text))
      order by p.created_at desc, p.id desc limit $4`,
    [
      query === undefined ? null : `%${likeText(query)}%`,
      page.after?.[0] ?? null,
      page.after?.[1] ?? null,
      page.limit + 1,
    ],
  );
  return rows;
}

export type CatalogueItem = {
  readonly id: string;
  readonly programme_id: string;
  readonly programme_name: string;
  readonly title: string;
  readonly url: string;
  readonly price_tiyn: Tiyn;
  readonly image_url: string | null;
  readonly color: string;
  readonly commission_bps: number;
  readonly platform_fee_bps: number;
  readonly created_key: string;
};

const ITEM = `i.id, i.programme_id, p.name as programme_name, i.title, i.url, i.price_tiyn, i.image_url, i.color,
  t.commission_bps, t.platform_fee_bps, ${toMicros('i.created_at')} as created_key`;
const ITEMS = `catalogue_items i join programmes p on p.id = i.programme_id and p.state = 'active' ${TERMS_NOW('i.programme_id')}`;

/** Products of running programmes, newest first; keys of a page: created_key, id. */
export async function listCatalogueItems(
  sql: Sql,
  filter: { readonly query: string | undefined; readonly programmeId: string | undefined },
  page: Page,
): Promise<CatalogueItem[]> {
  const { rows } = await sql.query<CatalogueItem>(
    `select ${ITEM} from ${ITEMS}
      where i.state = 'active' and ($1::text is null or i.title ilike $1)
        and ($2::text is null or i.programme_id = $2)
        and ($3::bigint is null or (i.created_at, i.id) < (${fromMicros('$3')}, $4::text))
      order by i.created_at desc, i.id desc limit $5`,
    [
      filter.query === undefined ? null : `%${likeText(filter.query)}%`,
      filter.programmeId ?? null,
      page.after?.[0] ?? null,
      page.after?.[1] ?? null,
      page.limit + 1,
    ],
  );
  return rows;
}

export async function findCatalogueItem(sql: Sql, id: string): Promise<CatalogueItem | undefined> {
  const { rows } = await sql.query<CatalogueItem>(
    `select ${ITEM} from ${ITEMS} where i.id = $1 and i.state = 'active'`,
    [id],
  );
  return rows[0];
}

export type NewCatalogueItem = {
  readonly id: string;
  readonly programmeId: string;
  readonly title: string;
  readonly url: string;
  readonly price: Tiyn;
  readonly imageUrl: string | null;
  readonly color: string;
};

/** Changes nothing when the item is there already. */
export async function insertCatalogueItem(sql: Sql, item: NewCatalogueItem): Promise<void> {
  await sql.query(
    `insert into catalogue_items (id, programme_id, title, url, price_tiyn, image_url, color)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict (id) do nothing`,
    [item.id, item.programmeId, item.title, item.url, item.price, item.imageUrl, item.color],
  );
}
