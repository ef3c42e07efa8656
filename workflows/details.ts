import type { BatchView, ConversionView, PayoutItemView } from './contract';

/** Markdown shown in the Temporal UI: what an operator needs without opening the history. */
export function describeConversion(view: ConversionView): string {
  const lines = [`**${view.state}**${view.paused ? ' (paused)' : ''}, waits for ${view.waitsFor}`];
  if (view.reason) lines.push(`- reason: \`${view.reason}\``);
  if (view.amounts) {
    const { gross, fee, payable } = view.amounts;
    lines.push(`- commission ${gross} ₸ = fee ${fee} ₸ + influencer ${payable} ₸`);
  }
  if (view.heldUntil) lines.push(`- held until ${view.heldUntil}`);
  return lines.join('\n');
}

export function describeBatch(view: BatchView): string {
  return `**${view.state}**\n- ${view.items} payouts, ${view.total} ₸\n- ${view.settled} settled`;
}

export function describePayout(view: PayoutItemView, reference: string): string {
  return `**${view.state}**, waits for ${view.waitsFor}\n- reference \`${reference}\``;
}
