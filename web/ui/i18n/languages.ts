/** What people can choose; `en-XA` (long accented English, ?lang=en-XA) is for finding cut-off and hard-coded text. */
export const LANGUAGES = ['ru', 'kk', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];
export const PSEUDO = 'en-XA';
export type ShownLanguage = Language | typeof PSEUDO;

/** Each language's own name; the same in every language, so no translation. */
export const LANGUAGE_NAMES: Record<Language, string> = {
  ru: 'Русский',
  kk: 'Қазақша',
  en: 'English',
};

const isShown = (value: string | null | undefined): value is ShownLanguage =>
  value === PSEUDO || LANGUAGES.some((language) => language === value);

/** Asked for in the address → chosen before → the browser's own list → Russian. */
export function chooseLanguage(
  asked: string | null,
  saved: string | null,
  accepted: readonly string[],
): ShownLanguage {
  if (isShown(asked)) return asked;
  if (isShown(saved)) return saved;
  for (const tag of accepted) {
    const base = tag.toLowerCase().split('-')[0];
    const known = LANGUAGES.find((language) => language === base);
    if (known) return known;
  }
  return 'ru';
}

/** The language whose texts, dates and API texts are behind the shown one. */
export const contentLanguage = (shown: string): Language =>
  LANGUAGES.find((language) => language === shown) ?? 'en';
