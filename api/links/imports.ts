import { hash, randomBytes } from 'node:crypto';

import { stringify } from 'csv-stringify/sync';

import { idFromBytes } from '../../domain/ids';
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
import type { Limit } from '../access/limits';
import { jsonAnswer } from '../answer';
import type { TableBody } from '../handler';
import { readCursor } from '../influencer/cursor';
import { SUB_NAMES } from '../influencer/linkView';
import { seen } from '../influencer/wall';
import { pageOf } from '../page';
import { PROBLEMS, type ProblemCode } from '../problem';
import { MAX_ROWS, readTable } from './table';

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

/** text/csv, plain text as some browsers name it, and not compressed: a small body could unpack into a huge one. */
const isTable = ({ contentType, encoding }: TableBody): boolean =>
  /^text\/(?:csv|plain)\s*(?:;|$)/i.test(contentType) && /^(?:identity)?$/i.test(encoding);

export const importLinks = seen(async (deps, call, viewer, { influencerId }) => {
  const body = call.body as TableBody;
  if (!isTable(body)) return { problem: 'content_type_unsupported' };
  const sha256 = hash('sha256', body.bytes, 'buffer');
  const earlier = await findImportByBytes(deps.pool, influencerId, sha256);
  if (earlier === undefined) {
    const taken = await deps.limits.take(UPLOADS, influencerId);
    if (!taken.allowed) return { problem: 'rate_limited', retryAfterSeconds: taken.resetSeconds };
  }
  const rows = earlier === undefined ? readTable(body.bytes) : undefined;
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

/** A spreadsheet runs a cell that starts like this (OWASP, CSV Injection). */
const FORMULA = /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;
const plain = (text: string): string => (FORMULA.test(text) ? `'${text}` : text);

const RESULT_COLUMNS = ['row', 'url', 'title', 'state', 'short_url', 'problem', 'problem_text'];

export const exportLinkImport = seen(async (deps, { params }, viewer, { influencerId }) => {
  const found = await findImport(deps.pool, viewer, influencerId, params['importId'] ?? '');
  if (!found) return { problem: 'import_not_found' };
  const page = { limit: MAX_ROWS, after: undefined };
  const rows = await listImportRows(deps.pool, found.id, undefined, page);
  const language = viewer.via.kind === 'session' ? viewer.via.locale : 'ru';
  const cells = rows.map((row) => {
    const problem = problemView(row.problem);
    const text = problem?.[language] ?? '';
    const { url = '', title = '' } = row.input;
    const address = addressOf(deps.influencers.redirectOrigin, row) ?? '';
    return [String(row.row), url, title, row.state, address, problem?.code ?? '', text].map(plain);
  });
  return {
    status: 200,
    contentType: 'text/csv; charset=utf-8',
    body: stringify([RESULT_COLUMNS, ...cells], { bom: true, record_delimiter: 'windows' }),
    headers: ['Content-Disposition', `attachment; filename="gamma-links-${found.id}.csv"`],
  };
});
