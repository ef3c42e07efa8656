import type { IncomingMessage } from 'node:http';

import type { ClickIds } from '../domain/clicks/clickId';
import type { LinkErrorCode } from '../domain/links/texts';
import { quote } from './clickLine';
import { clientIp, type Evidence } from './evidence';
import {
  openDestination,
  readTarget,
  type Destination,
  type OpenLinks,
  type ShortLink,
} from './links';
import { readLinkQuery, type LinkQuery } from './query';
import type { Resolver } from './resolver';

/** Where a request leads, or the code of the page it gets instead. */
export type Resolution =
  | { readonly to: Destination; readonly sub: readonly string[] | undefined }
  | { readonly refused: LinkErrorCode };

export type ClickRoutes = {
  /** A promise only for a link this process has not met yet. */
  resolve(url: string, nowMs: number): Resolution | Promise<Resolution>;
};

const CODE = /^[0-9A-Za-z_-]{4,32}$/;
const REF = /^[a-z0-9]{4,24}$/;
const refuse = (refused: LinkErrorCode): Resolution => ({ refused });

type Address = { readonly path: string; readonly query: LinkQuery };

/**
 * Reading an address is a pure function of its text, and an influencer's link comes again and again in
 * the same words: what was read is kept, for addresses of ordinary length, until there are too many.
 */
const MAX_KEPT = 10_000;
const MAX_KEPT_LENGTH = 300;
const kept = new Map<string, Address>();

function readAddress(url: string): Address {
  const known = kept.get(url);
  if (known) return known;
  const queryAt = url.indexOf('?');
  const address =
    queryAt < 0
      ? { path: url, query: readLinkQuery('') }
      : { path: url.slice(0, queryAt), query: readLinkQuery(url.slice(queryAt + 1)) };
  if (url.length <= MAX_KEPT_LENGTH) {
    if (kept.size >= MAX_KEPT) kept.clear();
    kept.set(url, address);
  }
  return address;
}

export function createClickRoutes(
  short: Resolver<ShortLink>,
  open: Resolver<OpenLinks>,
): ClickRoutes {
  const toShort = (link: ShortLink | null, query: LinkQuery): Resolution => {
    if (!link) return refuse('link_unknown');
    if (!link.go.ok) return refuse(link.go.error);
    return { to: link.go.value, sub: query.sub };
  };

  const byCode = (
    code: string,
    query: LinkQuery,
    nowMs: number,
  ): Resolution | Promise<Resolution> => {
    const link = short.peek(code, nowMs);
    if (link !== undefined) return toShort(link, query);
    if (!CODE.test(code)) return refuse('link_unknown');
    return short.resolve(code).then(
      (found) => toShort(found, query),
      () => refuse('temporarily_unavailable'),
    );
  };

  const byTarget = (query: LinkQuery, nowMs: number): Resolution | Promise<Resolution> => {
    const { ref, target, sub, repeated, malformed } = query;
    if (repeated) return refuse('parameter_repeated');
    if (malformed) return refuse('address_malformed');
    if (target === undefined) return refuse('target_missing');
    const place = readTarget(target);
    if (!place.ok) return refuse(place.error);
    if (ref === undefined || ref === '') return refuse('ref_missing');
    if (!REF.test(ref)) return refuse('ref_unknown');
    const toOpen = (links: OpenLinks | null): Resolution => {
      if (!links) return refuse('ref_unknown');
      const to = openDestination(links, place.value);
      return to.ok ? { to: to.value, sub } : refuse(to.error);
    };
    const links = open.peek(ref, nowMs);
    if (links !== undefined) return toOpen(links);
    return open.resolve(ref).then(toOpen, () => refuse('temporarily_unavailable'));
  };

  return {
    resolve(url, nowMs) {
      const { path, query } = readAddress(url);
      return path === '/click' ? byTarget(query, nowMs) : byCode(path.slice(1), query, nowMs);
    },
  };
}

export type Click = { readonly location: string; readonly line: string };

/** Mints the id and writes the click down: the Location and the line of the log that must come first. */
export function recordClick(
  ids: ClickIds,
  { to, sub }: Extract<Resolution, { to: Destination }>,
  request: IncomingMessage,
  seen: Evidence,
  nowMs: number,
  proxyHops: number,
): Click {
  const id = ids.mint(to.linkNumber, nowMs);
  const ip = clientIp(request, seen.forwardedFor, proxyHops);
  let line =
    `{"id":"${id}","ts":${nowMs}${to.line}${ip}","ua":${quote(seen.userAgent)}` +
    `,"referrer":${quote(seen.referrer)},"lang":${quote(seen.language)}`;
  if (sub) line += `,"sub":[${sub.map(quote).join()}]`;
  if (seen.reason) line += `,"reason":"${seen.reason}"`;
  return { location: to.head + id + to.tail, line: `${line}}\n` };
}
