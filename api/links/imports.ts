import { hash, randomBytes } from 'node:crypto';

import { idFromBytes } from '../../domain/ids';
import { CSV_TYPE, tableStyle, tableText, type Cell } from '../../files/writeTable';
import { insertAudit } from '../../store/postgres/audit';
import {
  findImport,
  findImportByBytes,
  insertImport,
  listImportRows,
  listImports,
  type ImportRow,
  type LinkImport,
  type RowState,
} from '../../store/postgres/linkImports';
import { inTransaction } from '../../store/postgres/pool';
import { auditOf } from '../access/audit';
import { languageOf } from '../access/viewer';
import type { Limit } from '../access/limits';
import { jsonAnswer } from '../answer';
import type { TableBody } from '../handler';
import { readCursor } from '../influencer/cursor';
import { SUB_NAMES } from '../influencer/linkView';
import { seen } from '../influencer/wall';
import { pageOf } from '../page';
import { PROBLEMS, type ProblemCode } from '../problem';
import { MAX_ROWS, readLinks } from './table';

export const UPLOADS: Limit = { name: 'link_imports', points: 20, seconds: 3_600 };

const importView = (row: LinkImport): unknown => ({
  id: row.id,
  file_name: row.file_name,
  created_at: row.created_at,
  finished_at: row.finished_at,
  rows: {
    total: row.total,
    waiting: row.waiting,
    created: row.created,
    existing: row.existing,
    refused: row.refused,
  },
});

/** The code stands in the row since it was refused; one that no version knows any more is still a refusal. */
function problemView(
  code: string | null,
): { code: string; ru: string; kk: string; en: string } | null {
  if (code === null) return null;
  const { ru, kk, en } = PROBLEMS[code in PROBLEMS ? (code as ProblemCode) : 'internal'];
  return { code, ru, kk, en };
}

function addressOf(origin: string, { code, input }: ImportRow): string | null {
  if (code === null) return null;
  const url = new URL(`/${code}`, origin);
  for (const name of SUB_NAMES)
    if (input[name] !== undefined) url.searchParams.set(name, input[name]);
  return url.href;
}

const rowView =
  (origin: string) =>
  (row: ImportRow): unknown => ({
    row: row.row,
    state: row.state,
    url: row.input['url'] ?? '',
    title: row.input['title'] ?? null,
    link_id: row.link_id,
    short_url: addressOf(origin, row),
    problem: problemView(row.problem),
  });

/** Names that browsers and programs have for CSV; Windows calls it Excel's wherever Excel is. The bytes say what it is. */
const TABLE_TYPE =
  /^(?:text\/(?:csv|x-csv|plain|comma-separated-values|tab-separated-values)|application\/(?:csv|x-csv|vnd\.ms-excel|octet-stream))\s*(?:;|$)/i;

/** Not compressed: a small body could unpack into a huge one. */
const isTable = ({ contentType, encoding }: TableBody): boolean =>
  (contentType === '' || TABLE_TYPE.test(contentType)) && /^(?:identity)?$/i.test(encoding);

export const importLinks = seen(async (deps, call, viewer, { influencerId }) => {
  const body = call.body as TableBody;
  if (!isTable(body)) return { problem: 'table_type_unsupported' };
  const sha256 = hash('sha256', body.bytes, 'buffer');
  const earlier = await findImportByBytes(deps.pool, influencerId, sha256);
  if (earlier === undefined) {
    const taken = await deps.limits.take(UPLOADS, influencerId);
    if (!taken.allowed) return { problem: 'rate_limited', retryAfterSeconds: taken.resetSeconds };
  }
  const rows = earlier === undefined ? readLinks(body.bytes) : undefined;
  if (rows && !rows.ok) return rows.error;
  const id = idFromBytes('linkImport', randomBytes(16));
  const isNew =
    rows !== undefined &&
    (await inTransaction(deps.pool, async (sql) => {
      const fileName = call.query.get('file_name') ?? '';
      const stored = await insertImport(sql, {
        id,
        influencerId,
        sha256,
        fileName,
        rows: rows.value,
      });
      if (stored)
        await insertAudit(
          sql,
          auditOf(viewer, call, {
            action: 'link_import.create',
            subjectId: id,
            after: { rows: rows.value.length },
          }),
        );
      return stored;
    }));
  if (isNew) deps.linkImports.poke();
  // Not new: these bytes were uploaded before, or by a twin of this request just now.
  const found = isNew ? id : await findImportByBytes(deps.pool, influencerId, sha256);
  const shown = await findImport(deps.pool, viewer, influencerId, found ?? id);
  return shown ? jsonAnswer(isNew ? 201 : 200, importView(shown)) : { problem: 'import_not_found' };
});

export const listLinkImports = seen(async ({ pool }, { query }, viewer, { influencerId }) => {
  const page = readCursor(query, ['micros', 'id']);
  if (!page.ok) return page.error;
  const rows = await listImports(pool, viewer, influencerId, page.value);
  return jsonAnswer(
    200,
    pageOf(rows, page.value, (row) => [row.created_key, row.id], importView),
  );
});

export const getLinkImport = seen(async ({ pool }, { params }, viewer, { influencerId }) => {
  const found = await findImport(pool, viewer, influencerId, params['importId'] ?? '');
  return found ? jsonAnswer(200, importView(found)) : { problem: 'import_not_found' };
});

export const listLinkImportRows = seen(async (deps, call, viewer, { influencerId }) => {
  const { params, query } = call;
  const found = await findImport(deps.pool, viewer, influencerId, params['importId'] ?? '');
  if (!found) return { problem: 'import_not_found' };
  const page = readCursor(query, ['int']);
  if (!page.ok) return page.error;
  const state = query.get('state') as RowState | undefined;
  const rows = await listImportRows(deps.pool, found.id, state, page.value);
  const view = rowView(deps.influencers.redirectOrigin);
  return jsonAnswer(
    200,
    pageOf(rows, page.value, (row) => [String(row.row)], view),
  );
});

const RESULT_COLUMNS = ['row', 'url', 'title', 'state', 'short_url', 'problem', 'problem_text'];

export const exportLinkImport = seen(async (deps, call, viewer, { influencerId }) => {
  const { params, query } = call;
  const found = await findImport(deps.pool, viewer, influencerId, params['importId'] ?? '');
  if (!found) return { problem: 'import_not_found' };
  const page = { limit: MAX_ROWS, after: undefined };
  const rows = await listImportRows(deps.pool, found.id, undefined, page);
  const language = languageOf(call, viewer);
  const cells = rows.map((row): Cell[] => {
    const problem = problemView(row.problem);
    const text = problem?.[language] ?? '';
    const { url = '', title = '' } = row.input;
    const address = addressOf(deps.influencers.redirectOrigin, row) ?? '';
    return [{ number: row.row }, url, title, row.state, address, problem?.code ?? '', text];
  });
  return {
    status: 200,
    contentType: CSV_TYPE,
    body: tableText(tableStyle(query.get('table')), RESULT_COLUMNS, cells),
    headers: ['Content-Disposition', `attachment; filename="gamma-links-${found.id}.csv"`],
  };
});
