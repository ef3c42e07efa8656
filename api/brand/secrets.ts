import { randomBytes } from 'node:crypto';

import { insertAudit } from '../../store/postgres/audit';
import { findProgramme } from '../../store/postgres/brandProgrammes';
import { inTransaction } from '../../store/postgres/pool';
import {
  insertNextSecret,
  listSecrets,
  retireSecret,
  type ProgrammeSecret,
} from '../../store/postgres/programmeSecrets';
import { auditOf } from '../access/audit';
import { jsonAnswer } from '../answer';
import type { Handler } from '../handler';
import { orRefusal, Refused } from './programmeInput';
import { programmeOf } from './scope';

/** As many bytes as the HMAC has; Standard Webhooks allows 24 to 64. */
const SECRET_BYTES = 32;

const secretView = (secret: ProgrammeSecret): unknown => ({
  id: secret.id.toString(),
  hint: secret.hint,
  created_at: secret.created_at,
  last_used_at: secret.last_used_at,
  retired_at: secret.retired_at,
});

export const listProgrammeSecrets: Handler = async (deps, call, viewer) => {
  const programme = await programmeOf(deps, call, viewer);
  if (!programme.ok) return programme.error;
  const secrets = await listSecrets(deps.pool, deps.sealer, programme.value.id);
  return jsonAnswer(200, { items: secrets.map(secretView) });
};

export const rotateProgrammeSecret: Handler = async (deps, call, viewer) => {
  const plain = `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
  const work = inTransaction(deps.pool, async (sql) => {
    const programme = await findProgramme(sql, viewer, call.params['programmeId'] ?? '', true);
    if (!programme) throw new Refused({ problem: 'programme_not_found' });
    const made = await insertNextSecret(sql, deps.sealer, programme.id, plain);
    if (!made) throw new Refused({ problem: 'secret_limit' });
    const id = made.id.toString();
    await insertAudit(
      sql,
      auditOf(viewer, call, {
        action: 'programme_secret.add',
        subjectId: programme.id,
        after: { secret: id },
      }),
    );
    return jsonAnswer(201, { id, secret: plain, hint: made.hint, created_at: made.created_at });
  });
  return orRefusal(work);
};

export const retireProgrammeSecret: Handler = async (deps, call, viewer) => {
  const secretId = call.params['secretId'] ?? '';
  const work = inTransaction(deps.pool, async (sql) => {
    const programme = await findProgramme(sql, viewer, call.params['programmeId'] ?? '', true);
    if (!programme) throw new Refused({ problem: 'programme_not_found' });
    const outcome = await retireSecret(sql, deps.sealer, programme.id, secretId);
    if (outcome.kind === 'missing') throw new Refused({ problem: 'secret_not_found' });
    if (outcome.kind === 'last') throw new Refused({ problem: 'secret_last' });
    if (outcome.changed)
      await insertAudit(
        sql,
        auditOf(viewer, call, {
          action: 'programme_secret.retire',
          subjectId: programme.id,
          before: { secret: secretId },
        }),
      );
    return jsonAnswer(200, secretView(outcome.secret));
  });
  return orRefusal(work);
};
