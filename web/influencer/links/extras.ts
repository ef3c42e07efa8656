import { readSlug } from '../../../domain/links/slug';
import { endOfDay, today } from './linkEnd';
import type { LinkInput } from './useCreateLink';

/** What a new link may have besides its address, as typed. */
export type Extras = {
  readonly slug: string;
  /** `YYYY-MM-DD`, the last day it works; empty for no end. */
  readonly lastDay: string;
  /** sub1 to sub5. */
  readonly marks: readonly string[];
};

export const NO_EXTRAS: Extras = { slug: '', lastDay: '', marks: [''] };
export const MOST_MARKS = 5;

const MARK = /^[A-Za-z0-9_.-]{1,64}$/;

export const isMark = (text: string): boolean => text === '' || MARK.test(text);

/** The code of what is wrong with the name; null for a good one and for none. */
export function slugProblem(slug: string): string | null {
  if (slug.trim() === '') return null;
  const read = readSlug(slug);
  return read.ok ? null : read.error;
}

export const isPast = (day: string): boolean => day !== '' && day < today();

export const extrasFit = ({ slug, lastDay, marks }: Extras): boolean =>
  slugProblem(slug) === null && !isPast(lastDay) && marks.every(isMark);

/** The part of a request that they are; nothing is sent for what was left empty. */
export function extrasInput({ slug, lastDay, marks }: Extras): Partial<LinkInput> {
  const subIds = Object.fromEntries(
    marks.flatMap((mark, i) => (mark === '' ? [] : [[`sub${i + 1}`, mark]])),
  );
  return {
    ...(slug.trim() ? { slug: slug.trim() } : {}),
    ...(lastDay ? { expires_at: endOfDay(lastDay) } : {}),
    ...(Object.keys(subIds).length > 0 ? { sub_ids: subIds } : {}),
  };
}
