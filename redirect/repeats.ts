import { RecentMap } from './recentMap';

export type Repeats = {
  /** Whether the same visitor clicked the same link less than a window ago; if not, a new window begins. */
  seen(linkNumber: number, agentNumber: number, ip: string, nowMs: number): boolean;
  /** Visitors remembered now. */
  known(): number;
};

/** At 10,000 clicks a second by as many people this many come in a window; a flood makes windows shorter, not memory larger. */
const MAX_KNOWN = 100_000;

/** In this process only: two taps of a person come over one connection or soon after each other to the same process. */
export function createRepeats(windowMs: number): Repeats {
  const beganAt = new RecentMap<string, number>(MAX_KNOWN);
  let turnedAtMs = 0;
  return {
    seen(linkNumber, agentNumber, ip, nowMs) {
      if (windowMs === 0) return false;
      // Older than a whole window: nothing in it can be a repeat any more. A clock that stepped back starts anew too.
      if (nowMs - turnedAtMs >= windowMs || nowMs < turnedAtMs) {
        beganAt.turn();
        turnedAtMs = nowMs;
      }
      const key = `${linkNumber} ${agentNumber} ${ip}`;
      const began = beganAt.get(key);
      if (began !== undefined && Math.abs(nowMs - began) < windowMs) return true;
      beganAt.set(key, nowMs);
      return false;
    },
    known: () => beganAt.size,
  };
}
