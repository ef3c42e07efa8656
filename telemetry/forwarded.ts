import { isIP } from 'node:net';

/**
 * Whose address a request comes from behind proxies of our own: what the outermost of them wrote. Everything left of
 * it was written by the visitor and is not read.
 */
export const PROXY_HEADERS = ['x-forwarded-for', 'forwarded'] as const;
export type ProxyHeader = (typeof PROXY_HEADERS)[number];

export type TrustedProxies = {
  /** How many of ours stand in front, each adding one entry. */
  readonly hops: number;
  /** The header they write. The other one is read only where this one is not there at all. */
  readonly header: ProxyHeader;
};

/** Several lines of one header are joined by commas; '' where there is none. */
export type ForwardedHeaders = { readonly forwardedFor: string; readonly forwarded: string };

const unmapped = (address: string): string => {
  const [, dotted, high, low] =
    /^(?:0*:)*:?:ffff:(?:(\d+\.\d+\.\d+\.\d+)|([0-9a-f]{1,4}):([0-9a-f]{1,4}))$/i.exec(address) ??
    [];
  if (dotted !== undefined) return dotted;
  if (high === undefined || low === undefined) return address;
  const words = [parseInt(high, 16), parseInt(low, 16)];
  return words.flatMap((word) => [word >> 8, word & 255]).join('.');
};

/** An address as sockets and proxies write it: with a port, in brackets, with a zone; '' for anything else. */
export function readAddress(text: string): string {
  const [, inBrackets, withPort] =
    /^(?:\[([0-9A-Fa-f:.%\w-]{1,100})\](?::\w{1,20})?|(\d[\d.]{6,14}):\w{1,20})$/.exec(text) ?? [];
  const [bare = ''] = (inBrackets ?? withPort ?? text).split('%', 1);
  return isIP(bare) === 0 ? '' : unmapped(bare.toLowerCase());
}

/** Entries from the right, as far as they are asked for: what a visitor put in front costs nothing. */
function entryFromRight(text: string, hops: number, isSeparator: (at: number) => boolean): string {
  let end = text.length;
  let found = '';
  let left = hops;
  for (let at = text.length - 1; at >= -1 && left > 0; at -= 1) {
    if (at >= 0 && !isSeparator(at)) continue;
    const entry = text.slice(at + 1, end).trim();
    end = at;
    // An empty element of a list is none (RFC 9110, 5.6.1).
    if (entry === '') continue;
    found = entry;
    left -= 1;
  }
  return found;
}

const byXForwardedFor = (text: string, hops: number): string =>
  readAddress(
    entryFromRight(text, hops, (at) => text.charCodeAt(at) === 0x2c).replace(/^"(.*)"$/, '$1'),
  );

/** RFC 7239. Read from the right, so that a quote which a visitor left open swallows no entry of ours. */
function byForwarded(text: string, hops: number): string {
  let quoted = false;
  const entry = entryFromRight(text, hops, (at) => {
    const code = text.charCodeAt(at);
    if (code === 0x22) quoted = !quoted;
    return code === 0x2c && !quoted;
  });
  const named = [...entry.matchAll(/(?:^|;)\s*for\s*=\s*(?:"([^"\\]*)"|([^";,\s]*))\s*(?=;|$)/gi)];
  const [only] = named;
  // Of two one may be a visitor's, smuggled into the same element.
  return named.length === 1 ? readAddress(only?.[1] ?? only?.[2] ?? '') : '';
}

/** The visitor's address; the socket's where no proxy of ours says another (`for=unknown`, `for=_hidden`, nonsense). */
export function visitorAddress(
  socketAddress: string,
  { forwardedFor, forwarded }: ForwardedHeaders,
  { hops, header }: TrustedProxies,
): string {
  const socket = unmapped(socketAddress);
  if (hops === 0) return socket;
  const byHeader =
    header === 'forwarded' ? forwarded !== '' : forwardedFor === '' && forwarded !== '';
  const claimed = byHeader ? byForwarded(forwarded, hops) : byXForwardedFor(forwardedFor, hops);
  return claimed === '' ? socket : claimed;
}
