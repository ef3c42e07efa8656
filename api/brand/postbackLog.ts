import { reason } from '../../domain/conversions/reasons';
import { formatTenge } from '../../domain/money';
import {
  duplicateReceipts,
  listReceipts,
  type LoggedReceipt,
} from '../../store/postgres/postbackLog';
import {
  createPostbackLog,
  type LoggedAttempt,
  type PostbackLog,
} from '../../store/redis/postbackLog';
import { errorText } from '../../telemetry/logger';
import { jsonAnswer } from '../answer';
import type { ApiDeps, Handler } from '../handler';
import { pageOf } from '../page';
import { PROBLEMS, type ProblemCode } from '../problem';
import { programmeOf, readTypedPage } from './scope';

/** A line of the log, from whichever store: `at` is ISO 8601 to the microsecond and with `id` the order of lines. */
export type LogLine = { readonly at: string; readonly id: string; readonly view: unknown };

const DECISION = /^dashboard /;

export function receiptLine(receipt: LoggedReceipt): LogLine {
  const isDecision = DECISION.test(receipt.webhook_id);
  const { at, id } = receipt;
  return {
    at,
    id,
    view: {
      id,
      at: receipt.received_at,
      verdict: receipt.verdict,
      source: isDecision ? 'dashboard' : 'postback',
      problem: null,
      reason:
        receipt.verdict === 'unmatched' && receipt.reason_code !== null
          ? reason(receipt.reason_code)
          : null,
      webhook_id: isDecision ? null : receipt.webhook_id,
      receipt_id: id,
      conversion_id: receipt.conversion_id,
      transaction_id: receipt.transaction_id,
      event: receipt.event,
      order_status: receipt.order_status,
      sale: receipt.sale_tiyn === null ? null : formatTenge(receipt.sale_tiyn),
      from: null,
    },
  };
}

const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(PROBLEMS, code);

function problemOf(attempt: LoggedAttempt): unknown {
  const { code, status, detail, errors } = attempt;
  // A code of another release is shown as it is rather than hidden.
  const { ru, kk, en } = isProblemCode(code) ? PROBLEMS[code] : { ru: code, kk: code, en: code };
  return { code, status, text: { ru, kk, en }, detail: detail ?? null, errors: errors ?? [] };
}

export function attemptLine(attempt: LoggedAttempt): LogLine {
  const at = new Date(attempt.atMs);
  const isRepeat = attempt.code === 'duplicate';
  return {
    at: at.toISOString().replace('Z', '000Z'),
    id: `a${attempt.id}`,
    view: {
      id: `a${attempt.id}`,
      at,
      verdict: isRepeat ? 'duplicate' : 'refused',
      source: 'postback',
      problem: isRepeat ? null : problemOf(attempt),
      reason: null,
      webhook_id: attempt.webhookId ?? null,
      receipt_id: attempt.receiptId ?? null,
      conversion_id: attempt.conversionId ?? null,
      transaction_id: attempt.transactionId ?? null,
      event: attempt.event ?? null,
      order_status: attempt.orderStatus ?? null,
      sale: attempt.sale ?? null,
      from: attempt.from ?? null,
    },
  };
}

/** An order told again under another webhook id has a receipt of its own, stored at that same moment. */
const SAME_MOMENT_MS = 5_000;

export async function withoutStored(
  { pool }: Pick<ApiDeps, 'pool'>,
  attempts: readonly LoggedAttempt[],
): Promise<LoggedAttempt[]> {
  const repeats = attempts.flatMap(({ code, receiptId }) =>
    code === 'duplicate' && receiptId !== undefined ? [receiptId] : [],
  );
  const stored = await duplicateReceipts(pool, repeats);
  return attempts.filter(({ code, receiptId, atMs }) => {
    const at = code === 'duplicate' ? stored.get(receiptId ?? '') : undefined;
    return at === undefined || Math.abs(at.getTime() - atMs) > SAME_MOMENT_MS;
  });
}

const newestFirst = (a: LogLine, b: LogLine): number =>
  a.at !== b.at ? (a.at > b.at ? -1 : 1) : a.id > b.id ? -1 : a.id < b.id ? 1 : 0;

const isOlder = (line: LogLine, after: { at: string; id: string }): boolean =>
  line.at < after.at || (line.at === after.at && line.id < after.id);

/** All of them: they are a thousand at most, and a page may begin among those of one millisecond. */
const ALL_ATTEMPTS = 2_000;

async function attemptsBefore(
  deps: ApiDeps,
  attempts: PostbackLog,
  programmeId: string,
  after: { at: string; id: string } | undefined,
): Promise<LogLine[] | undefined> {
  try {
    const found = await attempts.list(programmeId, undefined, ALL_ATTEMPTS);
    const lines = (await withoutStored(deps, found)).map(attemptLine);
    return after ? lines.filter((line) => isOlder(line, after)) : lines;
  } catch (thrown) {
    deps.log.warn({ error: errorText(thrown) }, 'refused postbacks are not known');
    return undefined;
  }
}

const verdictOf = (line: LogLine): unknown => (line.view as { verdict: string }).verdict;

export const listPostbackAttempts: Handler = async (deps, call, viewer) => {
  const programme = await programmeOf(deps, call, viewer);
  if (!programme.ok) return programme.error;
  const page = readTypedPage(call.query, ['time', 'id']);
  if (!page.ok) return page.error;
  const verdict = call.query.get('verdict');
  const [at, id] = page.value.after ?? [];
  const after = at === undefined || id === undefined ? undefined : { at, id };
  const { limit } = page.value;
  const programmeId = programme.value.id;
  const [receipts, attempts] = await Promise.all([
    verdict === 'refused' ? [] : listReceipts(deps.pool, programmeId, verdict, after, limit + 1),
    attemptsBefore(deps, createPostbackLog(deps.redis), programmeId, after),
  ]);
  const lines = [...receipts.map(receiptLine), ...(attempts ?? [])]
    .filter((line) => verdict === undefined || verdictOf(line) === verdict)
    .sort(newestFirst)
    .slice(0, limit + 1);
  return jsonAnswer(200, {
    ...pageOf(
      lines,
      page.value,
      (line) => [line.at, line.id],
      (line) => line.view,
    ),
    attempts_known: attempts !== undefined,
  });
};
