import { createHmac, hash } from 'node:crypto';

import { nativeText, type NativeText } from '../store/clickhouse/native';
import { ipPrefix } from '../telemetry/address';
import { RecentMap } from './recentMap';

export type MaskedIp = {
  readonly prefix: NativeText;
  /** Of a 64-bit hash. */
  readonly high32: number;
  readonly low32: number;
};

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;
const MAX_KNOWN = 50_000;
/** Longer ones are junk, in lines that redirect did not write. */
const SHORT = 64;
const MAX_UTF8_BYTES = 3;

/** Each byte as a character: Node's quickest way to give a digest. */
const digestOf = (bytes: Buffer): string => hash('sha256', bytes, 'binary');

/**
 * HMAC-SHA256 under a key of at most one block (64 bytes), as RFC 2104 writes it down: two
 * digests in one call each over buffers that are kept cost half of what createHmac does for a text this short.
 */
function createShortHmac(key: Buffer): (text: string) => string {
  const padded = (pad: number, more: number): Buffer =>
    Buffer.concat([
      Buffer.from(Array.from({ length: BLOCK_BYTES }, (_, n) => (key[n] ?? 0) ^ pad)),
      Buffer.alloc(more),
    ]);
  const inner = padded(0x36, SHORT * MAX_UTF8_BYTES);
  const outer = padded(0x5c, DIGEST_BYTES);
  return (text) => {
    const room =
      text.length <= SHORT
        ? inner
        : Buffer.concat([
            inner.subarray(0, BLOCK_BYTES),
            Buffer.alloc(text.length * MAX_UTF8_BYTES),
          ]);
    const end = BLOCK_BYTES + room.write(text, BLOCK_BYTES);
    outer.write(digestOf(room.subarray(0, end)), BLOCK_BYTES, 'latin1');
    return digestOf(outer);
  };
}

/** Four bytes, the first the highest. */
const uint32At = (raw: string, at: number): number =>
  ((raw.charCodeAt(at) << 24) |
    (raw.charCodeAt(at + 1) << 16) |
    (raw.charCodeAt(at + 2) << 8) |
    raw.charCodeAt(at + 3)) >>>
  0;

/**
 * A /24 or /48 to tell regions by, and the first 64 bits of a keyed hash to tell visitors apart: the address itself
 * stays in the log.
 */
export function createIpMask(key: Buffer): (ip: string) => MaskedIp {
  const recent = new RecentMap<string, MaskedIp>(MAX_KNOWN);
  const hmac = createShortHmac(key);
  return (ip) => {
    let masked = recent.get(ip);
    if (!masked) {
      const digest = hmac(ip);
      const prefix = nativeText(ipPrefix(ip));
      masked = { prefix, high32: uint32At(digest, 0), low32: uint32At(digest, 4) };
      // A text of its own: what was cut from a slice of the log would keep all of it in memory.
      recent.set(Buffer.from(ip).toString(), masked);
    }
    return masked;
  };
}

/** Months whose masks are at hand: a backlog is shipped day by day, and a repeat reaches back a little. */
const MONTHS = 3;

type MonthMask = {
  readonly fromMs: number;
  readonly toMs: number;
  readonly mask: (ip: string) => MaskedIp;
};

function createMonthMask(master: Buffer, ts: number): MonthMask {
  const at = new Date(ts);
  const [year, month] = [at.getUTCFullYear(), at.getUTCMonth()];
  const name = `${year}-${String(month + 1).padStart(2, '0')}`;
  const mask = createIpMask(createHmac('sha256', master).update(name).digest());
  return { fromMs: Date.UTC(year, month), toMs: Date.UTC(year, month + 1), mask };
}

/**
 * The mask of a moment (ms since 1970): another key each month (UTC, like the table's partitions), derived from the
 * month of the click. A batch repeated later gives the same rows, and nobody without the master key can tell that a
 * visitor of May is one of June.
 */
export function createMonthlyMask(master: Buffer): (ip: string, ts: number) => MaskedIp {
  /** The latest first: nearly every click is of the same month as the one before it. */
  let months: readonly MonthMask[] = [];
  return (ip, ts) => {
    let month = months.find(({ fromMs, toMs }) => fromMs <= ts && ts < toMs);
    if (!month || month !== months[0]) {
      month ??= createMonthMask(master, ts);
      months = [month, ...months.filter((other) => other !== month)].slice(0, MONTHS);
    }
    return month.mask(ip);
  };
}
