import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What docker-compose.yml needs beside it: settings, image, certificates. The file itself: compose.test.ts. */
const root = join(__dirname, '..', '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const source = read('docker-compose.yml');
const VARIABLE = /\$\{([A-Z][A-Z0-9_]*)(?:(:[-?])([^}]*))?\}/g;

describe('what goes with it', () => {
  test('every variable is explained', () => {
    const explained = read('.env.example') + read('deploy/README.md');
    const used = new Set([...source.matchAll(VARIABLE)].map(([, name]) => name!));
    expect([...used].filter((name) => !new RegExp(`\\b${name}\\b`).test(explained))).toEqual([]);
  });

  test('make-env.sh sets every variable that has no default', () => {
    const script = read('deploy/make-env.sh');
    const required = [...source.matchAll(VARIABLE)].filter(([, , kind]) => kind !== ':-');
    for (const [, name, kind] of required) {
      expect(kind).toBe(':?');
      expect(script).toMatch(new RegExp(`^${name}=`, 'm'));
    }
  });

  test('the image is built without settings, data, history or registry hosts', () => {
    const ignored = read('.dockerignore').split('\n');
    expect(ignored).toContain('*');
    expect(ignored.filter((line) => /^!.*(\.env|\.git|\.gamma|node_modules)/.test(line))).toEqual(
      [],
    );
    expect(read('.npmrc')).not.toMatch(/\/\/|^registry|_auth/im);
  });

  test('every folder the build reads reaches the builder', () => {
    const list = /const folders = \[([^\]]*)\]/.exec(read('scripts/build.mjs'))?.[1] ?? '';
    const folders = [...list.matchAll(/'([a-z]+)'/g)].map(([, name]) => name!);
    expect(folders.length).toBeGreaterThan(10);
    const sent = read('.dockerignore').split('\n');
    for (const folder of [
      ...folders,
      'scripts',
      'package.json',
      'package-lock.json',
      '.npmrc',
      'tsconfig.json',
    ])
      expect(sent).toContain(`!${folder}`);
  });

  test('every base image is pinned to Node 20', () => {
    const bases = [...read('deploy/Dockerfile').matchAll(/^FROM (\S+)/gm)].map(([, base]) => base!);
    for (const base of bases) expect(base).toMatch(/^(node:20\.\d+\.\d+-bookworm-slim|manifest)$/);
  });
});
