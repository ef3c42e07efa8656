import type { AuditEntry } from '../../store/postgres/audit';
import type { Call } from '../handler';
import type { Viewer } from './viewer';

/** What a person did, ready for insertAudit in the transaction that did it. */
export function auditOf(
  viewer: Viewer,
  call: Pick<Call, 'from' | 'requestId'>,
  what: Pick<AuditEntry, 'action' | 'subjectId' | 'before' | 'after'>,
): AuditEntry {
  return {
    actorId: viewer.actorId,
    actorRole: viewer.role,
    via: viewer.via.kind,
    tenantId: viewer.subjectId,
    ipPrefix: call.from.ipPrefix,
    userAgent: call.from.userAgent,
    requestId: call.requestId,
    ...what,
  };
}
