import type { Page } from './page';
import type { Sql } from './pool';

/** From when the return period runs: our receipt of the order, or the day the goods arrive. */
export type HoldFrom = 'order' | 'delivery';

/** Commission terms of a programme by when they start. Callers have passed the wall of the programme. */
export type ProgrammeTerms = {
  readonly valid_from: Date;
  readonly state: 'past' | 'current' | 'future';
  readonly commission_bps: number;
  readonly platform_fee_bps: number;
  readonly hold_seconds: number;
  readonly click_window_seconds: number;
  readonly hold_from: HoldFrom;
};

const COLUMNS = `t.valid_from, t.commission_bps, t.platform_fee_bps, t.hold_seconds, t.click_window_seconds, t.hold_from,
  case when t.valid_from > statement_timestamp() then 'future'
       when t.valid_from = (select max(valid_from) from programme_terms x
                             where x.programme_id = t.programme_id and x.valid_from <= statement_timestamp()) then 'current'
       else 'past' end as state`;

export async function listTerms(
  sql: Sql,
  programmeId: string,
  page: Page,
): Promise<ProgrammeTerms[]> {
  const { rows } = await sql.query<ProgrammeTerms>(
    `select ${COLUMNS} from programme_terms t
      where t.programme_id = $1
        and ($2::timestamptz is null or date_trunc('milliseconds', t.valid_from) < $2)
      order by t.valid_from desc limit $3`,
    [programmeId, page.after?.[0] ?? null, page.limit + 1],
  );
  return rows;
}

export type TermsAround = {
  readonly current: ProgrammeTerms | undefined;
  readonly next: ProgrammeTerms | undefined;
};

/** What prices an order received now, and what comes after it, of each programme. */
export async function termsAround(
  sql: Sql,
  programmeIds: readonly string[],
): Promise<ReadonlyMap<string, TermsAround>> {
  const { rows } = await sql.query<ProgrammeTerms & { programme_id: string }>(
    `select p.id as programme_id, t.* from unnest($1::text[]) as p (id)
      cross join lateral (
        (select ${COLUMNS} from programme_terms t
          where t.programme_id = p.id and t.valid_from <= statement_timestamp() order by t.valid_from desc limit 1)
        union all
        (select ${COLUMNS} from programme_terms t
          where t.programme_id = p.id and t.valid_from > statement_timestamp() order by t.valid_from limit 1)
      ) t`,
    [programmeIds],
  );
  return new Map(
    programmeIds.map((id) => {
      const own = rows.filter((row) => row.programme_id === id);
      return [
        id,
        {
          current: own.find((row) => row.state === 'current'),
          next: own.find((row) => row.state === 'future'),
        },
      ];
    }),
  );
}

/** The fee of the newest terms, started or not: the platform's part stays until the platform changes it. */
export async function latestPlatformFee(
  sql: Sql,
  programmeId: string,
): Promise<number | undefined> {
  const { rows } = await sql.query<{ fee: number }>(
    `select platform_fee_bps as fee from programme_terms where programme_id = $1 order by valid_from desc limit 1`,
    [programmeId],
  );
  return rows[0]?.fee;
}

export type NewTerms = {
  readonly programmeId: string;
  /** Now, by the database's clock, when left out. */
  readonly validFrom: Date | undefined;
  readonly commissionBps: number;
  readonly platformFeeBps: number;
  readonly holdSeconds: number;
  readonly clickWindowSeconds: number;
  /** Left out: from delivery where we ask the shop, else from the order. */
  readonly holdFrom: HoldFrom | undefined;
};

/**
 * Undefined when the moment is past or already has terms. Which of the two is for the caller to ask: what prices
 * orders already received must never change, so the check stands here, against the clock that dates receipts.
 */
export async function insertFutureTerms(
  sql: Sql,
  terms: NewTerms,
): Promise<ProgrammeTerms | undefined> {
  const { rows } = await sql.query<ProgrammeTerms>(
    `insert into programme_terms as t
            (programme_id, valid_from, commission_bps, platform_fee_bps, hold_seconds, click_window_seconds, hold_from)
     select $1, coalesce($2::timestamptz, date_trunc('milliseconds', clock_timestamp())), $3, $4, $5, $6,
            coalesce($7::text, (select case p.confirmation when 'poll' then 'delivery' else 'order' end
                                from programmes p where p.id = $1))
      where $2::timestamptz is null or $2::timestamptz >= clock_timestamp()
     on conflict (programme_id, valid_from) do nothing
     returning t.valid_from, t.commission_bps, t.platform_fee_bps, t.hold_seconds, t.click_window_seconds, t.hold_from,
               case when $2::timestamptz is null then 'current' else 'future' end as state`,
    [
      terms.programmeId,
      terms.validFrom ?? null,
      terms.commissionBps,
      terms.platformFeeBps,
      terms.holdSeconds,
      terms.clickWindowSeconds,
      terms.holdFrom ?? null,
    ],
  );
  return rows[0];
}

export async function termsStartAt(
  sql: Sql,
  programmeId: string,
  validFrom: Date,
): Promise<boolean> {
  const { rowCount } = await sql.query(
    'select from programme_terms where programme_id = $1 and valid_from = $2',
    [programmeId, validFrom],
  );
  return rowCount === 1;
}
