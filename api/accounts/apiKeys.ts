import { randomBytes } from 'node:crypto';

import { KEY_GRANTS, type Grant, type Role } from '../../domain/access';
import { idFromBytes } from '../../domain/ids';
import {
  countLiveApiKeys,
  expireApiKey,
  findApiKeyView,
  listApiKeys,
  revokeApiKey,
  type ApiKeyView,
} from '../../store/postgres/apiKeys';
import { insertAudit } from '../../store/postgres/audit';
import { insertApiKey } from '../../store/postgres/catalogue';
import { inTransaction, type Sql } from '../../store/postgres/pool';
import { auditOf } from '../access/audit';
import type { Viewer } from '../access/viewer';
import { jsonAnswer, type Answer } from '../answer';
import type { ApiDeps, Call, Handler } from '../handler';
import type { Refusal } from '../reply';
import { keyHint, newApiKey } from '../keys';
import { pageOf } from '../page';
import { readTimePage, timeKeys } from './timePage';

const KEYS_MAX = 20;
/** How long a rotated key still works: time to change it in a shop's servers without a gap. */
const OVERLAP_MS = 24 * 3_600_000;

/** The tenant of the path is the viewer's own, or it does not exist. */
function tenantRefusal(call: Call, viewer: Viewer): Refusal | undefined {
  const { brandId, influencerId } = call.params;
  if ((brandId ?? influencerId) === viewer.subjectId) return undefined;
  return { problem: brandId === undefined ? 'influencer_not_found' : 'brand_not_found' };
}

const keyOf =
  (nowMs: number) =>
  (key: ApiKeyView): unknown => {
    const isOver = key.revokedAt !== null || (key.expiresAt?.getTime() ?? Infinity) <= nowMs;
    return {
      id: key.id,
      label: key.label,
      role: key.role,
      grants: key.grants,
      hint: key.hint,
      state: isOver ? 'revoked' : key.expiresAt ? 'expiring' : 'active',
      created_by: key.createdBy,
      created_at: key.createdAt,
      last_used_at: key.lastUsedAt,
      expires_at: key.expiresAt,
    };
  };

export const listKeys: Handler = async ({ pool, now }, call, viewer) => {
  const foreign = tenantRefusal(call, viewer);
  if (foreign) return foreign;
  const page = readTimePage(call.query);
  if (!page.ok) return page.error;
  const rows = await listApiKeys(pool, viewer.subjectId, page.value.limit, page.value.after);
  return jsonAnswer(200, pageOf(rows, page.value, timeKeys, keyOf(now())));
};

type NewKey = { readonly label: string; readonly role: Role; readonly grants: readonly Grant[] };

/** The plain key is in this answer and nowhere else. */
async function makeKey(
  deps: ApiDeps,
  sql: Sql,
  viewer: Viewer,
  key: NewKey,
): Promise<{ readonly id: string; readonly answer: Answer }> {
  const made = newApiKey(deps.environment);
  const id = idFromBytes('apiKey', randomBytes(16));
  await insertApiKey(sql, {
    ...key,
    id,
    hash: made.hash,
    subjectId: viewer.subjectId,
    hint: keyHint(made.plain),
    createdBy: viewer.actorId,
  });
  const view = (await findApiKeyView(sql, viewer.subjectId, id))!;
  return { id, answer: jsonAnswer(201, { key: made.plain, api_key: keyOf(deps.now())(view) }) };
}

export const createKey: Handler = async (deps, call, viewer) => {
  const foreign = tenantRefusal(call, viewer);
  if (foreign) return foreign;
  const given = call.body as { label: string; role?: Role; grants: Grant[] };
  const role = given.role ?? 'influencer';
  if (given.grants.some((grant) => !KEY_GRANTS[role].includes(grant)))
    return { problem: 'grant_forbidden' };
  return inTransaction(deps.pool, async (sql): Promise<Answer | Refusal> => {
    if ((await countLiveApiKeys(sql, viewer.subjectId)) >= KEYS_MAX)
      return { problem: 'api_key_limit' };
    const key = { label: given.label.trim(), role, grants: given.grants };
    const { id, answer } = await makeKey(deps, sql, viewer, key);
    const after = { role, grants: given.grants };
    await insertAudit(
      sql,
      auditOf(viewer, call, { action: 'api_key.create', subjectId: id, after }),
    );
    return answer;
  });
};

/** Whoever suspects that a key leaked revokes it instead: a rotated one goes on working for a day. */
export const rotateKey: Handler = async (deps, call, viewer) => {
  const foreign = tenantRefusal(call, viewer);
  if (foreign) return foreign;
  return inTransaction(deps.pool, async (sql): Promise<Answer | Refusal> => {
    const expiresAt = new Date(deps.now() + OVERLAP_MS);
    const keyId = call.params['keyId'] ?? '';
    const old = await expireApiKey(sql, viewer.subjectId, keyId, expiresAt);
    if (!old) return { problem: 'api_key_not_found' };
    const { id, answer } = await makeKey(deps, sql, viewer, old);
    const after = { newKeyId: id, oldWorksUntil: expiresAt.toISOString() };
    await insertAudit(
      sql,
      auditOf(viewer, call, { action: 'api_key.rotate', subjectId: old.id, after }),
    );
    return answer;
  });
};

export const revokeKey: Handler = async (deps, call, viewer) => {
  const foreign = tenantRefusal(call, viewer);
  if (foreign) return foreign;
  return inTransaction(deps.pool, async (sql): Promise<Answer | Refusal> => {
    const revoked = await revokeApiKey(sql, viewer.subjectId, call.params['keyId'] ?? '');
    if (!revoked) return { problem: 'api_key_not_found' };
    const audit = { action: 'api_key.revoke', subjectId: revoked.id };
    await insertAudit(sql, auditOf(viewer, call, audit));
    return jsonAnswer(200, keyOf(deps.now())(revoked));
  });
};
