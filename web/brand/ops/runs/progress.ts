import { PAYOUT_STATES, type PayoutState } from '../parts/states';

/** States after which nothing more happens to a payout of a run. */
const ENDS: ReadonlySet<PayoutState> = new Set(['paid', 'refused', 'cancelled']);

export type RunProgress = {
  readonly all: number;
  readonly settled: number;
  /** States with at least one payout, in the order of their life. */
  readonly states: readonly { readonly state: PayoutState; readonly count: number }[];
};

/** Reads a run's counts by payout state. */
export function progressOf(counts: Readonly<Record<string, number>>): RunProgress {
  const states = PAYOUT_STATES.map((state) => ({ state, count: counts[state] ?? 0 })).filter(
    ({ count }) => count > 0,
  );
  const sum = (of: typeof states): number => of.reduce((total, { count }) => total + count, 0);
  return { all: sum(states), settled: sum(states.filter(({ state }) => ENDS.has(state))), states };
}
