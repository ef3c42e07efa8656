import { displayTenge, parseTenge } from '../domain/money';
import { unwrap } from '../domain/result';
import { almatyTime } from '../domain/time';

import type { BatchView, ConversionView, PayoutItemView } from './contract';

/** Markdown shown in the Temporal UI: what an operator needs without opening the history. */
export function describeConversion(view: ConversionView): string {
  const facts: string[] = [];
  if (view.reason) facts.push(`reason: \`${view.reason}\``);
  if (view.amounts) {
    const { gross, fee, payable } = view.amounts;
    facts.push(`commission ${money(gross)} = fee ${money(fee)} + influencer ${money(payable)}`);
  }
  if (view.heldUntil) facts.push(`held until ${almatyTime(new Date(view.heldUntil))}`);
  return page(view.state, `${view.paused ? 'paused; ' : ''}waits for ${view.waitsFor}`, facts);
}

export function describeBatch(view: BatchView): string {
  const of = (n: number | undefined, what: string): string[] => (n ? [`${n} ${what}`] : []);
  return page(view.state, `${view.items} payouts, ${money(view.total)}`, [
    `${view.settled} settled`,
    ...of(view.paid, 'paid'),
    ...of(view.refused, 'refused'),
    ...of(view.unknown, 'unknown'),
    ...of(view.review, 'with a person'),
  ]);
}

export function describePayout(view: PayoutItemView, reference: string): string {
  return page(view.state, `waits for ${view.waitsFor}`, [`reference \`${reference}\``]);
}

const money = (tenge: string): string => displayTenge(unwrap(parseTenge(tenge)));

const page = (state: string, line: string, facts: readonly string[]): string =>
  [`**${state}**, ${line}`, facts.map((fact) => `- ${fact}`).join('\n')]
    .filter(Boolean)
    .join('\n\n');
