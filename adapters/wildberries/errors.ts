import type { PartnerFailure } from '../ports';

export type FeedFailure =
  | { readonly kind: 'rate_limited'; readonly retryAfterMs: number }
  | { readonly kind: 'auth' }
  | { readonly kind: 'unknown'; readonly cause: `read:${PartnerFailure}` };

const SIX_HOURS_MS = 6 * 3_600_000;

/** Seconds in X-Ratelimit-Retry (or Retry-After); without them the method's own interval. */
function retryAfterMs(headers: Headers, intervalMs: number): number {
  const text = headers.get('x-ratelimit-retry') ?? headers.get('retry-after') ?? '';
  const seconds = /^\d{1,6}(?:\.\d+)?$/.test(text) ? Number(text) : intervalMs / 1000;
  return Math.min(Math.max(Math.ceil(seconds * 1000), 1), SIX_HOURS_MS);
}

/** 401 and 403 need a new token, 429 tells when; every other answer is no word about the order. */
export function feedFailure(status: number, headers: Headers, intervalMs: number): FeedFailure {
  if (status === 401 || status === 403) return { kind: 'auth' };
  if (status === 429) {
    return { kind: 'rate_limited', retryAfterMs: retryAfterMs(headers, intervalMs) };
  }
  return { kind: 'unknown', cause: `read:http_${status}` };
}
