import type { Page } from './page';
import { fromMicros, toMicros } from './moments';
import type { Sql } from './pool';
import type { Tenant } from './tenant';

/** Uploads of many links. Rows are stored with their upload and worked off by whichever process comes first. */
export type ImportInput = Readonly<Record<string, string>>;
export type RowState = 'waiting' | 'created' | 'existing' | 'refused';

export type LinkImport = {
  readonly id: string;
  readonly file_name: string;
  readonly created_at: Date;
  readonly created_key: string;
  readonly finished_at: Date | null;
  readonly total: number;
  readonly waiting: number;
  readonly created: number;
  readonly existing: number;
  readonly refused: number;
};

export type ImportRow = {
  readonly row: number;
  readonly input: ImportInput;
  readonly state: RowState;
  readonly link_id: string | null;
  readonly code: string | null;
  readonly problem: string | null;
};

const counted = (state: RowState): string =>
  `count(r.row) filter (where r.state = '${state}')::int as ${state}`;
const COLUMNS = `m.id, m.file_name, m.created_at, ${toMicros('m.created_at')} as created_key, m.finished_at,
  count(r.row)::int as total, ${counted('waiting')}, ${counted('created')}, ${counted('existing')}, ${counted('refused')}`;
const FROM = `link_imports m left join link_import_rows r on r.import_id = m.id`;
/** The wall: $1 is whose uploads, $2 and $3 the viewer's scope and subject. */
const WALL = `m.influencer_id = $1 and ($2::text = 'ops' or ($2::text = 'influencer' and $3::text = $1))`;

export type NewImport = {
  readonly id: string;
  readonly influencerId: string;
  readonly sha256: Buffer;
  readonly fileName: string;
  readonly rows: readonly ImportInput[];
};

/** False when these bytes were uploaded before. Rows are numbered from 1, as in the file without its header. */
export async function insertImport(sql: Sql, upload: NewImport): Promise<boolean> {
  const { rowCount } = await sql.query(
    `insert into link_imports (id, influencer_id, body_sha256, file_name) values ($1, $2, $3, $4)
     on conflict (influencer_id, body_sha256) do nothing`,
    [upload.id, upload.influencerId, upload.sha256, upload.fileName],
  );
  if (rowCount !== 1) return false;
  await sql.query(
    `insert into link_import_rows (import_id, row, input)
     select $1, n, input from jsonb_array_elements($2::jsonb) with ordinality as given (input, n)`,
    [upload.id, JSON.stringify(upload.rows)],
  );
  return true;
}

export async function findImportByBytes(
  sql: Sql,
  influencerId: string,
  sha256: Buffer,
): Promise<string | undefined> {
  const { rows } = await sql.query<{ id: string }>(
    'select id from link_imports where influencer_id = $1 and body_sha256 = $2',
    [influencerId, sha256],
  );
  return rows[0]?.id;
}

export async function findImport(
  sql: Sql,
  viewer: Tenant,
  influencerId: string,
  importId: string,
): Promise<LinkImport | undefined> {
  const { rows } = await sql.query<LinkImport>(
    `select ${COLUMNS} from ${FROM} where ${WALL} and m.id = $4 group by m.id`,
    [influencerId, viewer.scope, viewer.subjectId, importId],
  );
  return rows[0];
}

/** Newest first; keys of a page: created_key, id. */
export async function listImports(
  sql: Sql,
  viewer: Tenant,
  influencerId: string,
  page: Page,
): Promise<LinkImport[]> {
  const { rows } = await sql.query<LinkImport>(
    `select ${COLUMNS} from ${FROM}
      where ${WALL} and ($4::bigint is null or (m.created_at, m.id) < (${fromMicros('$4')}, $5::text))
      group by m.id order by m.created_at desc, m.id desc limit $6`,
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

/** In the order of the file; key of a page: row. The caller has found the upload behind the wall. */
export async function listImportRows(
  sql: Sql,
  importId: string,
  state: RowState | undefined,
  page: Page,
): Promise<ImportRow[]> {
  const { rows } = await sql.query<ImportRow>(
    `select r.row, r.input, r.state, r.link_id, l.code, r.problem
       from link_import_rows r left join links l on l.id = r.link_id
      where r.import_id = $1 and ($2::text is null or r.state = $2) and ($3::int is null or r.row > $3)
      order by r.row limit $4`,
    [importId, state ?? null, page.after?.[0] ?? null, page.limit + 1],
  );
  return rows;
}

export type WaitingRow = {
  readonly import_id: string;
  readonly influencer_id: string;
  readonly row: number;
  readonly input: ImportInput;
};

/**
 * Some rows of the oldest upload that has any nobody else holds. They stay locked until the transaction ends: what
 * they make and their result are committed together, and a process that dies gives them back.
 */
export async function claimWaitingRows(sql: Sql, limit: number): Promise<WaitingRow[]> {
  const { rows } = await sql.query<WaitingRow>(
    `with first as (
       select r.import_id, m.influencer_id
         from link_import_rows r join link_imports m on m.id = r.import_id
        where m.finished_at is null and r.state = 'waiting'
        order by m.created_at, m.id, r.row limit 1 for update of r skip locked
     )
     select r.import_id, f.influencer_id, r.row, r.input
       from first f join link_import_rows r on r.import_id = f.import_id
      where r.state = 'waiting' order by r.row limit $1 for update of r skip locked`,
    [limit],
  );
  return rows;
}

export type RowResult = {
  readonly state: Exclude<RowState, 'waiting'>;
  readonly linkId: string | null;
  readonly problem: string | null;
};

export async function finishRow(
  sql: Sql,
  importId: string,
  row: number,
  { state, linkId, problem }: RowResult,
): Promise<void> {
  await sql.query(
    `update link_import_rows set state = $3, link_id = $4, problem = $5 where import_id = $1 and row = $2`,
    [importId, row, state, linkId, problem],
  );
}

/** In a transaction of its own, after the rows': of two processes that end an upload together neither sees the other's. */
export async function finishImports(sql: Sql): Promise<number> {
  const { rowCount } = await sql.query(
    `update link_imports m set finished_at = now()
      where m.finished_at is null
        and not exists (select from link_import_rows r where r.import_id = m.id and r.state = 'waiting')`,
  );
  return rowCount ?? 0;
}
