import type { IncomingMessage } from 'node:http';

import { isHost } from '../telemetry/host';
import { cut, MAX_LENGTH, type NotBillable } from './clickLine';

/** What a request says about who clicked. Read once, from the raw headers: no object of all of them is built. */
export type Evidence = {
  readonly userAgent: string;
  readonly referrer: string;
  readonly language: string;
  /** X-Requested-With: the package of the app around an Android browser. */
  readonly requestedWith: string;
  readonly forwardedFor: string;
  readonly forwarded: string;
  /** One Host at most, and one that can be (RFC 9112, 3.2). */
  readonly soundHost: boolean;
  readonly reason: NotBillable | undefined;
};

const KINDS = {
  Host: 'host',
  'User-Agent': 'userAgent',
  Referer: 'referrer',
  'Accept-Language': 'language',
  'X-Forwarded-For': 'forwardedFor',
  Forwarded: 'forwarded',
  'X-Requested-With': 'requestedWith',
  'Sec-Purpose': 'purpose',
  Purpose: 'purpose',
  'X-Purpose': 'purpose',
  'X-Moz': 'purpose',
} as const;
type Kind = (typeof KINDS)[keyof typeof KINDS];
type Spelling = { readonly text: string; readonly lower: string; readonly kind: Kind };

/** By length: most of the dozen headers a browser sends are told from these without a look at their letters. */
const SPELLINGS: (readonly Spelling[] | undefined)[] = [];
for (const [text, kind] of Object.entries(KINDS)) {
  SPELLINGS[text.length] = [
    ...(SPELLINGS[text.length] ?? []),
    { text, lower: text.toLowerCase(), kind },
  ];
}

/** Compared and not looked up in a Map: each name is a new text, whose hash would be made first. */
function kindOf(name: string): Kind | undefined {
  const spellings = SPELLINGS[name.length];
  if (spellings === undefined) return undefined;
  const first = name.charCodeAt(0) | 0x20;
  for (const { text, lower, kind } of spellings) {
    if (lower.charCodeAt(0) !== first) continue;
    if (name === text || name === lower || name.toLowerCase() === lower) return kind;
  }
  return undefined;
}

/** Sec-Purpose: "prefetch" or "prefetch;prerender"; the older headers say prefetch or preview. */
function purposeReason(value: string): NotBillable | undefined {
  const purpose = value.toLowerCase();
  if (purpose.includes('prerender')) return 'prerender';
  if (purpose.includes('prefetch')) return 'prefetch';
  return purpose.includes('preview') ? 'preview' : undefined;
}

/** Nearly every request names the same one. */
let lastSound = '';
function isKnownHost(value: string): boolean {
  if (value === lastSound) return true;
  if (!isHost(value)) return false;
  lastSound = value;
  return true;
}

export function readEvidence(request: IncomingMessage): Evidence {
  const { rawHeaders } = request;
  let userAgent = '';
  let referrer = '';
  let language = '';
  let requestedWith = '';
  let host: string | undefined;
  let soundHost = true;
  let forwardedFor = '';
  let forwarded = '';
  let reason: NotBillable | undefined = request.method === 'HEAD' ? 'head' : undefined;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const kind = kindOf(rawHeaders[i]!);
    if (kind === undefined) continue;
    const value = rawHeaders[i + 1]!;
    if (kind === 'host') {
      soundHost = host === undefined && isKnownHost(value);
      host = value;
      if (!soundHost) break;
    } else if (kind === 'userAgent') userAgent = cut(value, MAX_LENGTH.userAgent);
    else if (kind === 'referrer') referrer = cut(value, MAX_LENGTH.referrer);
    else if (kind === 'requestedWith') requestedWith = value;
    else if (kind === 'language') language = cut(value, MAX_LENGTH.language);
    else if (kind === 'forwardedFor') forwardedFor += forwardedFor === '' ? value : `,${value}`;
    else if (kind === 'forwarded') forwarded += forwarded === '' ? value : `,${value}`;
    else reason ??= purposeReason(value);
  }
  return {
    userAgent,
    referrer,
    language,
    requestedWith,
    forwardedFor,
    forwarded,
    soundHost,
    reason,
  };
}
