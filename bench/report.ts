import { median } from './median';

/** One line of the results: a path of ours against what it is compared with, measured in the same rounds. */
export type BenchRow = {
  readonly path: string;
  readonly unit: string;
  readonly baseline?: string;
  readonly rounds: number;
  /** Medians over the rounds. */
  readonly value?: number;
  readonly baselineValue?: number;
  readonly ratio?: number;
  readonly ratioMin?: number;
  readonly ratioMax?: number;
  readonly p50Ms?: number;
  readonly p99Ms?: number;
  readonly p999Ms?: number;
  /** What else was counted: errors, history events, requests over a limit. */
  readonly notes?: string;
  readonly goal: string;
  readonly met: boolean;
};

export type Measured = {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
};

export type Summary = {
  readonly rounds: number;
  readonly value: number;
  readonly baselineValue: number;
  readonly ratio: number;
  readonly ratioMin: number;
  readonly ratioMax: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
};

/** Medians over rounds; the ratio is taken within each round, because the machine differs between them. */
export function summary(pairs: readonly { ours: Measured; base: Measured }[]): Summary {
  const ratios = pairs.map(({ ours, base }) => ours.perSecond / base.perSecond);
  const of = (pick: (one: Measured) => number): number =>
    median(pairs.map(({ ours }) => pick(ours)));
  return {
    rounds: pairs.length,
    value: of((one) => one.perSecond),
    baselineValue: median(pairs.map(({ base }) => base.perSecond)),
    ratio: median(ratios),
    ratioMin: Math.min(...ratios),
    ratioMax: Math.max(...ratios),
    p50Ms: of((one) => one.p50Ms),
    p99Ms: of((one) => one.p99Ms),
    p999Ms: of((one) => one.p999Ms),
  };
}
