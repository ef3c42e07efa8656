import { formatTenge, parseTenge } from '../../../../domain/money';

export type Difference = {
  readonly kind: 'same' | 'less' | 'more';
  /** Decimal tenge, never below zero. */
  readonly by: string;
};

/** What arrived beside what was sent; null when one of them is no amount. */
export function differenceOf(arrived: string, sent: string): Difference | null {
  const [there, here] = [parseTenge(arrived), parseTenge(sent)];
  if (!there.ok || !here.ok) return null;
  const by = there.value - here.value;
  const kind = by === 0n ? 'same' : by < 0n ? 'less' : 'more';
  return { kind, by: formatTenge(by < 0n ? -by : by) };
}
