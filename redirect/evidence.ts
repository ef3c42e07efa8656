import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

import { cut, MAX_LENGTH, type NotBillable } from './clickLine';

/** What a request says about who clicked. Read once, from the raw headers: no object of all of them is built. */
export type Evidence = {
  readonly userAgent: string;
  readonly referrer: string;
  readonly language: string;
  readonly forwardedFor: string;
  readonly reason: NotBillable | undefined;
};

const INTERESTING = new Set([
  'user-agent',
  'referer',
  'accept-language',
  'x-forwarded-for',
  'sec-purpose',
  'purpose',
  'x-purpose',
  'x-moz',
]);
/** Most of the dozen headers a browser sends are told from these without a look at their letters. */
const INTERESTING_LENGTHS = new Set([...INTERESTING].map((name) => name.length));
const hasLength = Array.from({ length: 16 }, (_, length) => INTERESTING_LENGTHS.has(length));

/** Header names come in few spellings; each is lower-cased once. Bounded: strangers choose them. */
const LOWER = new Map<string, string>();
const MAX_SPELLINGS = 1_000;

function lowered(name: string): string {
  if (hasLength[name.length] !== true) return '';
  let lower = LOWER.get(name);
  if (lower === undefined) {
    lower = name.toLowerCase();
    if (!INTERESTING.has(lower)) lower = '';
    if (LOWER.size < MAX_SPELLINGS) LOWER.set(name, lower);
  }
  return lower;
}

/** Sec-Purpose: "prefetch" or "prefetch;prerender"; the older headers say prefetch or preview. */
function purposeReason(value: string): NotBillable | undefined {
  const purpose = value.toLowerCase();
  if (purpose.includes('prerender')) return 'prerender';
  if (purpose.includes('prefetch')) return 'prefetch';
  return purpose.includes('preview') ? 'preview' : undefined;
}

export function readEvidence(request: IncomingMessage): Evidence {
  const { rawHeaders } = request;
  let userAgent = '';
  let referrer = '';
  let language = '';
  let forwardedFor = '';
  let reason: NotBillable | undefined = request.method === 'HEAD' ? 'head' : undefined;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = lowered(rawHeaders[i]!);
    if (name === '') continue;
    const value = rawHeaders[i + 1]!;
    if (name === 'user-agent') userAgent = cut(value, MAX_LENGTH.userAgent);
    else if (name === 'referer') referrer = cut(value, MAX_LENGTH.referrer);
    else if (name === 'accept-language') language = cut(value, MAX_LENGTH.language);
    else if (name === 'x-forwarded-for') forwardedFor += forwardedFor === '' ? value : `,${value}`;
    else reason ??= purposeReason(value);
  }
  return { userAgent, referrer, language, forwardedFor, reason };
}

/**
 * The visitor's address: the socket's, or with proxies of our own in front, the one that the outermost
 * of them saw. What stands further left in X-Forwarded-For was written by the visitor and is not read.
 */
export function clientIp(
  request: IncomingMessage,
  forwardedFor: string,
  proxyHops: number,
): string {
  const socketIp = request.socket.remoteAddress ?? '';
  if (proxyHops > 0 && forwardedFor !== '') {
    const seen = forwardedFor.split(',');
    const claimed = seen[Math.max(0, seen.length - proxyHops)]!.trim();
    if (isIP(claimed) !== 0) return unmapped(claimed);
  }
  return unmapped(socketIp);
}

function unmapped(ip: string): string {
  return ip.startsWith('::ffff:') && ip.includes('.') ? ip.slice(7) : ip;
}
