import { likeText } from './like';
import type { Sql } from './pool';

export type BrandView = {
  readonly id: string;
  readonly name: string;
  readonly owners: number;
  readonly programmes: number;
  /** Until when the newest link of an owner that was not used can be; null when none waits. */
  readonly invitationExpiresAt: Date | null;
  readonly createdAt: Date;
  /** Microseconds since 1970, for the cursor. */
  readonly position: string;
};

const VIEW = `b.id, b.name, b.created_at as "createdAt", (extract(epoch from b.created_at) * 1000000)::bigint::text as position,
  (select count(*)::int from users u
    where u.tenant_id = b.id and u.role = 'brand_owner' and u.disabled_at is null) as owners,
  (select count(*)::int from programmes p where p.brand_id = b.id) as programmes,
  (select max(n.expires_at) from invitations n
    where n.tenant_id = b.id and n.role = 'brand_owner' and n.accepted_at is null and n.revoked_at is null
      and n.expires_at > now()) as "invitationExpiresAt"`;

export type BrandFilter = {
  /** Part of the name, or the whole id. */
  readonly query: string | undefined;
  readonly limit: number;
  readonly after: readonly string[] | undefined;
};

/** Newest first; one row more than asked for when there is a next page. */
export async function listBrandViews(sql: Sql, filter: BrandFilter): Promise<BrandView[]> {
  const { rows } = await sql.query<BrandView>(
    `select ${VIEW} from brands b
      where ($2::bigint is null
              or (b.created_at, b.id) < ('epoch'::timestamptz + $2::bigint * interval '1 microsecond', $3::text))
        and ($4::text is null or b.id = $4 or b.name ilike '%' || $5 || '%')
      order by b.created_at desc, b.id desc limit $1`,
    [
      filter.limit + 1,
      filter.after?.[0] ?? null,
      filter.after?.[1] ?? null,
      filter.query ?? null,
      likeText(filter.query ?? ''),
    ],
  );
  return rows;
}

export async function findBrandView(sql: Sql, id: string): Promise<BrandView | undefined> {
  const { rows } = await sql.query<BrandView>(`select ${VIEW} from brands b where b.id = $1`, [id]);
  return rows[0];
}
