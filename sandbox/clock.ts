import { BadRequest, fieldsOf } from './exchange';
import { openJournal, type Journal } from './journal';

/** 400 days: over a year's end in either direction, and every time stamp stays an ordinary date. */
export const MAX_OFFSET_MS = 400 * 86_400_000;

/**
 * The fake partners' own time: the machine's clock plus an offset. It settles their payouts and stamps
 * their books. The platform's clock and Temporal's timers are not ours to move. Kept over a restart:
 * otherwise a payout settled in the moved time would be open again.
 */
export class SandboxClock {
  readonly #journal: Journal<{ readonly offsetMs: number }>;
  #offsetMs: number;

  constructor(path: string | null) {
    this.#journal = openJournal<{ readonly offsetMs: number }>(path);
    this.#offsetMs = this.#journal.events.at(-1)?.offsetMs ?? 0;
  }

  readonly now = (): number => Date.now() + this.#offsetMs;

  offsetMs(): number {
    return this.#offsetMs;
  }

  move(offsetMs: number): void {
    this.#journal.rewrite([{ offsetMs }]);
    this.#offsetMs = offsetMs;
  }

  clear(): void {
    this.#journal.clear();
    this.#offsetMs = 0;
  }

  close(): void {
    this.#journal.close();
  }
}

/** `{offset_ms}`, whole milliseconds, negative for the past. */
export function readOffset(body: unknown): number {
  const offset = fieldsOf(body)['offset_ms'];
  if (typeof offset !== 'number' || !Number.isSafeInteger(offset)) {
    throw new BadRequest('offset_ms must be a whole number');
  }
  if (Math.abs(offset) > MAX_OFFSET_MS) {
    throw new BadRequest(`offset_ms must be from -${MAX_OFFSET_MS} to ${MAX_OFFSET_MS}`);
  }
  return offset;
}

export function clockState(clock: SandboxClock): Record<string, unknown> {
  const now = Date.now();
  return {
    offset_ms: clock.offsetMs(),
    partner_time: new Date(now + clock.offsetMs()).toISOString(),
    machine_time: new Date(now).toISOString(),
    min_offset_ms: -MAX_OFFSET_MS,
    max_offset_ms: MAX_OFFSET_MS,
  };
}
