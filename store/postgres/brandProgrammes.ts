import type { Page } from './page';
import type { Sql } from './pool';
import type { Tenant } from './tenant';

export type ProgrammeState = 'active' | 'paused' | 'ended';

export type BrandProgramme = {
  readonly id: string;
  readonly brand_id: string;
  readonly name: string;
  readonly state: ProgrammeState;
  readonly hosts: readonly string[];
  readonly click_param: string;
  readonly confirmation: 'postback' | 'auto' | 'poll';
  readonly status_map: Readonly<Record<string, string>>;
  readonly android_package: string | null;
  readonly ios_universal: boolean;
  readonly product_params: readonly string[];
  readonly buyers_prefer_kaspi: boolean;
  readonly secrets_live: number;
  readonly created_at: Date;
};

const COLUMNS = `p.id, p.brand_id, p.name, p.state, p.hosts, p.click_param, p.confirmation, p.status_map,
  p.android_package, p.ios_universal, p.product_params, p.buyers_prefer_kaspi, p.created_at,
  (select count(*)::int from programme_secrets s where s.programme_id = p.id and s.retired_at is null) as secrets_live`;

/**
 * The tenant wall of what belongs to a brand: a condition on a `programmes` row, with the viewer's scope and
 * subject in the two given parameters. Unlike a case expression it leaves the planner its indexes.
 */
export const brandWall = (programmes: string, scopeParam: string, subjectParam: string): string =>
  `(${scopeParam}::text = 'ops' or (${scopeParam}::text = 'brand' and ${programmes}.brand_id = ${subjectParam}::text))`;

/** Whether the viewer may look at this brand: its own people, and ops when there is such a brand. */
export async function mayReadBrand(sql: Sql, viewer: Tenant, brandId: string): Promise<boolean> {
  if (viewer.scope === 'brand') return viewer.subjectId === brandId;
  if (viewer.scope !== 'ops') return false;
  const { rowCount } = await sql.query('select from brands where id = $1', [brandId]);
  return rowCount === 1;
}

export async function listBrandProgrammes(
  sql: Sql,
  viewer: Tenant,
  brandId: string,
  page: Page,
): Promise<BrandProgramme[]> {
  const [createdAt, id] = page.after ?? [];
  const { rows } = await sql.query<BrandProgramme>(
    `select ${COLUMNS} from programmes p
      where p.brand_id = $1 and ${brandWall('p', '$2', '$3')}
        and ($4::timestamptz is null or (date_trunc('milliseconds', p.created_at), p.id) < ($4, $5))
      order by date_trunc('milliseconds', p.created_at) desc, p.id desc limit $6`,
    [brandId, viewer.scope, viewer.subjectId, createdAt ?? null, id ?? null, page.limit + 1],
  );
  return rows;
}

export async function findProgramme(
  sql: Sql,
  viewer: Tenant,
  programmeId: string,
  lock = false,
): Promise<BrandProgramme | undefined> {
  const { rows } = await sql.query<BrandProgramme>(
    `select ${COLUMNS} from programmes p where p.id = $1 and ${brandWall('p', '$2', '$3')} ${lock ? 'for update' : ''}`,
    [programmeId, viewer.scope, viewer.subjectId],
  );
  return rows[0];
}

/** Claims of hosts are decided one at a time: two brands that claim one host together must not both get it. */
export async function lockHostClaims(sql: Sql): Promise<void> {
  await sql.query(`select pg_advisory_xact_lock(hashtext('programme hosts'))`);
}

/** Those of the hosts that an active programme of another brand already leads to. */
export async function hostsOfOthers(
  sql: Sql,
  brandId: string,
  hosts: readonly string[],
): Promise<string[]> {
  const { rows } = await sql.query<{ host: string }>(
    `select distinct h.host from programmes p cross join unnest(p.hosts) as h (host)
      where p.hosts && $2::text[] and p.brand_id <> $1 and p.state = 'active' and h.host = any ($2::text[])
      order by 1`,
    [brandId, hosts],
  );
  return rows.map((row) => row.host);
}

/** How links to the shop open and are told apart. */
export type LinkSettings = Pick<
  BrandProgramme,
  'android_package' | 'ios_universal' | 'product_params' | 'buyers_prefer_kaspi'
>;

export type ProgrammeChange = Pick<
  BrandProgramme,
  'name' | 'state' | 'hosts' | 'confirmation' | 'status_map' | keyof LinkSettings
>;

/** The caller holds the row locked (findProgramme) and has passed the wall. */
export async function updateProgramme(
  sql: Sql,
  programmeId: string,
  change: ProgrammeChange,
): Promise<void> {
  await sql.query(
    `update programmes set name = $2, state = $3, hosts = $4, confirmation = $5, status_map = $6, android_package = $7,
            ios_universal = $8, product_params = $9, buyers_prefer_kaspi = $10
      where id = $1`,
    [
      programmeId,
      change.name,
      change.state,
      change.hosts,
      change.confirmation,
      JSON.stringify(change.status_map),
      change.android_package,
      change.ios_universal,
      change.product_params,
      change.buyers_prefer_kaspi,
    ],
  );
}

/** Of a programme just made, in the same transaction. */
export async function updateLinkSettings(
  sql: Sql,
  programmeId: string,
  settings: LinkSettings,
): Promise<void> {
  await sql.query(
    `update programmes set android_package = $2, ios_universal = $3, product_params = $4, buyers_prefer_kaspi = $5
      where id = $1`,
    [
      programmeId,
      settings.android_package,
      settings.ios_universal,
      settings.product_params,
      settings.buyers_prefer_kaspi,
    ],
  );
}

/** Ids of the brand's programmes, for stores that know no brands. */
export async function programmeIdsOf(
  sql: Sql,
  viewer: Tenant,
  brandId: string,
  only: string | undefined,
): Promise<string[]> {
  const { rows } = await sql.query<{ id: string }>(
    `select p.id from programmes p
      where p.brand_id = $1 and ${brandWall('p', '$2', '$3')} and ($4::text is null or p.id = $4)`,
    [brandId, viewer.scope, viewer.subjectId, only ?? null],
  );
  return rows.map((row) => row.id);
}
