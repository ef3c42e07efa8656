import type { Tiyn } from '../../domain/money';
import type { Sql } from './pool';

/** A stored postback or decision as the log shows it. Callers have passed the wall of the programme. */
export type LoggedReceipt = {
  readonly id: string;
  readonly verdict: 'accepted' | 'duplicate' | 'updated' | 'unmatched';
  readonly reason_code: string | null;
  readonly webhook_id: string;
  readonly conversion_id: string;
  readonly transaction_id: string;
  readonly event: string;
  readonly order_status: string;
  readonly sale_tiyn: Tiyn | null;
  readonly received_at: Date;
  /** received_at to the microsecond, ISO 8601: a batch shares one, pages must not cut it in half. */
  readonly at: string;
};

const AT = `to_char(r.received_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
const COLUMNS = `r.id, r.verdict, r.reason_code, r.webhook_id, r.conversion_id, c.transaction_id, c.event,
  r.order_status, r.sale_tiyn, r.received_at, ${AT} as at`;

/** A verdict that is rare may be far back: no further than this many receipts are looked through for a page. */
const MAX_LOOKED_AT = 20_000;

/** Newest first, older than `after` (time to the microsecond, id). */
export async function listReceipts(
  sql: Sql,
  programmeId: string,
  verdict: string | undefined,
  after: { readonly at: string; readonly id: string } | undefined,
  limit: number,
): Promise<LoggedReceipt[]> {
  const { rows } = await sql.query<LoggedReceipt>(
    `select ${COLUMNS}
       from (
         select * from (
           select * from receipts
            where programme_id = $1
              and ($3::timestamptz is null or (received_at <= $3::timestamptz and (received_at < $3::timestamptz or id < $4)))
            order by received_at desc, id desc limit $5
         ) looked
          where $2::text is null or verdict = $2
          order by received_at desc, id desc limit $6
       ) r
       join conversions c on c.id = r.conversion_id
      order by r.received_at desc, r.id desc`,
    [
      programmeId,
      verdict ?? null,
      after?.at ?? null,
      after?.id ?? null,
      verdict === undefined ? limit : MAX_LOOKED_AT,
      limit,
    ],
  );
  return rows;
}

/** Which of these receipts say `duplicate` themselves, and since when: those repeats are in the log already. */
export async function duplicateReceipts(
  sql: Sql,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Date>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql.query<{ id: string; received_at: Date }>(
    `select id, received_at from receipts where id = any ($1::text[]) and verdict = 'duplicate'`,
    [ids],
  );
  return new Map(rows.map((row) => [row.id, row.received_at]));
}

/** What came since a moment, oldest first. */
export async function receiptsSince(
  sql: Sql,
  programmeId: string,
  since: Date,
  limit: number,
): Promise<LoggedReceipt[]> {
  const { rows } = await sql.query<LoggedReceipt>(
    `select * from (
       select ${COLUMNS} from receipts r join conversions c on c.id = r.conversion_id
        where r.programme_id = $1 and r.received_at >= $2
        order by r.received_at desc, r.id desc limit $3
     ) newest order by received_at, id`,
    [programmeId, since, limit],
  );
  return rows;
}
