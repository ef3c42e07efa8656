import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';

import ts from 'typescript';

const WEB = join(__dirname, '..', '..', 'web');
const APPS = ['ui', 'influencer', 'brand'] as const;
const LANGUAGES = ['ru', 'kk', 'en'] as const;
type App = (typeof APPS)[number];
type Language = (typeof LANGUAGES)[number];

/** Made by the build from api/problemList.ts, whose own tests hold the three languages together. */
const GENERATED = 'problems';
const PLURAL = /_(zero|one|two|few|many|other)$/;

const localeFolder = (app: App, language: Language): string => join(WEB, app, 'locales', language);

function namespaces(app: App, language: Language): string[] {
  const folder = localeFolder(app, language);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .map((name) => basename(name, '.json'))
    .filter((name) => name !== GENERATED)
    .sort();
}

/** Nested texts as dotted keys. */
function flatten(value: unknown, prefix = ''): Map<string, unknown> {
  if (typeof value !== 'object' || value === null) return new Map([[prefix, value]]);
  return new Map(
    Object.entries(value).flatMap(([key, inner]) => [
      ...flatten(inner, prefix ? `${prefix}.${key}` : key),
    ]),
  );
}

const texts = (app: App, language: Language, namespace: string): Map<string, unknown> =>
  flatten(JSON.parse(readFileSync(join(localeFolder(app, language), `${namespace}.json`), 'utf8')));

const stem = (key: string): string => key.replace(PLURAL, '');

/** Keys that are plural forms: `x_other` exists. `nav_one` alone is a key like any other. */
const pluralStems = (keys: Iterable<string>): Set<string> =>
  new Set([...keys].filter((key) => key.endsWith('_other')).map(stem));

function stems(all: Map<string, unknown>): Set<string> {
  const plural = pluralStems(all.keys());
  return new Set(
    [...all.keys()].map((key) => (PLURAL.test(key) && plural.has(stem(key)) ? stem(key) : key)),
  );
}

const placeholders = (text: string): string[] =>
  [...new Set(text.match(/\{\{[^}]+\}\}|<\/?\w+\/?>|\$t\([^)]+\)/g) ?? [])].sort();

const files = APPS.flatMap((app) => namespaces(app, 'ru').map((namespace) => ({ app, namespace })));

describe.each(APPS)('locales of web/%s', (app) => {
  it.each(['kk', 'en'] as const)('has the same files in ru and %s', (language) => {
    expect(namespaces(app, language)).toEqual(namespaces(app, 'ru'));
  });
});

describe.each(files)('web/$app, $namespace.json', ({ app, namespace }) => {
  const all = Object.fromEntries(
    LANGUAGES.map((language) => [language, texts(app, language, namespace)]),
  ) as Record<Language, Map<string, unknown>>;

  it('has the same keys in every language', () => {
    const expected = [...stems(all.ru)].sort();
    for (const language of LANGUAGES) expect([...stems(all[language])].sort()).toEqual(expected);
  });

  it.each(LANGUAGES)('has no empty text in %s', (language) => {
    const empty = [...all[language]].filter(([, text]) => typeof text !== 'string' || !text.trim());
    expect(empty).toEqual([]);
  });

  it.each(LANGUAGES)('has exactly the plural forms %s needs', (language) => {
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    for (const plural of pluralStems(all[language].keys())) {
      const given = [...all[language].keys()].filter(
        (key) => PLURAL.test(key) && stem(key) === plural,
      );
      expect(given.sort()).toEqual(forms.map((form) => `${plural}_${form}`).sort());
    }
  });

  it('has the same placeholders in every language', () => {
    for (const language of LANGUAGES) {
      for (const [key, text] of all[language]) {
        const russian = all.ru.get(key) ?? all.ru.get(`${stem(key)}_other`);
        expect([key, ...placeholders(String(text))]).toEqual([
          key,
          ...placeholders(String(russian)),
        ]);
      }
    }
  });
});

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.endsWith('.d.ts'))
    .sort();
}

const parse = (path: string): ts.SourceFile =>
  ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);

function visit(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node);
  node.forEachChild((child) => visit(child, see));
}

const SHOWN_PROPS = new Set([
  'label',
  'title',
  'placeholder',
  'description',
  'alt',
  'aria-label',
  'aria-description',
  'message',
  'text',
  'confirmLabel',
  'error',
  'nothingFoundMessage',
  'header',
]);
const LETTERS = /\p{L}{2}/u;
/** `shell:nav.home` and `nav.home`: keys of texts, as registries hold them. */
const KEY = /^(\w+:)?\w+(\.\w+)*$/;

/** Words of a JSX child or of a prop people see, written as literals. */
function literals(file: ts.SourceFile): string[] {
  const found: string[] = [];
  const add = (node: ts.Node, text: string): void => {
    const { line } = file.getLineAndCharacterOfPosition(node.getStart());
    found.push(`${relative(WEB, file.fileName)}:${line + 1} ${text.trim()}`);
  };
  const literalText = (node: ts.Node | undefined): string | null => {
    if (!node) return null;
    if (ts.isStringLiteralLike(node)) return node.text;
    if (ts.isJsxExpression(node)) return literalText(node.expression);
    if (ts.isTemplateExpression(node))
      return [node.head.text, ...node.templateSpans.map((span) => span.literal.text)].join(' ');
    if (ts.isConditionalExpression(node))
      return [literalText(node.whenTrue), literalText(node.whenFalse)].filter(Boolean).join(' ');
    return null;
  };
  visit(file, (node) => {
    if (ts.isJsxText(node) && LETTERS.test(node.text)) add(node, node.text);
    if (ts.isJsxExpression(node) && !ts.isJsxAttribute(node.parent)) {
      const text = literalText(node);
      if (text && LETTERS.test(text)) add(node, text);
    }
    if (ts.isJsxAttribute(node) && SHOWN_PROPS.has(node.name.getText())) {
      const text = literalText(node.initializer);
      if (text && LETTERS.test(text)) add(node, text);
    }
    if (
      ts.isPropertyAssignment(node) &&
      SHOWN_PROPS.has(node.name.getText().replace(/['"]/g, ''))
    ) {
      const text = literalText(node.initializer);
      if (text && LETTERS.test(text) && !KEY.test(text)) add(node, text);
    }
  });
  return found;
}

/** Names of the platform's own things, the same in every language. */
const NOT_WORDS =
  /^[^:]+:\d+ (Gamma|[a-z]{3}_…|API|CSV|IBAN|QR|PNG|TOTP|HMAC|URL|ID|JSON|cURL|Node\.js|PHP|Python|GET|POST)$/;

describe('texts in code', () => {
  const tsx = APPS.flatMap((app) => sources(join(WEB, app))).filter((path) =>
    path.endsWith('.tsx'),
  );

  it.each(tsx.map((path) => [relative(WEB, path), path] as const))('%s has none', (_, path) => {
    expect(literals(parse(path)).filter((one) => !NOT_WORDS.test(one))).toEqual([]);
  });
});

type Known = { readonly keys: ReadonlySet<string> };

/** Every `namespace:key` an app has, its own and the shared ones; plural forms by their stem. */
function knownKeys(app: App): Known {
  const keys = new Set<string>();
  for (const part of new Set<App>(['ui', app])) {
    for (const namespace of namespaces(part, 'ru'))
      for (const key of stems(texts(part, 'ru', namespace))) keys.add(`${namespace}:${key}`);
  }
  return { keys };
}

/** The first namespace of each `useTranslation` of the file: where its `t('key')` may look. */
function usedNamespaces(file: ts.SourceFile): string[] {
  const found: string[] = [];
  visit(file, (node) => {
    if (!ts.isCallExpression(node) || node.expression.getText() !== 'useTranslation') return;
    const [first] = node.arguments;
    if (!first) found.push('ui');
    else if (ts.isStringLiteralLike(first)) found.push(first.text);
    else if (ts.isArrayLiteralExpression(first))
      found.push(...first.elements.filter(ts.isStringLiteralLike).map((one) => one.text));
  });
  return found.length > 0 ? found : ['ui'];
}

/** Literal keys of `t('…')` calls with the namespaces they may be in. */
function usedKeys(file: ts.SourceFile): { key: string; spaces: string[] }[] {
  const spaces = usedNamespaces(file);
  const found: { key: string; spaces: string[] }[] = [];
  visit(file, (node) => {
    if (!ts.isCallExpression(node)) return;
    const name = node.expression.getText();
    if (name !== 't' && name !== 'i18next.t') return;
    const [key, options] = node.arguments;
    if (!key || !ts.isStringLiteralLike(key)) return;
    const own = options && /\bns: '(\w+)'/.exec(options.getText())?.[1];
    const [space, plain] = key.text.includes(':') ? key.text.split(':') : [own, key.text];
    found.push({ key: plain ?? '', spaces: space ? [space] : spaces });
  });
  return found;
}

describe.each(APPS)('keys used by web/%s', (app) => {
  const { keys } = knownKeys(app);

  it.each(sources(join(WEB, app)).map((path) => [relative(WEB, path), path] as const))(
    'all exist: %s',
    (_, path) => {
      const missing = usedKeys(parse(path))
        .filter(({ spaces }) => !spaces.includes(GENERATED) || spaces.length > 1)
        .filter(({ key, spaces }) => !spaces.some((space) => keys.has(`${space}:${key}`)))
        .map(({ key, spaces }) => `${spaces.join('|')}:${key}`);
      expect(missing).toEqual([]);
    },
  );
});
