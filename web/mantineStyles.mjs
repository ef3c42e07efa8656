// The component library's styles, of the components in use only: whole they are twice what an app needs.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const library = dirname(createRequire(import.meta.url).resolve('@mantine/core/styles.layer.css'));
const sheet = (name) => join(library, 'styles', `${name}.layer.css`);
const imports = (names) => names.map((name) => `import ${JSON.stringify(sheet(name))};\n`).join('');

/** What startApp imports, and what of it belongs to no component. */
const WHOLE = '@mantine/core/styles.layer.css';
const OF_NONE = ['baseline', 'default-css-variables', 'global'];
const INSTEAD = '\0gamma-mantine-styles';

/** A component's class names; of a component that is not used they are not bundled, nor its styles then. */
const CLASS_NAMES = /@mantine\/core\/esm\/.*\/(\w+)\.module\.mjs$/;

/** In the build alone: `npm run dev` serves the library's styles whole. */
export function usedMantineStyles() {
  return {
    name: 'gamma-used-mantine-styles',
    apply: 'build',
    enforce: 'pre',
    resolveId: (source) => (source === WHOLE ? INSTEAD : null),
    load: (id) => (id === INSTEAD ? imports(OF_NONE) : null),
    transform(code, id) {
      const name = CLASS_NAMES.exec(id)?.[1];
      if (!name) return null;
      if (!existsSync(sheet(name)))
        this.error(`${sheet(name)} is missing: has the library changed?`);
      // A component imports what it is made of before its own class names: the order its styles need.
      return { code: imports([name]) + code, map: null };
    },
  };
}
