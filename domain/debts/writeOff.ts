const DAY_MS = 86_400_000;

/**
 * A debt may be given up once it is this old: the limitation period is three years (Civil Code of Kazakhstan, art. 178),
 * but a person who has earned nothing for a year hardly will, and the sums are small.
 */
export const WRITE_OFF_AGE_DAYS = 365;

export const mayBeWrittenOff = (createdAt: Date, nowMs: number): boolean =>
  nowMs - createdAt.getTime() >= WRITE_OFF_AGE_DAYS * DAY_MS;

/** From when it may be. */
export const writeOffFrom = (createdAt: Date): Date =>
  new Date(createdAt.getTime() + WRITE_OFF_AGE_DAYS * DAY_MS);
