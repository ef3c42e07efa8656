import { randomBytes } from 'node:crypto';

import { idFromBytes } from '../../domain/ids';
import { isCode, readShortAddress, withoutMarks } from '../../domain/links/code';
import { linkName } from '../../domain/links/name';
import { linkStanding } from '../../domain/links/standing';
import { parseTarget } from '../../domain/links/target';
import type { TakedownReason } from '../../domain/links/takedown';
import { insertAudit } from '../../store/postgres/audit';
import {
  closeReportsOf,
  decideReport,
  findReport,
  insertReport,
  listReports,
  lockLink,
  setTakedown,
  type OpsLink,
  type ReportRow,
  type ReportState,
  type Takedown,
} from '../../store/postgres/linkReports';
import { insertNotice } from '../../store/postgres/notices';
import { inTransaction, type Sql } from '../../store/postgres/pool';
import { auditOf } from '../access/audit';
import type { Limit } from '../access/limits';
import type { Viewer } from '../access/viewer';
import { jsonAnswer, type TextAnswer } from '../answer';
import { orRefusal, Refused } from '../brand/programmeInput';
import type { ApiDeps, Call, Handler, PublicHandler } from '../handler';
import type { Refusal } from '../reply';
import { readCursor } from '../influencer/cursor';
import { actor, named } from '../ops/shapes';
import { pageOf } from '../page';
import { forgetQuietly } from './forgetting';

/** Of one address: people behind one operator's NAT share it, a program that floods the queue does not get far. */
export const REPORTING: Limit = { name: 'link_reports', points: 10, seconds: 3_600 };

type Named = {
  readonly code: string | null;
  readonly ref: string | null;
  readonly host: string | null;
};
const NOTHING: Named = { code: null, ref: null, host: null };

/** What a person copied: a code, our short address, or /click?ref&target; anything else names no link of ours. */
export function linkNamed(text: string, redirectOrigin: string): Named {
  if (isCode(text)) return { ...NOTHING, code: text };
  const own = new URL(redirectOrigin).host;
  const full = /^[a-z]+:\/\//i.test(text) ? text : `https://${text}`;
  if (!URL.canParse(full)) return NOTHING;
  const url = new URL(full);
  if (url.host !== own) return NOTHING;
  const { code } = readShortAddress(url.pathname);
  if (code !== 'click') return isCode(code) ? { ...NOTHING, code: withoutMarks(code) } : NOTHING;
  const target = parseTarget(url.searchParams.get('target') ?? '');
  return {
    code: null,
    ref: url.searchParams.get('ref'),
    host: target.ok ? target.value.host : null,
  };
}

/** Characters that the database cannot hold, or that turn the text an operator reads. */
const clean = (text: string): string =>
  text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, ' ').trim();

export const reportLink: PublicHandler = async (deps, call) => {
  const taken = await deps.limits.take(REPORTING, call.from.bucket);
  if (!taken.allowed) return { problem: 'rate_limited', retryAfterSeconds: taken.resetSeconds };
  const body = call.body as { address: string; reason: TakedownReason; comment?: string };
  const address = clean(body.address);
  await insertReport(deps.pool, {
    id: idFromBytes('linkReport', randomBytes(16)),
    ...linkNamed(address, deps.influencers.redirectOrigin),
    address: address === '' ? '-' : address,
    reason: body.reason,
    comment: clean(body.comment ?? ''),
    fromPrefix: call.from.ipPrefix,
  });
  // The same whatever was reported: an answer must not tell which links there are.
  return jsonAnswer(202, { received: true });
};

function reportedLinkView(row: ReportRow): unknown {
  if (row.link_id === null || row.link_state === null) return null;
  const programme = row.programme_name ?? '';
  return {
    id: row.link_id,
    code: row.link_code,
    title: linkName({ title: row.link_title ?? '', targetUrl: row.link_target, programme }),
    target_url: row.link_target,
    state: row.link_state,
    standing: linkStanding({
      state: row.link_state,
      takenDown: row.link_taken_down_at !== null,
      expired: row.link_expired,
    }),
    taken_down_at: row.link_taken_down_at,
    open_reports: row.link_reports,
    influencer: named(row.influencer_id, row.influencer_name),
    programme,
  };
}

const reportView = (row: ReportRow): unknown => ({
  id: row.id,
  address: row.address,
  reason: row.reason,
  comment: row.comment,
  from_prefix: row.from_prefix,
  created_at: row.created_at,
  state: row.state,
  note: row.note,
  decided_by: row.decided_by === null ? null : actor(row.decided_by, row.decided_by_name),
  decided_at: row.decided_at,
  link: reportedLinkView(row),
});

export const listLinkReports: Handler = async ({ pool }, { query }) => {
  const page = readCursor(query, ['micros', 'id']);
  if (!page.ok) return page.error;
  const state = query.get('state') as ReportState | undefined;
  const reason = query.get('reason') as TakedownReason | undefined;
  const rows = await listReports(pool, { state, reason }, page.value);
  return jsonAnswer(
    200,
    pageOf(rows, page.value, (row) => [row.created_key, row.id], reportView),
  );
};

export const getLinkReport: Handler = async ({ pool }, { params }) => {
  const found = await findReport(pool, params['reportId'] ?? '');
  return found ? jsonAnswer(200, reportView(found)) : { problem: 'report_not_found' };
};

const nameOf = (link: OpsLink): string =>
  linkName({ title: link.title, targetUrl: link.target_url, programme: link.programme_name });

/** What the owner is told: the name of the link is theirs, the reason is a code. */
const noticeParams = (link: OpsLink, reason: string): Record<string, string> => ({
  link: nameOf(link).slice(0, 80),
  reason,
});

/** Everything that a takedown or its end writes, in the caller's transaction. */
async function writeTakedown(
  sql: Sql,
  link: OpsLink,
  down: Takedown,
  viewer: Viewer,
  call: Call,
): Promise<void> {
  await setTakedown(sql, link.number, down);
  await insertNotice(sql, {
    influencerId: link.influencer_id,
    code: down.reason ? 'link_taken_down' : 'link_restored',
    params: noticeParams(link, down.reason ?? link.taken_down_reason ?? 'other'),
    subjectId: link.id,
  });
  await insertAudit(
    sql,
    auditOf(viewer, call, {
      action: down.reason ? 'link.take_down' : 'link.restore',
      subjectId: link.id,
      before: { reason: link.taken_down_reason },
      after: { reason: down.reason, influencerId: link.influencer_id },
    }),
  );
}

const linkView = (link: OpsLink): unknown => ({
  id: link.id,
  code: link.code,
  title: nameOf(link),
  target_url: link.target_url,
  state: link.state,
  standing: linkStanding({
    state: link.state,
    takenDown: link.taken_down_at !== null,
    expired: link.expired,
  }),
  taken_down_at: link.taken_down_at,
  taken_down_reason: link.taken_down_reason,
  note: link.taken_down_note,
  influencer_id: link.influencer_id,
});

/** The link, and its owner's open one: that does not lead to a product whose link was taken down. */
async function forgetBoth(deps: ApiDeps, link: OpsLink): Promise<void> {
  if (link.code !== null) await forgetQuietly(deps, 'short', link.code);
  await forgetQuietly(deps, 'open', link.ref);
}

/** Takes down or restores; the same again changes nothing and is no error. */
async function turn(
  deps: ApiDeps,
  call: Call,
  viewer: Viewer,
  down: Takedown,
): Promise<TextAnswer | Refusal> {
  const linkId = call.params['linkId'] ?? '';
  const work = inTransaction(deps.pool, async (sql) => {
    const link = await lockLink(sql, linkId);
    if (!link) throw new Refused({ problem: 'link_not_found' });
    if (link.taken_down_reason !== down.reason) await writeTakedown(sql, link, down, viewer, call);
    if (down.reason) await closeReportsOf(sql, link.number, viewer.actorId);
    return (await lockLink(sql, linkId))!;
  });
  const link = await orRefusal(work);
  if ('problem' in link) return link;
  await forgetBoth(deps, link);
  return jsonAnswer(200, linkView(link));
}

export const takeDownLink: Handler = (deps, call, viewer) => {
  const { reason, note } = call.body as { reason: TakedownReason; note: string };
  return turn(deps, call, viewer, { reason, note: clean(note) });
};

export const restoreLink: Handler = (deps, call, viewer) => {
  const { note } = call.body as { note: string };
  return turn(deps, call, viewer, { reason: null, note: clean(note) });
};

type Decided = {
  readonly decision: 'dismiss' | 'take_down';
  readonly reason?: TakedownReason;
  readonly note: string;
};

export const decideLinkReport: Handler = async (deps, call, viewer) => {
  const reportId = call.params['reportId'] ?? '';
  const { decision, reason, note } = call.body as Decided;
  const work = inTransaction(deps.pool, async (sql) => {
    const report = await findReport(sql, reportId);
    if (!report) throw new Refused({ problem: 'report_not_found' });
    const state = decision === 'dismiss' ? 'dismissed' : 'taken_down';
    if (!(await decideReport(sql, reportId, { state, by: viewer.actorId, note: clean(note) })))
      throw new Refused({ problem: 'report_decided' });
    await insertAudit(
      sql,
      auditOf(viewer, call, {
        action: 'link_report.decide',
        subjectId: reportId,
        after: { state },
      }),
    );
    if (decision === 'dismiss') return undefined;
    const link = report.link_id === null ? undefined : await lockLink(sql, report.link_id);
    if (!link) throw new Refused({ problem: 'report_without_link' });
    const down = { reason: reason ?? report.reason, note: clean(note) };
    if (link.taken_down_at === null) await writeTakedown(sql, link, down, viewer, call);
    await closeReportsOf(sql, link.number, viewer.actorId);
    return link;
  });
  const link = await orRefusal(work);
  if (link && 'problem' in link) return link;
  if (link) await forgetBoth(deps, link);
  const shown = await findReport(deps.pool, reportId);
  return shown ? jsonAnswer(200, reportView(shown)) : { problem: 'report_not_found' };
};
