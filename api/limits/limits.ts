import { parseTenge, tengeOrNull, type Tiyn } from '../../domain/money';
import { unwrap } from '../../domain/result';
import { insertAudit } from '../../store/postgres/audit';
import { findLimits, setLimits, type ProgrammeLimits } from '../../store/postgres/limits';
import { inTransaction } from '../../store/postgres/pool';
import { auditOf } from '../access/audit';
import { jsonAnswer } from '../answer';
import type { Handler } from '../handler';

type Body = {
  readonly order_limit: string | null;
  readonly day_limit: string | null;
  readonly credit_limit: string | null;
};

const valuesOf = (limits: ProgrammeLimits): Body => ({
  order_limit: tengeOrNull(limits.order_limit_tiyn),
  day_limit: tengeOrNull(limits.day_limit_tiyn),
  credit_limit: tengeOrNull(limits.credit_limit_tiyn),
});

const shape = (limits: ProgrammeLimits): Record<string, unknown> => ({
  programme: { id: limits.id, name: limits.name },
  brand: { id: limits.brand_id, name: limits.brand_name },
  ...valuesOf(limits),
});

export const getLimits: Handler = async ({ pool }, { params }) => {
  const limits = await findLimits(pool, params['programmeId'] ?? '', false);
  return limits ? jsonAnswer(200, shape(limits)) : { problem: 'programme_not_found' };
};

/** The document has checked the form; zero is no ceiling anybody could keep. */
const amountOf = (text: string | null): Tiyn | null | 'zero' => {
  if (text === null) return null;
  const amount = unwrap(parseTenge(text));
  return amount > 0n ? amount : 'zero';
};

/** Orders already promised are not looked at again: a ceiling is for what comes. */
export const putLimits: Handler = async ({ pool }, call, viewer) => {
  const programmeId = call.params['programmeId'] ?? '';
  const body = call.body as Body;
  const [order, day, credit] = [body.order_limit, body.day_limit, body.credit_limit].map(amountOf);
  if (order === 'zero' || day === 'zero' || credit === 'zero') return { problem: 'limit_invalid' };
  return inTransaction(pool, async (sql) => {
    const before = await findLimits(sql, programmeId, true);
    if (!before) return { problem: 'programme_not_found' } as const;
    await setLimits(sql, programmeId, {
      order: order ?? null,
      day: day ?? null,
      credit: credit ?? null,
    });
    const after = await findLimits(sql, programmeId, false);
    await insertAudit(
      sql,
      auditOf(viewer, call, {
        action: 'limits.change',
        subjectId: programmeId,
        before: valuesOf(before),
        after: { ...valuesOf(after ?? before), reason: (call.body as { reason: string }).reason },
      }),
    );
    return jsonAnswer(200, shape(after ?? before));
  });
};
