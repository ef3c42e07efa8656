import type { Sql } from './pool';

export type AuditEntry = {
  readonly actorId: string;
  readonly actorRole: string;
  readonly via: 'session' | 'key' | 'system';
  readonly tenantId: string;
  /** `<noun>.<verb>`, e.g. payout_batch.approve. */
  readonly action: string;
  readonly subjectId: string;
  /** No personal data: states, amounts, ids, roles. */
  readonly before?: Readonly<Record<string, unknown>>;
  readonly after?: Readonly<Record<string, unknown>>;
  readonly ipPrefix: string;
  readonly userAgent: string;
  readonly requestId: string;
};

/** Belongs in the transaction of what it tells about: neither stands without the other. */
export async function insertAudit(sql: Sql, entry: AuditEntry): Promise<void> {
  await sql.query(
    `insert into audit_log (actor_id, actor_role, via, tenant_id, action, subject_id, before, after, ip_prefix, user_agent, request_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      entry.actorId,
      entry.actorRole,
      entry.via,
      entry.tenantId,
      entry.action,
      entry.subjectId,
      entry.before ? JSON.stringify(entry.before) : null,
      entry.after ? JSON.stringify(entry.after) : null,
      entry.ipPrefix,
      entry.userAgent.slice(0, 300),
      entry.requestId,
    ],
  );
}

export type AuditRow = Required<Pick<AuditEntry, 'actorId' | 'actorRole' | 'via' | 'tenantId'>> & {
  readonly id: bigint;
  readonly at: Date;
  readonly actorName: string | null;
  readonly action: string;
  readonly subjectId: string;
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly after: Readonly<Record<string, unknown>> | null;
  readonly ipPrefix: string;
  readonly userAgent: string;
  readonly requestId: string;
};

export type AuditFilter = {
  readonly tenantId?: string | undefined;
  readonly actorId?: string | undefined;
  readonly subjectId?: string | undefined;
  /** An action or its beginning. */
  readonly action?: string | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
};

/**
 * Newest first; `after` is the id of the last row shown. Names are looked up, never kept in the log: a person's,
 * or the label of the key that acted.
 */
export async function listAuditRows(
  sql: Sql,
  filter: AuditFilter,
  limit: number,
  after: string | undefined,
): Promise<AuditRow[]> {
  const { rows } = await sql.query<AuditRow>(
    `select a.id, a.at, a.actor_id as "actorId", coalesce(nullif(u.name, ''), k.label) as "actorName", a.actor_role as "actorRole", a.via,
            a.tenant_id as "tenantId", a.action, a.subject_id as "subjectId", a.before, a.after,
            a.ip_prefix as "ipPrefix", a.user_agent as "userAgent", a.request_id as "requestId"
       from audit_log a
       left join users u on u.id = a.actor_id
       left join api_keys k on k.id = a.actor_id
      where ($2::text is null or a.tenant_id = $2) and ($3::text is null or a.actor_id = $3)
        and ($4::text is null or a.subject_id = $4) and ($5::text is null or starts_with(a.action, $5))
        and ($6::timestamptz is null or a.at >= $6) and ($7::timestamptz is null or a.at < $7)
        and ($8::bigint is null or a.id < $8)
      order by a.id desc limit $1`,
    [
      limit + 1,
      filter.tenantId ?? null,
      filter.actorId ?? null,
      filter.subjectId ?? null,
      filter.action ?? null,
      filter.from ?? null,
      filter.to ?? null,
      after ?? null,
    ],
  );
  return rows;
}
