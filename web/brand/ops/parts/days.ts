const DAY_MS = 86_400_000;

/** A day of Almaty (`2026-11-23`) as the API's bounds: from its first moment, and before the next day's. */
export const dayStart = (day: string | null): string | undefined => {
  const at = Date.parse(`${day ?? ''}T00:00:00+05:00`);
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
};

export const dayEnd = (day: string | null): string | undefined => {
  const start = dayStart(day);
  return start === undefined ? undefined : new Date(Date.parse(start) + DAY_MS).toISOString();
};
