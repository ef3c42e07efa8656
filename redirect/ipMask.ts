import { createHmac, hash } from 'node:crypto';

import { ipPrefix } from '../telemetry/address';
import { RecentMap } from './recentMap';

export type MaskedIp = { readonly prefix: string; readonly hash: string };

const BLOCK_BYTES = 64;
const MAX_KNOWN = 50_000;

/**
 * HMAC-SHA256 in hexadecimal under a key of at most one block (64 bytes), as RFC 2104 writes it down: two digests in
 * one call each cost a third of what createHmac does for a text this short.
 */
function createShortHmac(key: Buffer): (text: string) => string {
  const padded = (pad: number): Buffer =>
    Buffer.from(Array.from({ length: BLOCK_BYTES }, (_, n) => (key[n] ?? 0) ^ pad));
  const [inner, outer] = [padded(0x36), padded(0x5c)];
  return (text) => {
    const digest = hash('sha256', Buffer.concat([inner, Buffer.from(text)]), 'hex');
    return hash('sha256', Buffer.concat([outer, Buffer.from(digest, 'hex')]), 'hex');
  };
}

/** A /24 or /48 to tell regions by, and a keyed hash to tell visitors apart: the address itself stays in the log. */
export function createIpMask(key: Buffer): (ip: string) => MaskedIp {
  const recent = new RecentMap<string, MaskedIp>(MAX_KNOWN);
  const hmac = createShortHmac(key);
  return (ip) => {
    let masked = recent.get(ip);
    if (!masked) {
      masked = { prefix: ipPrefix(ip), hash: BigInt(`0x${hmac(ip).slice(0, 16)}`).toString() };
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
