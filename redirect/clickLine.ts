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

export function cut(value: string, length: number): string {
  return value.length > length ? value.slice(0, length) : value;
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

/**
 * Undefined for a line that is not a whole click (a disk that lost power can hold anything): such a
 * line was never answered with a 302 that promised more than the disk kept.
 */
export function parseClickLine(text: string): ClickLine | undefined {
  let line: Partial<Record<keyof ClickLine, unknown>>;
  try {
    line = JSON.parse(text) as typeof line;
  } catch {
    return undefined;
  }
  if (typeof line !== 'object' || line === null) return undefined;
  const texts = [line.programme, line.influencer, line.host, line.url];
  const evidence = [line.ip, line.ua, line.referrer, line.lang];
  const whole =
    isText(line.id) &&
    /^[-_0-9A-Za-z]{32}$/.test(line.id) &&
    Number.isSafeInteger(line.ts) &&
    Number.isSafeInteger(line.link) &&
    texts.every(isText) &&
    evidence.every(isText) &&
    (line.sub === undefined || (Array.isArray(line.sub) && line.sub.every(isText))) &&
    [line.reason, line.product, line.way].every((one) => one === undefined || isText(one)) &&
    (line.repeat === undefined || line.repeat === 1);
  return whole ? (line as ClickLine) : undefined;
}
