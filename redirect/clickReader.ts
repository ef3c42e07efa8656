import { isUtf8 } from 'node:buffer';

import {
  isPlace,
  isVisit,
  parseClickLine,
  parseMembers,
  type Members,
  type Place,
  type Visit,
} from './clickLine';
import { RecentMap } from './recentMap';

/** What a reader makes of the two parts of a line that come again and again: once for each text of them. */
export type ClickParts<P, V> = {
  /** From `link` to `product`. */
  readonly place: (place: Place) => P;
  /** Everything after the address. */
  readonly visit: (visit: Visit) => V;
};

export type TakeClick<P, V> = (id: string, tsMs: number, ip: string, place: P, visit: V) => void;

/** Between two slices the process does its other work: sending what is under way, keeping its lock. */
const SLICE_BYTES = 256 << 10;
const NEWLINE = 10;
const MAX_PLACES = 20_000;
const MAX_VISITS = 10_000;

const ID = '{"id":"';
const TS = '","ts":';
const IP = ',"ip":"';
const ID_LENGTH = 32;
/** Milliseconds of 2001 to 2286. */
const TS_LENGTH = 13;
const TS_AT = ID.length + ID_LENGTH;
const PLACE_AT = TS_AT + TS.length + TS_LENGTH;
const MAX_IP_LENGTH = 64;

const [ZERO, NINE, QUOTE, COMMA] = ['0', '9', '"', ','].map((char) => char.charCodeAt(0));
const tableOf = (chars: RegExp): Uint8Array =>
  Uint8Array.from({ length: 256 }, (_, code) => (chars.test(String.fromCharCode(code)) ? 1 : 0));
const ID_CHARS = tableOf(/[-_0-9A-Za-z]/);
const IP_CHARS = tableOf(/[0-9A-Za-z.:%]/);

const PLACE = new Set(['', 'link', 'programme', 'influencer', 'host', 'url', 'product']);
const VISIT = new Set(['', 'ua', 'referrer', 'lang', 'sub', 'way', 'reason', 'repeat', 'app']);

const NOT_ASCII = /[\x80-\xff]/;
const textOf = (raw: string): string =>
  NOT_ASCII.test(raw) ? Buffer.from(raw, 'latin1').toString() : raw;
/** A slice keeps alive all it was cut from; this is a text of its own. */
const copyOf = (raw: string): string => Buffer.from(raw, 'latin1').toString('latin1');

/** Slices of whole lines, each with its UTF-8 bytes as characters: what is not looked at goes through untouched. */
function* slicesOf(bytes: Buffer): Generator<string> {
  for (let from = 0; from < bytes.length;) {
    let to = Math.min(bytes.length, from + SLICE_BYTES);
    if (to < bytes.length) {
      const newline = bytes.subarray(from, to).lastIndexOf(NEWLINE);
      const after = newline < 0 ? bytes.indexOf(NEWLINE, to) : from + newline;
      to = after < 0 ? bytes.length : after + 1;
    }
    const slice = bytes.subarray(from, to);
    // Bytes that are no text become what decoding makes of them, as if all had been decoded.
    yield (isUtf8(slice) ? slice : Buffer.from(slice.toString())).toString('latin1');
    from = to;
  }
}

/**
 * Clicks out of the log's bytes, several times as fast as JSON.parse of each line. A line as redirect writes it is cut
 * at four places; its two longer pieces are looked up, and one not met lately is read as JSON and checked like any
 * click. Pieces that are members of an object each, with names of their own, are one object together: what is cut
 * says the same as the whole. Whatever has another shape is read as a whole (parseClickLine).
 */
export class ClickReader<P, V> {
  private readonly places = new RecentMap<string, P>(MAX_PLACES);
  private readonly visits = new RecentMap<string, V>(MAX_VISITS);

  constructor(private readonly parts: ClickParts<P, V>) {}

  /** Gives each click of whole lines to `take`, in order. The number of lines that are no clicks comes back. */
  async read(bytes: Buffer, take: TakeClick<P, V>): Promise<number> {
    let broken = 0;
    for (const slice of slicesOf(bytes)) {
      for (let at = 0; at < slice.length;) {
        const newline = slice.indexOf('\n', at);
        const end = newline < 0 ? slice.length : newline;
        if (end > at && !this.readLine(slice, at, end, take)) broken += 1;
        at = end + 1;
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    return broken;
  }

  private readLine(slice: string, at: number, end: number, take: TakeClick<P, V>): boolean {
    return this.readPieces(slice, at, end, take) || this.readWhole(slice.slice(at, end), take);
  }

  private readPieces(slice: string, at: number, end: number, take: TakeClick<P, V>): boolean {
    const tsMs = frontOf(slice, at, end);
    if (tsMs === undefined) return false;
    const line = slice.slice(at, end);
    const placeEnd = line.indexOf(IP, PLACE_AT);
    if (placeEnd < 0) return false;
    const ipAt = placeEnd + IP.length;
    const ipEnd = endOfIp(slice, at + ipAt, end) - at;
    if (ipEnd < 0) return false;
    const place = this.placeOf(line.slice(PLACE_AT, placeEnd));
    if (place === undefined) return false;
    const visit = this.visitOf(line.slice(ipEnd));
    if (visit === undefined) return false;
    take(line.slice(ID.length, TS_AT), tsMs, line.slice(ipAt, ipEnd), place, visit);
    return true;
  }

  private readWhole(line: string, take: TakeClick<P, V>): boolean {
    const click = parseClickLine(textOf(line));
    if (!click) return false;
    take(click.id, click.ts, click.ip, this.parts.place(click), this.parts.visit(click));
    return true;
  }

  private placeOf(raw: string): P | undefined {
    const known = this.places.get(raw);
    if (known !== undefined) return known;
    const members = membersOf(`{"":0${raw}}`, PLACE);
    if (!members || !isPlace(members)) return undefined;
    const place = this.parts.place(members);
    this.places.set(copyOf(raw), place);
    return place;
  }

  /** `raw` begins with the quote that ends the address. */
  private visitOf(raw: string): V | undefined {
    const known = this.visits.get(raw);
    if (known !== undefined) return known;
    const members = membersOf(`{"":"${raw}`, VISIT);
    if (!members || !isVisit(members)) return undefined;
    const visit = this.parts.visit(members);
    this.visits.set(copyOf(raw), visit);
    return visit;
  }
}

function membersOf(raw: string, names: ReadonlySet<string>): Members | undefined {
  const members = parseMembers(textOf(raw));
  for (const name in members) if (!names.has(name)) return undefined;
  return members;
}

/** The time of a line that begins as redirect begins it, in ms; undefined for any other. */
function frontOf(slice: string, at: number, end: number): number | undefined {
  if (end - at <= PLACE_AT || !slice.startsWith(ID, at) || !slice.startsWith(TS, at + TS_AT))
    return;
  for (let n = at + ID.length; n < at + TS_AT; n += 1)
    if (ID_CHARS[slice.charCodeAt(n)] !== 1) return;
  let tsMs = 0;
  for (let n = at + PLACE_AT - TS_LENGTH; n < at + PLACE_AT; n += 1) {
    const code = slice.charCodeAt(n);
    if (code < ZERO! || code > NINE!) return;
    tsMs = tsMs * 10 + code - ZERO!;
  }
  return tsMs >= 10 ** (TS_LENGTH - 1) && slice.charCodeAt(at + PLACE_AT) === COMMA
    ? tsMs
    : undefined;
}

/** Where the quote after an address without escapes stands; -1 for anything else. */
function endOfIp(slice: string, from: number, end: number): number {
  for (let n = from; n < end && n <= from + MAX_IP_LENGTH; n += 1) {
    const code = slice.charCodeAt(n);
    if (code === QUOTE) return n;
    if (IP_CHARS[code] !== 1) return -1;
  }
  return -1;
}
