import type { Text } from '../../domain/conversions/reasons';
import { insertAudit } from '../../store/postgres/audit';
import { inTransaction } from '../../store/postgres/pool';
import { listFlags, raiseFlag, removeFlag, type FlagRow } from '../../store/postgres/reviewFlags';
import { auditOf } from '../access/audit';
import { jsonAnswer } from '../answer';
import type { Handler } from '../handler';
import { actor } from './shapes';

const text = (ru: string, kk: string, en: string): Text => ({ ru, kk, en });

/** Marks for colleagues: the closed list, which stands in migration 0009 too. */
export const REVIEW_FLAGS = {
  traffic_suspicious: text('Подозрительные переходы', 'Күмәнді өтулер', 'Suspicious traffic'),
  own_orders: text(
    'Заказы по своей ссылке',
    'Өз сілтемесімен тапсырыс',
    'Orders on their own link',
  ),
  duplicate_person: text(
    'Похоже на второго профиль',
    'Екінші профильге ұқсайды',
    'Looks like a second profile',
  ),
  documents_differ: text(
    'Документы не сходятся',
    'Құжаттар сәйкес келмейді',
    'Documents do not match',
  ),
  complaint: text('Есть жалоба', 'Шағым бар', 'There is a complaint'),
  bank_query: text('Вопрос от банка', 'Банктен сұрау', 'A query from the bank'),
} as const satisfies Readonly<Record<string, Text>>;

type FlagCode = keyof typeof REVIEW_FLAGS;

export const flagShape = (row: FlagRow): unknown => ({
  code: row.code,
  text: REVIEW_FLAGS[row.code as FlagCode],
  note: row.note,
  raised_by: actor(row.raised_by, row.raised_by_name),
  raised_at: row.raised_at,
});

export const listReviewFlagCodes: Handler = () =>
  Promise.resolve(
    jsonAnswer(200, {
      items: Object.entries(REVIEW_FLAGS).map(([code, words]) => ({ code, text: words })),
    }),
  );

export const addReviewFlag: Handler = async ({ pool }, call, viewer) => {
  const influencerId = call.params['influencerId'] ?? '';
  const { code, note = null } = call.body as { code: FlagCode; note?: string | null };
  const isRaised = await inTransaction(pool, async (sql) => {
    const raised = await raiseFlag(sql, { influencerId, code, note, raisedBy: viewer.actorId });
    if (raised)
      await insertAudit(
        sql,
        auditOf(viewer, call, {
          action: 'person.flag',
          subjectId: influencerId,
          after: { code },
        }),
      );
    return raised;
  });
  if (!isRaised) return { problem: 'influencer_not_found' };
  const flags = await listFlags(pool, influencerId);
  const flag = flags.find((one) => one.code === code);
  // Taken away by somebody else in the same moment: what was raised is still what is answered.
  const shown = flag ?? {
    code,
    note,
    raised_by: viewer.actorId,
    raised_by_name: null,
    raised_at: new Date(),
  };
  return jsonAnswer(200, flagShape(shown));
};

export const removeReviewFlag: Handler = async ({ pool }, call, viewer) => {
  const influencerId = call.params['influencerId'] ?? '';
  const code = call.params['flagCode'] ?? '';
  const removed = await inTransaction(pool, async (sql) => {
    const isGone = await removeFlag(sql, influencerId, code);
    if (isGone)
      await insertAudit(
        sql,
        auditOf(viewer, call, {
          action: 'person.unflag',
          subjectId: influencerId,
          before: { code },
        }),
      );
    return isGone;
  });
  return jsonAnswer(200, { code, removed });
};
