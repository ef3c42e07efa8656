import { chooseOpening, type Opening } from '../domain/clicks/opening';
import type { ClickIds } from '../domain/clicks/clickId';
import type { LinkErrorCode } from '../domain/links/texts';
import type { KnownAgent } from './agents';
import { quote, type NotBillable, type Way } from './clickLine';
import type { Evidence } from './evidence';
import {
  openDestination,
  plainAddress,
  readTarget,
  type Destination,
  type OpenLinks,
  type ShortLink,
} from './links';
import { readLinkQuery, type LinkQuery } from './query';
import { RecentMap } from './recentMap';
import type { Repeats } from './repeats';
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

/** `code` is in lower case: Sale and sale are one link. */
type Address = { readonly path: string; readonly code: string; readonly query: LinkQuery };

/**
 * Reading an address is a pure function of its text, and an influencer's link comes again and again in
 * the same words: what was read is kept, for addresses of ordinary length, as long as they come.
 */
const MAX_KEPT = 5_000;
const MAX_KEPT_LENGTH = 300;
const kept = new RecentMap<string, Address>(MAX_KEPT);

function readAddress(url: string): Address {
  const known = kept.get(url);
  if (known) return known;
  const queryAt = url.indexOf('?');
  const path = queryAt < 0 ? url : url.slice(0, queryAt);
  const query = readLinkQuery(queryAt < 0 ? '' : url.slice(queryAt + 1));
  const address = { path, code: path.slice(1).toLowerCase(), query };
  if (url.length <= MAX_KEPT_LENGTH) kept.set(url, address);
  return address;
}

export function createClickRoutes(
  short: Resolver<ShortLink>,
  open: Resolver<OpenLinks>,
): ClickRoutes {
  const toShort = (link: ShortLink | null, query: LinkQuery, nowMs: number): Resolution => {
    if (!link) return refuse('link_unknown');
    if (!link.go.ok) return refuse(link.go.error);
    if (nowMs >= link.expiresAtMs) return refuse('link_expired');
    return { to: link.go.value, sub: query.sub };
  };

  const byCode = ({ code, query }: Address, nowMs: number): Resolution | Promise<Resolution> => {
    const link = short.peek(code, nowMs);
    if (link !== undefined) return toShort(link, query, nowMs);
    if (!CODE.test(code)) return refuse('link_unknown');
    return short.resolve(code).then(
      (found) => toShort(found, query, Date.now()),
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
      const to = openDestination(links, place.value, Date.now());
      return to.ok ? { to: to.value, sub } : refuse(to.error);
    };
    const links = open.peek(ref, nowMs);
    if (links !== undefined) return toOpen(links);
    return open.resolve(ref).then(toOpen, () => refuse('temporarily_unavailable'));
  };

  return {
    resolve(url, nowMs) {
      const address = readAddress(url);
      return address.path === '/click' ? byTarget(address.query, nowMs) : byCode(address, nowMs);
    },
  };
}

/**
 * A click on its way into the log. `id` is in its line whatever happens, so that the line has a name of its own; it is
 * handed out only to a person.
 */
export type Click = {
  readonly id: string;
  readonly opening: Opening;
  readonly line: string;
};

const LOGGED_WAY: Readonly<Record<Opening['way'], Way | undefined>> = {
  redirect: undefined,
  plain: undefined,
  intent: 'app',
  universal: 'app',
  landing: 'landing',
  preview_page: 'preview_page',
  declined: 'declined',
};

export type ClickRecorder = (
  to: Destination,
  sub: readonly string[] | undefined,
  seen: Evidence,
  ip: string,
  known: KnownAgent,
  nowMs: number,
) => Click;

/** Mints the id, chooses the way and writes the line of the log that must be stored before any answer. */
export function createRecorder(ids: ClickIds, repeats: Repeats): ClickRecorder {
  return (to, sub, seen, ip, { number, agent, quoted }, nowMs) => {
    const reason: NotBillable | null = seen.reason ?? agent.notPerson;
    const opening = chooseOpening(agent, reason, to.opening);
    const id = ids.mint(to.linkNumber, nowMs);
    let line =
      `{"id":"${id}","ts":${nowMs}${to.line}${ip}","ua":${quoted}` +
      `,"referrer":${quote(seen.referrer)},"lang":${quote(seen.language)}`;
    if (sub) line += `,"sub":[${sub.map(quote).join()}]`;
    const way = LOGGED_WAY[opening.way];
    if (way !== undefined) line += `,"way":"${way}"`;
    if (reason !== null) line += `,"reason":"${reason}"`;
    else if (repeats.seen(to.linkNumber, number, ip, nowMs)) line += ',"repeat":1';
    return { id, opening, line: `${line}}\n` };
  };
}

/** The address a click is sent to by a 302. Only a person's carries the id. */
export function locationOf(to: Destination, { id, opening }: Click): string {
  if (opening.way === 'plain') return plainAddress(to);
  const { intent } = to;
  return opening.way === 'intent' && intent
    ? intent.head + id + intent.middle + id + intent.tail
    : to.head + id + to.tail;
}
