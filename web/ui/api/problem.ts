/** One refused field: RFC 6901 pointer into the body (`/iin`) and the server's words for engineers. */
export type FieldProblem = { readonly pointer: string; readonly message: string };

/** Codes that come from this side of the wire; every other code is the API's (api/problemList.ts). */
export type LocalProblemCode = 'network' | 'answer_unreadable' | 'step_up_cancelled';

type ProblemParts = {
  readonly code: string;
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly FieldProblem[];
  readonly suggestions?: readonly string[];
  /** Seconds the server asks to wait. */
  readonly retryAfter?: number | null;
  readonly requestId?: string | null;
};

/** A refusal of the API, or no answer at all. What people read is looked up by `code` (ProblemAlert). */
export class ApiProblem extends Error {
  readonly code: string;
  readonly status: number;
  readonly detail: string;
  readonly errors: readonly FieldProblem[];
  /** What can be given instead of what was refused, best first. */
  readonly suggestions: readonly string[];
  readonly retryAfter: number | null;
  readonly requestId: string | null;

  constructor(parts: ProblemParts) {
    super(`${parts.code}: ${parts.detail}`);
    this.name = 'ApiProblem';
    this.code = parts.code;
    this.status = parts.status;
    this.detail = parts.detail;
    this.errors = parts.errors ?? [];
    this.suggestions = parts.suggestions ?? [];
    this.retryAfter = parts.retryAfter ?? null;
    this.requestId = parts.requestId ?? null;
  }
}

export const localProblem = (code: LocalProblemCode, requestId: string | null): ApiProblem =>
  new ApiProblem({ code, status: 0, detail: code, requestId });

export const hasCode = (error: unknown, code: string): error is ApiProblem =>
  error instanceof ApiProblem && error.code === code;

/** `Retry-After` in seconds; the API sends whole seconds, a proxy may send a date. */
export function retryAfterSeconds(header: string | null, now: Date): number | null {
  if (!header) return null;
  if (/^\d+$/.test(header)) return Number(header);
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - now.getTime()) / 1000));
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

function fieldProblems(value: unknown): FieldProblem[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isRecord).map((one) => ({
    pointer: text(one['pointer']) ?? '',
    message: text(one['message']) ?? '',
  }));
}

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];

/** Reads an answer that is not 2xx; whatever stands in front of the API may answer in other forms. */
export async function problemOf(response: Response): Promise<ApiProblem> {
  const requestId = response.headers.get('x-request-id');
  const retryAfter = retryAfterSeconds(response.headers.get('retry-after'), new Date());
  const body: unknown = await response.json().catch(() => null);
  const code = isRecord(body) ? text(body['code']) : null;
  if (!isRecord(body) || !code) {
    const detail = `HTTP ${response.status}`;
    const unread = response.status >= 500 ? 'network' : 'answer_unreadable';
    return new ApiProblem({ code: unread, status: response.status, detail, retryAfter, requestId });
  }
  return new ApiProblem({
    code,
    status: response.status,
    detail: text(body['detail']) ?? code,
    errors: fieldProblems(body['errors']),
    suggestions: texts(body['suggestions']),
    retryAfter,
    requestId: requestId ?? text(body['request_id']),
  });
}
