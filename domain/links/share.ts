import type { Text } from '../conversions/reasons';
import { err, ok, type Result } from '../result';

/**
 * The label that Kazakh law wants on advertising (order 59-NK of 2024-02-16: a text, seen at once; accepted
 * words in kz-domain.md A7). It comes first, because messengers cut the end of a long text.
 */
export const AD_LABELS = { ru: 'Реклама', kk: 'Жарнама', en: 'Реклама / Жарнама' } as const;

/** A text to send with a link: label, what it is, the address. */
export function shareTexts(title: string, url: string): Text {
  const line = (label: string): string => `${label}. ${title}\n${url}`;
  return { ru: line(AD_LABELS.ru), kk: line(AD_LABELS.kk), en: line(AD_LABELS.en) };
}

/**
 * The address inside what people paste: shops' apps share "Look what I found https://… ", often with words
 * around it. Text without an https address is given back as it is, for the parser to say what is wrong.
 */
export function pastedAddress(text: string): Result<string, 'target_ambiguous'> {
  const trimmed = text.trim();
  const found = [...trimmed.matchAll(/https:\/\/[^\s<>"«»]+/gi)].map(([address]) => address);
  const [only] = found;
  // Of two addresses we cannot know which is meant, and guessing could credit another shop.
  if (found.length > 1) return err('target_ambiguous');
  if (only === undefined || only === trimmed) return ok(trimmed);
  return ok(only.replace(/[.,;:!?)\]]+$/, ''));
}

const MAX_TITLE = 80;

/** What a link is called when nobody named it: host and the readable end of its path. */
export function placeTitle(href: string, host: string): string {
  const path = href.slice(`https://${host}`.length).split(/[?#]/, 1)[0] ?? '';
  const readable = decoded(path).replace(/\/+$/, '');
  const name = `${host.replace(/^www\./, '')}${readable}`;
  return name.length > MAX_TITLE ? `${name.slice(0, MAX_TITLE - 1)}…` : name;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
