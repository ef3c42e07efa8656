import { CLICK_REASONS, REPEAT_TEXT } from '../../domain/clicks/reasons';
import type { Coded } from '../influencer/words';

const OTHER = {
  ru: 'Клик не засчитан по причине, которой эта страница ещё не знает.',
  kk: 'Клик осы бет әлі білмейтін себеппен есептелмеді.',
  en: 'The click does not count, for a reason this page does not know yet.',
};

/** Why a click does not count, in words; null when it does. Rows outlive codes: an old one still gets a sentence. */
export function reasonView(code: string): Coded | null {
  if (code === '') return null;
  const texts: Readonly<Record<string, typeof OTHER>> = CLICK_REASONS;
  return { code, ...(Object.hasOwn(texts, code) ? texts[code]! : OTHER) };
}

/** Of one click: also the second tap of one visitor, which counts, and not once more as unique. */
export const whyOf = (click: {
  readonly reason: string;
  readonly billable: 0 | 1;
  readonly unique: 0 | 1;
}): Coded | null =>
  click.billable === 1 && click.unique === 0
    ? { code: 'repeat', ...REPEAT_TEXT }
    : reasonView(click.reason);
