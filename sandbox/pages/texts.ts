import type { Exchange } from '../exchange';
import en from '../locales/en.json';
import kk from '../locales/kk.json';
import ru from '../locales/ru.json';

export const LANGUAGES = ['ru', 'kk', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];
export type TextKey = keyof typeof en;

const TEXTS: Readonly<Record<Language, Readonly<Record<TextKey, string>>>> = { ru, kk, en };

/** A text of the pages with its `{name}` places filled. */
export function text(
  language: Language,
  key: TextKey,
  values: Readonly<Record<string, string>> = {},
): string {
  return TEXTS[language][key].replace(/\{(\w+)\}/g, (place, name: string) => values[name] ?? place);
}

/** The same text in all languages, for answers in JSON. */
export function textIn(key: TextKey): Readonly<Record<Language, string>> {
  return { ru: text('ru', key), kk: text('kk', key), en: text('en', key) };
}

/** Asked for by `?lang=`, then the browser's first language we have, then Russian. */
export function languageOf(exchange: Exchange): Language {
  const wanted = [
    exchange.query.get('lang') ?? '',
    ...(exchange.headers['accept-language'] ?? '').split(',').map((part) => part.trim()),
  ];
  for (const tag of wanted) {
    const found = LANGUAGES.find((language) => language === tag.slice(0, 2).toLowerCase());
    if (found) return found;
  }
  return 'ru';
}
