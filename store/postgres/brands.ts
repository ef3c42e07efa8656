import type { Sql } from './pool';

export type BrandView = {
  readonly id: string;
  readonly name: string;
  readonly owners: number;
  readonly programmes: number;
  readonly createdAt: Date;
  /** Microseconds since 1970, for the cursor. */
  readonly position: string;
};

const VIEW = `b.id, b.name, b.created_at as "createdAt", (extract(epoch from b.created_at) * 1000000)::bigint::text as position,
  (select count(*)::int from users u
    where u.tenant_id = b.id and u.role = 'brand_owner' and u.disabled_at is null) as owners,
  (select count(*)::int from programmes p where p.brand_id = b.id) as programmes`;

export async function listBrandViews(
  sql: Sql,
  limit: number,
  after: readonly string[] | undefined,
): Promise<BrandView[]> {
  const { rows } = await sql.query<BrandView>(
    `select ${VIEW} from brands b
      where $2::bigint is null
          or (b.created_at, b.id) < ('epoch'::timestamptz + $2::bigint * interval '1 microsecond', $3::text)
      order by b.created_at desc, b.id desc limit $1`,
    [limit + 1, after?.[0] ?? null, after?.[1] ?? null],
  );
  return rows;
}

export async function findBrandView(sql: Sql, id: string): Promise<BrandView | undefined> {
  const { rows } = await sql.query<BrandView>(`select ${VIEW} from brands b where b.id = $1`, [id]);
  return rows[0];
}
