import type { NoticeCode } from '../../domain/notices';
import { fromMicros, toMicros } from './moments';
import type { Page } from './page';
import type { Sql } from './pool';
import type { Tenant } from './tenant';

export type NewNotice = {
  readonly influencerId: string;
  readonly code: NoticeCode;
  /** Amounts (decimal tenge), codes, dates, last four digits. */
  readonly params?: Readonly<Record<string, string>>;
  /** The conversion or payout it is about. */
  readonly subjectId?: string;
  /** Shown from then on; now when left out. */
  readonly at?: Date;
};

/** Belongs in the transaction of what it tells about. */
export async function insertNotice(sql: Sql, notice: NewNotice): Promise<void> {
  await sql.query({
    name: 'notice_insert',
    text: `insert into notices (influencer_id, code, params, subject_id, at)
           values ($1, $2, $3, $4, coalesce($5::timestamptz, now()))`,
    values: [
      notice.influencerId,
      notice.code,
      JSON.stringify(notice.params ?? {}),
      notice.subjectId ?? null,
      notice.at ?? null,
    ],
  });
}

/** What became of a payout, told to whoever asked for it, with its amount. */
export async function insertPayoutNotice(
  sql: Sql,
  payoutId: string,
  code: Extract<NoticeCode, `payout_${string}`>,
  params: Readonly<Record<string, string>>,
): Promise<void> {
  await sql.query({
    name: 'payout_notice_insert',
    text: `insert into notices (influencer_id, code, params, subject_id)
           select influencer_id, $2, $3::jsonb || jsonb_build_object('amount',
                    (amount_tiyn / 100)::text || '.' || lpad((amount_tiyn % 100)::text, 2, '0')), id
             from payouts where id = $1`,
    values: [payoutId, code, JSON.stringify(params)],
  });
}

/** Announcements of an end that no longer comes: the status they speak of was replaced before they were shown. */
export async function withdrawExpiryNotices(sql: Sql, influencerId: string): Promise<void> {
  await sql.query(
    `delete from notices where influencer_id = $1 and code = 'tax_status_expiring' and at > now()`,
    [influencerId],
  );
}

export type NoticeRow = {
  readonly id: bigint;
  readonly code: NoticeCode;
  readonly params: Readonly<Record<string, string>>;
  readonly subject_id: string | null;
  readonly programme: string | null;
  readonly at: Date;
  readonly at_key: string;
  readonly read_at: Date | null;
};

/** Newest first; keys of a page: at_key, id. The programme is that of the order a notice is about. */
export async function listNotices(
  sql: Sql,
  viewer: Tenant,
  influencerId: string,
  page: Page,
): Promise<NoticeRow[]> {
  const { rows } = await sql.query<NoticeRow>(
    `select n.id, n.code, n.params, n.subject_id, p.name as programme, n.at, ${toMicros('n.at')} as at_key, n.read_at
       from notices n
       left join conversions c on n.subject_id like 'cnv%' and c.id = n.subject_id
       left join programmes p on p.id = c.programme_id
      where n.influencer_id = $1 and ($2::text = 'ops' or ($2::text = 'influencer' and $3::text = $1))
        and n.at <= now() and ($4::bigint is null or (n.at, n.id) < (${fromMicros('$4')}, $5::bigint))
      order by n.at desc, n.id desc limit $6`,
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

/** How many are unread; 100 stands for 100 or more, so that the count costs the same for everybody. */
export async function countUnread(sql: Sql, influencerId: string): Promise<number> {
  const { rows } = await sql.query<{ unread: number }>(
    `select count(*)::int as unread
       from (select from notices where influencer_id = $1 and read_at is null and at <= now() limit 100) newest`,
    [influencerId],
  );
  return rows[0]?.unread ?? 0;
}

/** Marks this notice and all older ones as read; a notice of somebody else marks nothing. */
export async function markNoticesRead(sql: Sql, influencerId: string, upTo: string): Promise<void> {
  await sql.query(
    `update notices n set read_at = now()
       from notices last
      where last.id = $2::bigint and last.influencer_id = $1
        and n.influencer_id = $1 and n.read_at is null and (n.at, n.id) <= (last.at, last.id)`,
    [influencerId, upTo],
  );
}
