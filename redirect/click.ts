import { chooseOpening, type Opening } from '../domain/clicks/opening';
import { isCode, readShortAddress, withoutMarks } from '../domain/links/code';
import type { LinkErrorCode } from '../domain/links/texts';
import type { KnownAgent, ToldApp } from './agents';
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
  { readonly to: Destination; readonly subPart: string } | { readonly refused: LinkErrorCode };

export type ClickRoutes = {
  /** A promise only for a link this process has not met yet. */
  resolve(url: string, nowMs: number): Resolution | Promise<Resolution>;
};

const REF = /^[a-z0-9]{4,24}$/;
const refuse = (refused: LinkErrorCode): Resolution => ({ refused });

/** `code` is in lower case: Sale and sale are one link. */
type Address = {
  readonly code: string;
  readonly query: LinkQuery;
  /** The sub ids as they stand in a line of the log; empty when there is none. */
  readonly subPart: string;
};

/**
 * Reading an address is a pure function of its text, and an influencer's link comes again and again in
 * the same words: what was read is kept, for addresses of ordinary length, as long as they come.
 */
const MAX_KEPT = 5_000;
const MAX_KEPT_LENGTH = 300;
const SLASH = 0x2f;
const kept = new RecentMap<string, Address>(MAX_KEPT);

function readAddress(url: string): Address {
  const known = kept.get(url);
  if (known) return known;
  const queryAt = url.indexOf('?');
  let code = (queryAt < 0 ? url.slice(1) : url.slice(1, queryAt)).toLowerCase();
  let search = queryAt < 0 ? '' : url.slice(queryAt + 1);
  if (!isCode(code) || url.charCodeAt(0) !== SLASH) {
    ({ code, query: search } = readShortAddress(url));
  }
  const query = readLinkQuery(search);
  const subPart = query.sub ? `,"sub":[${query.sub.map(quote).join()}]` : '';
  const address = { code, query, subPart };
  if (url.length <= MAX_KEPT_LENGTH) kept.set(url, address);
  return address;
}

export function createClickRoutes(
  short: Resolver<ShortLink>,
  open: Resolver<OpenLinks>,
): ClickRoutes {
  const toShort = (link: ShortLink, subPart: string, nowMs: number): Resolution => {
    if (!link.go.ok) return refuse(link.go.error);
    if (nowMs >= link.expiresAtMs) return refuse('link_expired');
    return { to: link.go.value, subPart };
  };

  const byCode = (address: Address, nowMs: number): Resolution | Promise<Resolution> => {
    const { code, subPart } = address;
    const link = short.peek(code, nowMs);
    if (link) return toShort(link, subPart, nowMs);
    if (!isCode(code)) return refuse('link_unknown');
    const otherwise = (): Resolution | Promise<Resolution> => {
      const bare = withoutMarks(code);
      return bare === code
        ? refuse('link_unknown')
        : byCode({ ...address, code: bare }, Date.now());
    };
    if (link === null) return otherwise();
    return short.resolve(code).then(
      (found) => (found ? toShort(found, subPart, Date.now()) : otherwise()),
      () => refuse('temporarily_unavailable'),
    );
  };

  const byTarget = (
    { query, subPart }: Address,
    nowMs: number,
  ): Resolution | Promise<Resolution> => {
    const { ref, target, repeated, malformed, halfEscaped } = query;
    if (repeated) return refuse('parameter_repeated');
    if (malformed) return refuse('address_malformed');
    if (halfEscaped) return refuse('target_half_escaped');
    if (target === undefined) return refuse('target_missing');
    const place = readTarget(target);
    if (!place.ok) return refuse(place.error);
    if (ref === undefined || ref === '') return refuse('ref_missing');
    if (!REF.test(ref)) return refuse('ref_unknown');
    const toOpen = (links: OpenLinks | null): Resolution => {
      if (!links) return refuse('ref_unknown');
      const to = openDestination(links, place.value, Date.now());
      return to.ok ? { to: to.value, subPart } : refuse(to.error);
    };
    const links = open.peek(ref, nowMs);
    if (links !== undefined) return toOpen(links);
    return open.resolve(ref).then(toOpen, () => refuse('temporarily_unavailable'));
  };

  return {
    resolve(url, nowMs) {
      const address = readAddress(url);
      return address.code === 'click' ? byTarget(address, nowMs) : byCode(address, nowMs);
    },
  };
}

/**
 * A click on its way into the log. Its id comes with those of its whole turn, and is in its line whatever happens, so
 * that the line has a name of its own; it is handed out only to a person.
 */
export type Click = {
  readonly to: Destination;
  readonly linkNumber: number;
  readonly nowMs: number;
  readonly opening: Opening;
  /** Its line after the id. */
  readonly rest: string;
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
  subPart: string,
  seen: Evidence,
  ip: string,
  known: KnownAgent,
  told: ToldApp,
  nowMs: number,
) => Click;

/** Chooses the way and writes the line of the log that must be stored before any answer. */
export function createRecorder(repeats: Repeats): ClickRecorder {
  return (to, subPart, seen, ip, { number, agent, quoted }, told, nowMs) => {
    const { linkNumber } = to;
    const reason: NotBillable | null = seen.reason ?? agent.notPerson;
    const opening = chooseOpening(agent, reason, to.opening, told.app);
    let rest =
      `","ts":${nowMs}${to.line}${ip}","ua":${quoted}` +
      `,"referrer":${quote(seen.referrer)},"lang":${quote(seen.language)}${subPart}`;
    const way = LOGGED_WAY[opening.way];
    if (way !== undefined) rest += `,"way":"${way}"`;
    if (reason !== null) rest += `,"reason":"${reason}"`;
    else if (repeats.seen(linkNumber, number, ip, nowMs)) rest += ',"repeat":1';
    if (told.byPackage !== null) rest += `,"app":"${told.byPackage}"`;
    return { to, linkNumber, nowMs, opening, rest: `${rest}}\n` };
  };
}

export const lineOf = ({ rest }: Click, id: string): string => `{"id":"${id}${rest}`;

/** The address a click is sent to by a 302. Only a person's carries the id. */
export function locationOf({ to, opening }: Click, id: string): string {
  if (opening.way === 'plain') return plainAddress(to);
  const { intent } = to;
  return opening.way === 'intent' && intent
    ? intent.head + id + intent.middle + id + intent.tail
    : to.head + id + to.tail;
}
