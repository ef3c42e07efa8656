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
