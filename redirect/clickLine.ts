import { NOT_BILLABLE, type NotBillable } from '../domain/clicks/reasons';

export { NOT_BILLABLE, type NotBillable };

/**
 * A click as one line of the local log: JSON with short names, written by string joining on the hot
 * path and read back by drain. Lines outlive a deploy, so names are never reused for something else.
 */
export type ClickLine = {
  readonly id: string;
  readonly ts: number;
  readonly link: number;
  readonly programme: string;
  readonly influencer: string;
  readonly host: string;
  /** The product's address without our click id. */
  readonly url: string;
  readonly ip: string;
  readonly ua: string;
  readonly referrer: string;
  readonly lang: string;
  /** sub1 … sub5; missing when the link carried none. */
  readonly sub?: readonly string[];
  /** Why the click does not count; missing when it does. */
  readonly reason?: NotBillable;
  /** Canonical product (domain/links/product.ts); missing in lines from before it existed. */
  readonly product?: string;
  /** How the request was answered; missing for a plain redirect. */
  readonly way?: Way;
  /** The same visitor on the same link within the double-tap window: kept, and not unique. */
  readonly repeat?: 1;
  /** The app around the browser, when a header named it; missing when only agent and referrer can tell. */
  readonly app?: string;
};

/**
 * `app`: an address that opens the shop's app. `landing`: our page with one tap, inside another app's browser.
 * `preview_page`: title and picture for a messenger. `declined`: a browser guessing ahead was told to come itself.
 */
export const WAYS = ['app', 'landing', 'preview_page', 'declined'] as const;
export type Way = (typeof WAYS)[number];

export const SUB_COUNT = 5;
export const MAX_LENGTH = {
  userAgent: 512,
  referrer: 1024,
  language: 128,
  sub: 255,
  url: 2048,
} as const;

/** The first `length` characters, one less where the cut would leave half of a surrogate pair. */
export function cut(value: string, length: number): string {
  if (value.length <= length) return value;
  const isHalf = value.charCodeAt(length - 1) >>> 10 === 0x36;
  return value.slice(0, isHalf ? length - 1 : length);
}

const NEEDS_ESCAPE = /[^\x20\x21\x23-\x5b\x5d-\x7e]/;
const NOT_ASCII = /[^\x00-\x7e]/g;
const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

/**
 * JSON text of a string, in ASCII: the log is written without looking for characters of several bytes. Nearly none has
 * anything to escape, and seeing that is cheaper than JSON.stringify.
 */
export function quote(value: string): string {
  return NEEDS_ESCAPE.test(value)
    ? JSON.stringify(value).replace(NOT_ASCII, escaped)
    : `"${value}"`;
}

/** The part of a line that is the same for every click on a link to one place. */
export function linkPart(
  link: { number: number; programmeId: string; influencerId: string },
  host: string,
  url: string,
  product: string,
): string {
  const whose = `"programme":${quote(link.programmeId)},"influencer":${quote(link.influencerId)}`;
  const place = `"host":${quote(host)},"url":${quote(cut(url, MAX_LENGTH.url))}`;
  return flat(`,"link":${link.number},${whose},${place},"product":${quote(product)},"ip":"`);
}

/** Joined text is a tree of its parts until something reads it; kept for each link that would be half its memory. */
const flat = (ascii: string): string => Buffer.from(ascii, 'latin1').toString('latin1');

const isText = (value: unknown): value is string => typeof value === 'string';
const isCount = (value: unknown, most: number): value is number =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) <= most;

/** The click store counts links in 32 bits, and a line's time has 13 digits at most: until the year 2286. */
const MAX_LINK = 2 ** 32 - 1;
const MAX_TS = 10 ** 13 - 1;

export type Members = Readonly<Record<string, unknown>>;
/** What is the same for every click on a link to one place. */
export type Place = Pick<
  ClickLine,
  'link' | 'programme' | 'influencer' | 'host' | 'url' | 'product'
>;
/** What is the same for many clicks of one kind of visitor. */
export type Visit = Pick<
  ClickLine,
  'ua' | 'referrer' | 'lang' | 'sub' | 'way' | 'reason' | 'repeat' | 'app'
>;

const isFront = ({ id, ts, ip }: Members): boolean =>
  isText(id) && /^[-_0-9A-Za-z]{32}$/.test(id) && isCount(ts, MAX_TS) && isText(ip);

export function isPlace(members: Members): members is Place {
  const { link, programme, influencer, host, url, product } = members;
  const named = isText(programme) && isText(influencer) && isText(host) && isText(url);
  return named && isCount(link, MAX_LINK) && (product === undefined || isText(product));
}

export function isVisit(members: Members): members is Visit {
  const { ua, referrer, lang, sub, way, reason, repeat, app } = members;
  return (
    isText(ua) &&
    isText(referrer) &&
    isText(lang) &&
    (sub === undefined || (Array.isArray(sub) && sub.every(isText))) &&
    (way === undefined || isText(way)) &&
    (reason === undefined || isText(reason)) &&
    (repeat === undefined || repeat === 1) &&
    (app === undefined || isText(app))
  );
}

/** The members of a JSON object; undefined for a text that is anything else. */
export function parseMembers(text: string): Members | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Members) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Undefined for a line that is not a whole click (a disk that lost power can hold anything): such a
 * line was never answered with a 302 that promised more than the disk kept.
 */
export function parseClickLine(text: string): ClickLine | undefined {
  const members = parseMembers(text);
  const whole = members && isFront(members) && isPlace(members) && isVisit(members);
  return whole ? (members as ClickLine) : undefined;
}
