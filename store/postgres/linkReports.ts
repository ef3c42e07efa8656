import type { TakedownReason } from '../../domain/links/takedown';
import type { LinkState } from './links';
import { fromMicros, toMicros } from './moments';
import type { Page } from './page';
import type { Sql } from './pool';

/** What strangers say is wrong with a link, and what operators did about it. */
export type ReportState = 'open' | 'dismissed' | 'taken_down';

export type NewReport = {
  readonly id: string;
  /** Code of a short link, or handle and host of an open one; a report of what is not ours names neither. */
  readonly code: string | null;
  readonly ref: string | null;
  readonly host: string | null;
  readonly address: string;
  readonly reason: TakedownReason;
  readonly comment: string;
  readonly fromPrefix: string;
};

/** The link is looked up by the same statement, so that one that exists takes no longer than one that does not. */
export async function insertReport(sql: Sql, report: NewReport): Promise<void> {
  await sql.query(
    `insert into link_reports (id, link_number, address, reason, comment, from_prefix)
     select $1, coalesce(
              (select number from links where lower(code) = lower($2)),
              (select l.number from influencers i join links l on l.influencer_id = i.id and l.kind = 'open'
                 join programmes p on p.id = l.programme_id
                where i.ref = $3 and $4 = any (p.hosts) order by l.number limit 1)), $5, $6, $7, $8`,
    [
      report.id,
      report.code,
      report.ref,
      report.host,
      report.address,
      report.reason,
      report.comment,
      report.fromPrefix,
    ],
  );
}

export type ReportRow = {
  readonly id: string;
  readonly address: string;
  readonly reason: TakedownReason;
  readonly comment: string;
  readonly from_prefix: string;
  readonly created_at: Date;
  readonly created_key: string;
  readonly state: ReportState;
  readonly note: string | null;
  readonly decided_by: string | null;
  readonly decided_by_name: string | null;
  readonly decided_at: Date | null;
  readonly link_number: number | null;
  readonly link_id: string | null;
  readonly link_code: string | null;
  readonly link_title: string | null;
  readonly link_target: string | null;
  readonly link_state: LinkState | null;
  readonly link_taken_down_at: Date | null;
  readonly link_expired: boolean;
  readonly link_reports: number;
  readonly influencer_id: string | null;
  readonly influencer_name: string | null;
  readonly programme_name: string | null;
};

const SELECT = `select r.id, r.address, r.reason, r.comment, r.from_prefix, r.created_at,
    ${toMicros('r.created_at')} as created_key, r.state, r.note, r.decided_by, u.name as decided_by_name, r.decided_at,
    r.link_number, l.id as link_id, l.code as link_code, l.title as link_title, l.target_url as link_target,
    l.state as link_state, l.taken_down_at as link_taken_down_at,
    coalesce(l.expires_at <= now(), false) as link_expired,
    (select count(*)::int from link_reports o where o.link_number = r.link_number and o.state = 'open') as link_reports,
    l.influencer_id, i.display_name as influencer_name, p.name as programme_name
  from link_reports r left join links l on l.number = r.link_number left join influencers i on i.id = l.influencer_id
  left join programmes p on p.id = l.programme_id left join users u on u.id = r.decided_by`;

export type ReportFilter = {
  readonly state: ReportState | undefined;
  readonly reason: TakedownReason | undefined;
};

/** Newest first; keys of a page: created_key, id. Operators only: the caller's role is the wall. */
export async function listReports(
  sql: Sql,
  { state, reason }: ReportFilter,
  page: Page,
): Promise<ReportRow[]> {
  const { rows } = await sql.query<ReportRow>(
    `${SELECT} where ($1::text is null or r.state = $1) and ($5::text is null or r.reason = $5)
        and ($2::bigint is null or (r.created_at, r.id) < (${fromMicros('$2')}, $3::text))
      order by r.created_at desc, r.id desc limit $4`,
    [
      state ?? null,
      page.after?.[0] ?? null,
      page.after?.[1] ?? null,
      page.limit + 1,
      reason ?? null,
    ],
  );
  return rows;
}

export async function findReport(sql: Sql, reportId: string): Promise<ReportRow | undefined> {
  const { rows } = await sql.query<ReportRow>(`${SELECT} where r.id = $1`, [reportId]);
  return rows[0];
}

export type Decision = {
  readonly state: Exclude<ReportState, 'open'>;
  readonly by: string;
  readonly note: string | null;
};

/** False when somebody decided before. */
export async function decideReport(
  sql: Sql,
  reportId: string,
  { state, by, note }: Decision,
): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update link_reports set state = $2, decided_by = $3, decided_at = now(), note = $4 where id = $1 and state = 'open'`,
    [reportId, state, by, note],
  );
  return rowCount === 1;
}

/** A link that is down answers all that was said against it. */
export async function closeReportsOf(sql: Sql, linkNumber: number, by: string): Promise<void> {
  await sql.query(
    `update link_reports set state = 'taken_down', decided_by = $2, decided_at = now()
      where link_number = $1 and state = 'open'`,
    [linkNumber, by],
  );
}

export type OpsLink = {
  readonly number: number;
  readonly id: string;
  readonly kind: 'short' | 'open';
  readonly code: string | null;
  readonly ref: string;
  readonly influencer_id: string;
  readonly title: string;
  readonly target_url: string | null;
  readonly programme_name: string;
  readonly state: LinkState;
  readonly expired: boolean;
  readonly taken_down_at: Date | null;
  readonly taken_down_reason: TakedownReason | null;
  readonly taken_down_note: string | null;
};

/** Locked: a link is taken down and restored one at a time. */
export async function lockLink(sql: Sql, linkId: string): Promise<OpsLink | undefined> {
  const { rows } = await sql.query<OpsLink>(
    `select l.number, l.id, l.kind, l.code, i.ref, l.influencer_id, l.title, l.target_url, p.name as programme_name,
            l.state, coalesce(l.expires_at <= now(), false) as expired, l.taken_down_at, l.taken_down_reason, l.taken_down_note
       from links l join influencers i on i.id = l.influencer_id join programmes p on p.id = l.programme_id
      where l.id = $1 for no key update of l`,
    [linkId],
  );
  return rows[0];
}

/** A null reason restores; the note is that of the last decision. */
export type Takedown = { readonly reason: TakedownReason | null; readonly note: string };

export async function setTakedown(
  sql: Sql,
  linkNumber: number,
  { reason, note }: Takedown,
): Promise<void> {
  await sql.query(
    `update links set taken_down_at = case when $2::text is null then null else now() end, taken_down_reason = $2,
            taken_down_note = $3 where number = $1`,
    [linkNumber, reason, note],
  );
}
