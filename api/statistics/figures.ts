import type { ClickFigures } from '../../store/clickhouse/statistics';

export const NO_CLICKS: ClickFigures = { clicks: 0, counted: 0, unique: 0 };

/** Undefined while the click store does not answer. */
export type Known = ReadonlyMap<string, ClickFigures> | undefined;

export const sumOf = (all: Iterable<ClickFigures>): ClickFigures => {
  let sum = NO_CLICKS;
  for (const one of all)
    sum = {
      clicks: sum.clicks + one.clicks,
      counted: sum.counted + one.counted,
      unique: sum.unique + one.unique,
    };
  return sum;
};

/** Clicks that are kept and do not count are the difference: bots, previews, guesses of browsers. */
export const figuresView = (figures: ClickFigures | undefined): Record<string, number | null> => ({
  clicks: figures?.clicks ?? null,
  counted: figures?.counted ?? null,
  unique: figures?.unique ?? null,
  not_counted: figures === undefined ? null : figures.clicks - figures.counted,
});
