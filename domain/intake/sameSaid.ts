import { parseTenge } from '../money';
import { plainly } from './plainly';

/** What one event says, as it is stored. */
export type SaidEvent = {
  readonly conversionId: string;
  readonly status: string;
  readonly sale: bigint | null;
  readonly eventVersion: number;
  readonly details: Readonly<Record<string, unknown>>;
};

/** Keys in one order; amounts and moments as what they are worth. */
function canonical(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map((one) => canonical(one));
  if (typeof value === 'object' && value !== null)
    return Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([key, one]) => [key, canonical(one, key)]);
  if (typeof value !== 'string') return value;
  if (name === 'occurred_at') return Date.parse(value);
  const amount = name === 'price' ? parseTenge(value) : undefined;
  return amount?.ok ? amount.value.toString() : value;
}

/** `stored` may be from before spellings were evened out. */
function meaning(details: SaidEvent['details']): string {
  const copy: unknown = structuredClone(details);
  const read = plainly(copy);
  return JSON.stringify(canonical(read.ok ? read.value : details));
}

/**
 * Whether two events say the same, however each was spelled. The time of an event that states none is the signature's,
 * and a retry is signed anew, so only stated times are compared: they stand in the details.
 */
export const sameSaid = (a: SaidEvent, b: SaidEvent): boolean =>
  a.conversionId === b.conversionId &&
  a.status === b.status &&
  a.sale === b.sale &&
  a.eventVersion === b.eventVersion &&
  meaning(a.details) === meaning(b.details);
