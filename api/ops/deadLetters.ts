import { insertAudit } from '../../store/postgres/audit';
import {
  listDeadLetters,
  resendDeadLetter,
  type DeadLetterRow,
} from '../../store/postgres/deadLetters';
import { inTransaction } from '../../store/postgres/pool';
import { auditOf } from '../access/audit';
import { jsonAnswer } from '../answer';
import type { Handler } from '../handler';
import { pageOf, readPage } from '../page';

/** As openapi/ops.yaml has it for the path: fits a bigint. */
const LETTER_ID = /^[1-9][0-9]{0,17}$/;

const shape = (row: DeadLetterRow): unknown => ({
  id: row.id.toString(),
  topic: row.topic,
  subject_id: row.subject_id,
  attempts: row.attempts,
  last_error: row.last_error,
  created_at: row.created_at,
  dead_at: row.dead_at,
});

/** Messages that Temporal refused until the relay gave up, newest first. */
export const getDeadLetters: Handler = async ({ pool }, { query }) => {
  const page = readPage(query, 1);
  if (!page.ok) return page.error;
  const after = page.value.after?.[0];
  if (after !== undefined && !LETTER_ID.test(after)) return { problem: 'cursor_invalid' };
  const rows = await listDeadLetters(pool, page.value);
  return jsonAnswer(
    200,
    pageOf(rows, page.value, (row) => [row.id.toString()], shape),
  );
};

/**
 * Once more from the beginning, when what stood in its way is mended. Delivering is idempotent, so a letter that
 * Temporal took after all changes nothing. A repeat under the same key is told again that it went.
 */
export const resend: Handler = async (deps, call, viewer) => {
  const id = call.params['deadLetterId'] ?? '';
  return inTransaction(deps.pool, async (sql) => {
    const letter = await resendDeadLetter(sql, BigInt(id));
    if (!letter) return { problem: 'dead_letter_not_found' } as const;
    await insertAudit(
      sql,
      auditOf(viewer, call, {
        action: 'outbox.resend',
        subjectId: id,
        before: { topic: letter.topic, subject: letter.subjectId, code: letter.code },
      }),
    );
    const answer = jsonAnswer(200, { id, topic: letter.topic, subject_id: letter.subjectId });
    await call.claim?.store(sql, answer);
    return answer;
  });
};
