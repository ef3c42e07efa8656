import { ipv6Groups } from '../telemetry/address';
import { RecentMap } from './recentMap';

export type Limit<K> = {
  /** 0 when the request may pass, else the milliseconds until one may. */
  waitMs(key: K, nowMs: number): number;
  /** Keys remembered now. */
  known(): number;
};

/** Keys of one generation. A flood of other keys can make the limit forget, never grow. */
const MAX_KNOWN = 50_000;
/** How many seconds' worth may come at once: people behind one address (CGNAT) come in waves. */
const BURST_SECONDS = 5;

/** When all that came would be worked off, in ms since 1970. Changed in place: a number in a Map is a new object each time. */
type Load = { workedOffAtMs: number };

/**
 * So many requests a second for each key, by the generic cell rate algorithm: one number a key. 0 a second: no
 * limit.
 */
export function createLimit<K>(perSecond: number): Limit<K> {
  if (perSecond === 0) return { waitMs: () => 0, known: () => 0 };
  const intervalMs = 1000 / perSecond;
  const burstMs = BURST_SECONDS * 1000;
  const loads = new RecentMap<K, Load>(MAX_KNOWN);
  return {
    waitMs(key, nowMs) {
      const load = loads.get(key);
      const last = load?.workedOffAtMs ?? nowMs;
      // Further ahead than a burst reaches: the clock stepped back, and nobody is to wait for it to catch up.
      const known = last <= nowMs + burstMs + intervalMs ? last : nowMs;
      const next = Math.max(known, nowMs) + intervalMs;
      if (next - nowMs > burstMs + intervalMs) return next - nowMs - burstMs;
      if (load) load.workedOffAtMs = next;
      else loads.set(key, { workedOffAtMs: next });
      return 0;
    },
    known: () => loads.size,
  };
}

/** The address, or the /64 of an IPv6 one: a provider gives each customer at least that many. */
export const limitKey = (ip: string): string => (ip.includes(':') ? ipv6Groups(ip, 4) : ip);
