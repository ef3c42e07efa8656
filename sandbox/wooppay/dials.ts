import { fieldsOf, oneOf, textOf, wholeOf, BadRequest } from '../exchange';
import { parseTenge } from '../../domain/money';

/** How the fake treats a payout that is being created. README.md tells each mode's effect in a table. */
export const MODES = [
  'ok',
  'timeout_after_accept',
  'timeout_before_accept',
  'reset_after_accept',
  'garbled_after_accept',
  'http_500',
  'http_500_after_accept',
  'refuse',
  'accept_then_fail',
  'slow',
  'not_found_then_found',
  'wrong_amount',
] as const;
export type Mode = (typeof MODES)[number];

export type Dial = {
  readonly mode: Mode;
  /** Creations still to be treated so; null for all until the dial is turned. */
  remaining: number | null;
  /** Only this reference, only this card token. */
  readonly reference?: string;
  readonly destination?: string;
  readonly code?: string;
  readonly reason?: string;
  /** slow: how long; accept_then_fail and the rest: from accepted to settled, instead of the default. */
  readonly ms?: number;
  /** not_found_then_found: look-ups answered 404. */
  readonly misses?: number;
  /** wrong_amount: what is paid instead, decimal tenge. */
  readonly amount?: string;
};

export function readDial(body: unknown): Dial {
  const fields = fieldsOf(body);
  const amount = textOf(fields, 'amount');
  if (amount !== undefined && !parseTenge(amount).ok) throw new BadRequest('amount is not tenge');
  const count = wholeOf(fields, 'count') ?? null;
  if (count === 0) throw new BadRequest('count must be at least 1');
  const optional = {
    reference: textOf(fields, 'reference'),
    destination: textOf(fields, 'destination'),
    code: textOf(fields, 'code'),
    reason: textOf(fields, 'reason'),
    ms: wholeOf(fields, 'ms'),
    misses: wholeOf(fields, 'misses'),
    amount,
  };
  const given = Object.entries(optional).filter(([, value]) => value !== undefined);
  return {
    mode: oneOf(fields, 'mode', MODES),
    remaining: count,
    ...(Object.fromEntries(given) as Partial<Dial>),
  };
}

/**
 * Card tokens that act alone, for those who cannot turn a dial. The two time-outs happen to the first
 * creation of a reference only, so a resend shows what became of it.
 */
const SENTINELS: readonly (readonly [prefix: string, mode: Mode, firstOnly: boolean])[] = [
  ['tok_refuse_', 'refuse', false],
  ['tok_fail_', 'accept_then_fail', false],
  ['tok_timeout_', 'timeout_after_accept', true],
  ['tok_lost_', 'timeout_before_accept', true],
  ['tok_wrong_', 'wrong_amount', false],
];

export class DialBoard {
  #dials: Dial[] = [];

  /** `ok` without a filter clears all; any other replaces the dial of the same filter. */
  turn(dial: Dial): void {
    const everyone = dial.reference === undefined && dial.destination === undefined;
    this.#dials =
      dial.mode === 'ok' && everyone
        ? []
        : this.#dials.filter(
            (other) => other.reference !== dial.reference || other.destination !== dial.destination,
          );
    // The narrowest filter is asked first, so one reference can differ from a dial for all.
    if (dial.mode !== 'ok' || !everyone) this.#dials.push(dial);
    this.#dials.sort((a, b) => narrowness(b) - narrowness(a));
  }

  clear(): void {
    this.#dials = [];
  }

  /** The dial for all creations, apart from those of one reference or card. */
  general(): Dial {
    const found = this.#dials.find((dial) => narrowness(dial) === 0);
    return found ?? { mode: 'ok', remaining: null };
  }

  list(): readonly Dial[] {
    return this.#dials;
  }

  /**
   * The dial for one creation, counted down. `submits` is how often the reference was seen before; `ofCard`
   * how this card behaves when no dial says otherwise.
   */
  take(reference: string, token: string, submits: number, ofCard: Mode): Dial {
    const dial = this.#dials.find(
      (candidate) =>
        (candidate.reference ?? reference) === reference &&
        (candidate.destination ?? token) === token,
    );
    if (dial) {
      if (dial.remaining !== null) dial.remaining -= 1;
      if (dial.remaining === 0) this.#dials = this.#dials.filter((other) => other !== dial);
      return dial;
    }
    const sentinel = SENTINELS.find(
      ([prefix, , firstOnly]) => token.startsWith(prefix) && (!firstOnly || submits === 0),
    );
    return { mode: sentinel?.[1] ?? ofCard, remaining: null };
  }
}

function narrowness(dial: Dial): number {
  return (dial.reference === undefined ? 0 : 2) + (dial.destination === undefined ? 0 : 1);
}
