import { PROBLEMS, type ProblemCode } from './problemList';

export { PROBLEM_CODES, PROBLEMS, type ProblemCode } from './problemList';

export type ProblemExtra = {
  /** What exactly is wrong with this request; never repeats secrets or personal data. */
  readonly detail?: string;
  readonly errors?: readonly { readonly pointer: string; readonly message: string }[];
  /** Sent as Retry-After too. */
  readonly retryAfterSeconds?: number;
  readonly allow?: readonly string[];
  /** What can be given instead of what was refused, best first. */
  readonly suggestions?: readonly string[];
  /** For 409 of a postback: the receipt that already holds the key. */
  readonly receiptId?: string;
};

/** What to say when the same request may succeed later. */
export const RETRY_AFTER_SECONDS = 2;

/** The body of an `application/problem+json` answer. `instance` is the request id, as a URN. */
export function problemBody(
  code: ProblemCode,
  requestId: string,
  extra: ProblemExtra = {},
): Record<string, unknown> {
  const { status, title, ru, kk, en } = PROBLEMS[code];
  return {
    type: `urn:gamma:problem:${code}`,
    title,
    status,
    detail: extra.detail ?? en,
    code,
    instance: `urn:gamma:request:${requestId}`,
    request_id: requestId,
    text: { ru, kk, en },
    ...(extra.errors ? { errors: extra.errors } : {}),
    ...(extra.suggestions ? { suggestions: extra.suggestions } : {}),
    ...(extra.receiptId ? { receipt_id: extra.receiptId } : {}),
  };
}
