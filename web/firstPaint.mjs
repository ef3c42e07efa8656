// What index.html does before the code has come: colours, a sign that something comes, and the first requests.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { APPS } from './apps.mjs';

const web = dirname(fileURLToPath(import.meta.url));

/** What api/web replaces in every answer by that answer's nonce. */
export const CSP_NONCE = '__CSP_NONCE__';

const LANGUAGES = ['ru', 'kk', 'en'];

/** The chunk and all it imports statically. */
function withImports(bundle, name, found = new Set()) {
  if (found.has(name)) return found;
  found.add(name);
  for (const imported of bundle[name].imports) withImports(bundle, imported, found);
  return found;
}

const mapValues = (record, change) =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));

/** Files of modules, without those index.html names already. */
function filesOf(app, bundle, modules) {
  const chunks = Object.values(bundle).filter(({ type }) => type === 'chunk');
  const known = withImports(bundle, chunks.find(({ isEntry }) => isEntry).fileName);
  const found = new Set();
  for (const module of modules) {
    const chunk = chunks.find(({ facadeModuleId }) => facadeModuleId === join(web, app, module));
    if (!chunk) throw new Error(`web/apps.mjs: ${app} has no chunk of ${module}`);
    withImports(bundle, chunk.fileName, found);
  }
  return [...found].filter((name) => !known.has(name)).map((name) => APPS[app].base + name);
}

/** Language → its files of texts. */
function textsOf(app, bundle, names) {
  const fileOf = (name) => {
    const chunk = Object.values(bundle).find((one) => one.name === `${name}.text`);
    if (!chunk) throw new Error(`web/apps.mjs: ${app} has no texts ${name}`);
    return APPS[app].base + chunk.fileName;
  };
  return Object.fromEntries(
    LANGUAGES.map((language) => [language, names.map((name) => fileOf(`${name}-${language}`))]),
  );
}

/** What app/boot.js is told to ask for. */
function firstRequests(app, bundle) {
  const { base, signIn, screens, areas } = APPS[app];
  const font = Object.keys(bundle).find((name) => name.endsWith('.woff2'));
  const plan = ({ modules, texts = [], reads = [] }) => ({
    files: filesOf(app, bundle, modules),
    texts: textsOf(app, bundle, texts),
    reads,
  });
  return {
    base,
    font: base + font,
    always: plan({ modules: [], texts: ['first'] }),
    signIn: plan(signIn),
    screens: mapValues(screens, plan),
    areas: mapValues(areas, plan),
  };
}

export function firstPaint(app) {
  const piece = (name) => readFileSync(join(web, 'ui', 'app', name), 'utf8').trim();
  return {
    name: 'gamma-first-paint',
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle }) {
        // In `npm run dev` there are no files to name.
        const first = JSON.stringify(bundle ? firstRequests(app, bundle) : null);
        const boot = piece('boot.js').replace('__FIRST__', () => first);
        return html
          .replace(
            '<!--boot-->',
            () =>
              `<style nonce="${CSP_NONCE}">${piece('splash.css')}</style><script>${boot}</script>`,
          )
          .replace('<!--splash-->', () => piece('splash.html'));
      },
    },
  };
}
