/** Calendar days are `YYYY-MM-DD` in Almaty, both ends included; the API takes at most 366 of them. */
export type Period = { readonly from: string; readonly to: string; readonly preset: Preset };

export const PRESETS = ['7', '30', '90', 'month', 'last_month', 'custom'] as const;
export type Preset = (typeof PRESETS)[number];

const DAY = /^20\d{2}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
const DAY_MS = 86_400_000;
const MAX_DAYS = 366;

const at = (day: string): number => Date.parse(`${day}T00:00:00Z`);
const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

export const addDays = (day: string, days: number): string => dayOf(at(day) + days * DAY_MS);

/** Days in the period, both ends counted. */
export const lengthOf = (from: string, to: string): number =>
  Math.round((at(to) - at(from)) / DAY_MS) + 1;

const isDay = (value: string | null): value is string => value !== null && DAY.test(value);
const isPreset = (value: string | null): value is Preset =>
  PRESETS.some((preset) => preset === value);

/** The days of a preset that ends today. */
function daysOf(preset: Preset, today: string): { from: string; to: string } {
  const firstOfMonth = `${today.slice(0, 8)}01`;
  switch (preset) {
    case 'month':
      return { from: firstOfMonth, to: today };
    case 'last_month': {
      const to = addDays(firstOfMonth, -1);
      return { from: `${to.slice(0, 8)}01`, to };
    }
    case 'custom':
      return daysOf('30', today);
    default:
      return { from: addDays(today, 1 - Number(preset)), to: today };
  }
}

/** What `?period=…` or `?from=…&to=…` says; the last 30 days when it says nothing sensible. */
export function readPeriod(search: URLSearchParams, today: string): Period {
  const [from, to] = [search.get('from'), search.get('to')];
  if (isDay(from) && isDay(to) && from <= to && lengthOf(from, to) <= MAX_DAYS) {
    return { from, to, preset: 'custom' };
  }
  const asked = search.get('period');
  const preset = isPreset(asked) && asked !== 'custom' ? asked : '30';
  return { ...daysOf(preset, today), preset };
}
