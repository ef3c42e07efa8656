import type { InfiniteData } from '@tanstack/react-query';

import type { Tone } from '../../../ui/components/StateBadge';
import type { Postback } from '../types';

export type PostbackPage = {
  readonly items: readonly Postback[];
  readonly next_cursor: string | null;
  readonly attempts_known: boolean;
};

export const VERDICTS = ['accepted', 'updated', 'unmatched', 'duplicate', 'refused'] as const;
export type Verdict = Postback['verdict'];

export const VERDICT_TONE: Record<Verdict, Tone> = {
  accepted: 'good',
  updated: 'good',
  unmatched: 'wait',
  duplicate: 'plain',
  refused: 'bad',
};

export function isPostback(value: unknown): value is Postback {
  return typeof value === 'object' && value !== null && 'verdict' in value && 'id' in value;
}

/** The list with an event that has just come on top; one that is there already is not shown twice. */
export function withNew(
  data: InfiniteData<PostbackPage, string | null> | undefined,
  postback: Postback,
): InfiniteData<PostbackPage, string | null> | undefined {
  const [first, ...others] = data?.pages ?? [];
  if (!data || !first) return data;
  const known = data.pages.some(({ items }) => items.some(({ id }) => id === postback.id));
  if (known) return data;
  return { ...data, pages: [{ ...first, items: [postback, ...first.items] }, ...others] };
}

/** Decimal tenge the API priced, as opposed to whatever a refused attempt carried. */
export const isTenge = (text: string): boolean => /^(0|[1-9]\d{0,15})(\.\d{1,2})?$/.test(text);
