import i18next, { type BackendModule, type ReadCallback } from 'i18next';
import { initReactI18next } from 'react-i18next';

import { loadDates } from '../format/dates';
import { chooseLanguage, contentLanguage, PSEUDO, type ShownLanguage } from './languages';

type Load = () => Promise<unknown>;
/** What `import.meta.glob('./locales/<language>/<namespace>.json', { import: 'default' })` gives. */
export type Locales = Record<string, Load>;

const SAVED = 'gamma.language';
/** The pseudo-locale lasts for the tab only. */
const ASKED = 'gamma.language.asked';

const SHARED: Locales = import.meta.glob('../locales/*/*.json', { import: 'default' });

/** `./locales/ru/orders.json` → `ru/orders` */
function byName(locales: Locales): Map<string, Load> {
  return new Map(
    Object.entries(locales).map(([path, load]) => [
      path.replace(/^.*locales\//, '').replace(/\.json$/, ''),
      load,
    ]),
  );
}

async function readNamespace(
  files: Map<string, Load>,
  language: string,
  namespace: string,
): Promise<unknown> {
  const load = files.get(`${contentLanguage(language)}/${namespace}`);
  if (!load) throw new Error(`no locale file ${contentLanguage(language)}/${namespace}.json`);
  const texts = await load();
  if (language !== PSEUDO) return texts;
  const { pseudoLocale } = await import('./pseudo');
  return pseudoLocale(texts);
}

function backend(files: Map<string, Load>): BackendModule {
  return {
    type: 'backend',
    init: () => undefined,
    read: (language: string, namespace: string, done: ReadCallback) => {
      readNamespace(files, language, namespace).then(
        (texts) => done(null, texts as Record<string, string>),
        (error: unknown) => done(error instanceof Error ? error : String(error), false),
      );
    },
  };
}

function stored(storage: () => Storage, key: string): string | null {
  try {
    return storage().getItem(key);
  } catch {
    return null;
  }
}

function store(storage: () => Storage, key: string, value: string): void {
  try {
    storage().setItem(key, value);
  } catch {
    // Private windows may forbid it; the choice then lasts for the page.
  }
}

function detect(): ShownLanguage {
  const asked = new URLSearchParams(window.location.search).get('lang');
  if (asked) store(() => window.sessionStorage, ASKED, asked);
  return chooseLanguage(
    asked ?? stored(() => window.sessionStorage, ASKED),
    stored(() => window.localStorage, SAVED),
    navigator.languages,
  );
}

/** Loads the shell's texts in the person's language; other namespaces come with their screens. */
export async function startI18n(locales: Locales, namespaces: readonly string[]): Promise<void> {
  const language = detect();
  document.documentElement.lang = contentLanguage(language);
  await Promise.all([
    loadDates(contentLanguage(language)),
    i18next
      .use(backend(byName({ ...SHARED, ...locales })))
      .use(initReactI18next)
      .init({
        lng: language,
        fallbackLng: false,
        load: 'currentOnly',
        ns: ['ui', ...namespaces],
        defaultNS: 'ui',
        interpolation: { escapeValue: false },
        react: { useSuspense: true },
        returnNull: false,
      }),
  ]);
}

/** Changes the language of the page and remembers it on this device. */
export async function changeLanguage(language: ShownLanguage): Promise<void> {
  await loadDates(contentLanguage(language));
  await i18next.changeLanguage(language);
  document.documentElement.lang = contentLanguage(language);
  store(() => window.localStorage, SAVED, language);
  store(() => window.sessionStorage, ASKED, language);
}

/** Whether the person has chosen a language on this device (an account's language then does not replace it). */
export const languageWasChosen = (): boolean =>
  stored(() => window.localStorage, SAVED) !== null ||
  stored(() => window.sessionStorage, ASKED) !== null;

/** Fetches the texts of a screen beside its code; throws when they did not come. */
export async function loadNamespaces(namespaces: readonly string[]): Promise<void> {
  const missing = (): string[] =>
    namespaces.filter((one) => !i18next.hasResourceBundle(i18next.language, one));
  await i18next.loadNamespaces([...namespaces]);
  if (missing().length === 0) return;
  // i18next takes a file that did not come for an empty one, and never asks for it again by itself.
  await i18next.reloadResources([i18next.language], missing());
  if (missing().length > 0) throw new Error('the texts of the screen did not come');
}
