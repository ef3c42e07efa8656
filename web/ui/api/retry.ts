import { ApiProblem } from './problem';

const READ_RETRIES = 4;
const MAX_DELAY_MS = 15_000;
/** Longer waits are the person's business: the screen says when to come back. */
const MAX_PATIENCE_SECONDS = 30;

/** Nothing is known about what the server did: no answer, or an answer from something in front of it. */
export function answerIsMissing(error: unknown): boolean {
  return (
    error instanceof ApiProblem &&
    (error.status === 0 || error.status === 502 || error.status === 503 || error.status === 504) &&
    error.code !== 'step_up_cancelled'
  );
}

const asksToWait = (error: unknown): boolean =>
  error instanceof ApiProblem &&
  error.status === 429 &&
  error.retryAfter !== null &&
  error.retryAfter <= MAX_PATIENCE_SECONDS;

/** Reads: again after lost answers and short 429s, never after a refusal, which would be the same. */
export const shouldRetryRead = (failures: number, error: unknown): boolean =>
  failures < READ_RETRIES && (answerIsMissing(error) || asksToWait(error));

/** Exponential from 0.5 s with jitter of a half (`random` 0–1), or what the server asked for. */
export function retryDelayMs(failures: number, error: unknown, random: number): number {
  if (error instanceof ApiProblem && error.retryAfter !== null) return error.retryAfter * 1000;
  const ceiling = Math.min(MAX_DELAY_MS, 500 * 2 ** failures);
  return Math.round(ceiling / 2 + (ceiling / 2) * random);
}

/**
 * What an attempt at a money command tells: `definite` (refused by the rules: nothing was or will be done),
 * `not_tried` (turned away at the door, so this attempt did nothing, but a former one may have), `unknown`.
 */
export type Outcome = 'definite' | 'not_tried' | 'unknown';

export function outcomeOf(error: unknown): Outcome {
  if (!(error instanceof ApiProblem)) return 'unknown';
  const { status, code } = error;
  if (code === 'step_up_cancelled' || code === 'factor_required') return 'not_tried';
  if (status === 401 || status === 429) return 'not_tried';
  if (code === 'answer_unreadable' || status === 0 || status === 408 || status >= 500)
    return 'unknown';
  return 'definite';
}
