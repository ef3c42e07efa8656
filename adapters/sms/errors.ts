import type { PartnerFailure, SmsFailure, SmsFailureCode } from '../ports';

/** The gateway holds an identical message of the last minute, or got too many calls at once. */
export const DUPLICATE = 9;

/**
 * The gateway's numbered refusals. None of them sends. 1 parameters, 2 credentials, 3 balance, 4 address
 * blocked after many errors, 5 date, 6 text or sender name denied, 7 number malformed, 8 number cannot be
 * reached.
 */
const CODES: Readonly<Record<number, SmsFailureCode>> = {
  1: 'sms_rejected',
  2: 'sms_unavailable',
  3: 'sms_unavailable',
  4: 'sms_unavailable',
  5: 'sms_rejected',
  6: 'sms_rejected',
  7: 'sms_phone_invalid',
  8: 'sms_rejected',
  [DUPLICATE]: 'sms_rate_limited',
};

/** The minute during which the gateway refuses identical messages. */
const DUPLICATE_WAIT_MS = 60_000;

export function gatewayRefusal(code: number): SmsFailure {
  const known = CODES[code];
  return {
    code: known ?? 'sms_unavailable',
    // A number outside the list is no promise that nothing was sent.
    delivery: known === undefined ? 'unknown' : 'not_sent',
    cause: `gateway_error_${code}`,
    retryAfterMs: code === DUPLICATE ? DUPLICATE_WAIT_MS : null,
  };
}

/** Of a call that brought no answer within the contract. */
export function callFailure(cause: PartnerFailure, retryAfterMs: number | null): SmsFailure {
  return {
    code: cause === 'http_429' ? 'sms_rate_limited' : 'sms_unavailable',
    delivery: certainlyNotSent(cause) ? 'not_sent' : 'unknown',
    cause: `submit:${cause}`,
    retryAfterMs,
  };
}

/** Refused before it was read: no connection, or turned away at the door. */
export function certainlyNotSent(cause: PartnerFailure): boolean {
  return ['not_connected', 'http_401', 'http_403', 'http_404', 'http_429'].includes(cause);
}

export function malformed(what: 'phone' | 'message'): SmsFailure {
  return {
    code: what === 'phone' ? 'sms_phone_invalid' : 'sms_rejected',
    delivery: 'not_sent',
    cause: `malformed_${what}`,
    retryAfterMs: null,
  };
}
