import { accounts } from '../../domain/ledger/accounts';
import type { Tiyn } from '../../domain/money';
import type { Sql } from './pool';

/** What a brand owes with all that is promised of it; tiyn, 0 when it owes nothing. */
export async function brandOwes(sql: Sql, brandId: string): Promise<Tiyn> {
  const { rows } = await sql.query<{ owed: Tiyn }>({
    name: 'brand_owes',
    text: `select greatest(b.pending_out - b.posted, 0) as owed
             from ledger_accounts a join ledger_balances b on b.account_id = a.id where a.code = $1`,
    values: [accounts.advertiser(brandId).code],
  });
  return rows[0]?.owed ?? 0n;
}

/**
 * Adds a sale to what a programme has promised on an Almaty day, unless it would pass `limit`: then false, and
 * nothing is added. In the transaction of the promise, so that any number of orders at once cannot pass it.
 */
export async function takeFromDay(
  sql: Sql,
  programmeId: string,
  day: string,
  sale: Tiyn,
  limit: Tiyn,
): Promise<boolean> {
  const { rowCount } = await sql.query({
    name: 'programme_day_take',
    text: `insert into programme_days as d (programme_id, day, sale_tiyn)
           select $1, $2::date, $3::bigint where $3::bigint <= $4::bigint
           on conflict (programme_id, day) do update set sale_tiyn = d.sale_tiyn + excluded.sale_tiyn
            where d.sale_tiyn + excluded.sale_tiyn <= $4::bigint`,
    values: [programmeId, day, sale, limit],
  });
  return rowCount === 1;
}

export type ProgrammeLimits = {
  readonly id: string;
  readonly name: string;
  readonly brand_id: string;
  readonly brand_name: string;
  readonly order_limit_tiyn: Tiyn | null;
  readonly day_limit_tiyn: Tiyn | null;
  readonly credit_limit_tiyn: Tiyn | null;
};

const LIMITS = `select p.id, p.name, p.brand_id, b.name as brand_name, p.order_limit_tiyn, p.day_limit_tiyn, b.credit_limit_tiyn
  from programmes p join brands b on b.id = p.brand_id`;

/** For operators only: no tenant wall stands here. Locked with `lock`, so that a change is told with what it replaced. */
export async function findLimits(
  sql: Sql,
  programmeId: string,
  lock: boolean,
): Promise<ProgrammeLimits | undefined> {
  const { rows } = await sql.query<ProgrammeLimits>(
    `${LIMITS} where p.id = $1 ${lock ? 'for update of p, b' : ''}`,
    [programmeId],
  );
  return rows[0];
}

export async function setLimits(
  sql: Sql,
  programmeId: string,
  limits: { order: Tiyn | null; day: Tiyn | null; credit: Tiyn | null },
): Promise<void> {
  await sql.query(
    `with programme as (
       update programmes set order_limit_tiyn = $2, day_limit_tiyn = $3 where id = $1 returning brand_id
     )
     update brands set credit_limit_tiyn = $4 where id = (select brand_id from programme)`,
    [programmeId, limits.order, limits.day, limits.credit],
  );
}

export type BrandLimits = {
  readonly id: string;
  readonly name: string;
  readonly credit_limit_tiyn: Tiyn | null;
};

export async function brandLimits(sql: Sql, brandId: string): Promise<BrandLimits | undefined> {
  const { rows } = await sql.query<BrandLimits>(
    'select id, name, credit_limit_tiyn from brands where id = $1',
    [brandId],
  );
  return rows[0];
}

export type UsedProgrammeLimits = {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly order_limit_tiyn: Tiyn | null;
  readonly day_limit_tiyn: Tiyn | null;
  /** Sales promised on the day; counted only while there is a ceiling of the day. */
  readonly promised_tiyn: Tiyn;
};

/** Newest first. */
export async function listProgrammeLimits(
  sql: Sql,
  brandId: string,
  day: string,
): Promise<UsedProgrammeLimits[]> {
  const { rows } = await sql.query<UsedProgrammeLimits>(
    `select p.id, p.name, p.state, p.order_limit_tiyn, p.day_limit_tiyn, coalesce(d.sale_tiyn, 0) as promised_tiyn
       from programmes p
       left join programme_days d on d.programme_id = p.id and d.day = $2::date
      where p.brand_id = $1 order by p.created_at desc, p.id desc`,
    [brandId, day],
  );
  return rows;
}
