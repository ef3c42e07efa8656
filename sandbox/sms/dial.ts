import { fieldsOf, oneOf, wholeOf, BadRequest } from '../exchange';

/** How the gateway treats a message that is being sent. README.md tells each mode's effect in a table. */
export const SMS_MODES = [
  'ok',
  'timeout_after_accept',
  'timeout_before_accept',
  'reset_after_accept',
  'garbled_after_accept',
  'http_500',
  'http_500_after_accept',
  'reject',
  'invalid_phone',
  'undeliverable',
  'no_money',
  'unauthorized',
  'duplicate',
  'rate_limit',
  'slow',
] as const;
export type SmsMode = (typeof SMS_MODES)[number];

export type SmsDial = {
  readonly mode: SmsMode;
  /** Messages still to be treated so; null for all until the dial is turned. */
  remaining: number | null;
  /** slow: how long. */
  readonly ms: number;
};

export const SMS_OK: SmsDial = { mode: 'ok', remaining: null, ms: 0 };
export const SLOW_MS = 1000;

export function readSmsDial(body: unknown): SmsDial {
  const fields = fieldsOf(body);
  const count = wholeOf(fields, 'count') ?? null;
  if (count === 0) throw new BadRequest('count must be at least 1');
  return {
    mode: oneOf(fields, 'mode', SMS_MODES),
    remaining: count,
    ms: wholeOf(fields, 'ms') ?? SLOW_MS,
  };
}
