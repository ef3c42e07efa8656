import { err, ok, type Result } from '../../domain/result';
import { listAuditRows, type AuditFilter, type AuditRow } from '../../store/postgres/audit';
import { jsonAnswer } from '../answer';
import type { Call, Handler } from '../handler';
import type { Refusal, Reply } from '../reply';
import { pageOf, readPage } from '../page';
import type { ApiDeps } from '../handler';
import { isForeign } from './team';

/** Postgres takes fewer dates than RFC 3339 allows: years like 0000 are cut to what can be in the log. */
const EARLIEST_MS = Date.UTC(2000, 0, 1);
const LATEST_MS = Date.UTC(2200, 0, 1);

function readTime(query: Call['query'], name: 'from' | 'to'): Result<Date | undefined, Refusal> {
  const text = query.get(name);
  if (text === undefined) return ok(undefined);
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) {
    const errors = [{ pointer: `/query/${name}`, message: 'is not a time' }];
    return err({ problem: 'parameter_invalid', errors });
  }
  return ok(new Date(Math.min(Math.max(ms, EARLIEST_MS), LATEST_MS)));
}

const entryOf = (row: AuditRow): unknown => ({
  id: String(row.id),
  at: row.at,
  actor_id: row.actorId,
  actor_name: row.actorName,
  actor_role: row.actorRole,
  via: row.via,
  tenant_id: row.tenantId,
  action: row.action,
  subject_id: row.subjectId,
  before: row.before,
  after: row.after,
  ip_prefix: row.ipPrefix,
  user_agent: row.userAgent,
  request_id: row.requestId,
});

async function auditPage(
  { pool }: ApiDeps,
  { query }: Call,
  tenantId: string | undefined,
): Promise<Reply> {
  const page = readPage(query, 1);
  if (!page.ok) return page.error;
  const after = page.value.after?.[0];
  if (after !== undefined && !/^\d{1,18}$/.test(after)) return { problem: 'cursor_invalid' };
  const [from, to] = [readTime(query, 'from'), readTime(query, 'to')];
  if (!from.ok) return from.error;
  if (!to.ok) return to.error;
  const filter: AuditFilter = {
    tenantId,
    actorId: query.get('actor'),
    subjectId: query.get('subject'),
    action: query.get('action'),
    from: from.value,
    to: to.value,
  };
  const rows = await listAuditRows(pool, filter, page.value.limit, after);
  return jsonAnswer(
    200,
    pageOf(rows, page.value, (row) => [String(row.id)], entryOf),
  );
}

export const listAudit: Handler = (deps, call) => auditPage(deps, call, call.query.get('tenant'));

export const listBrandAudit: Handler = async (deps, call, viewer) =>
  isForeign(call, viewer)
    ? { problem: 'brand_not_found' }
    : auditPage(deps, call, viewer.subjectId);
