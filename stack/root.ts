import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The checkout's folder, found by walking up to the package.json of this project: the same code runs
 * from dist/stack/*.js and, in tests, from stack/*.ts.
 */
export function repoRoot(from: string = __dirname): string {
  for (let dir = from; ; dir = dirname(dir)) {
    const file = join(dir, 'package.json');
    if (existsSync(file)) {
      const name = (JSON.parse(readFileSync(file, 'utf8')) as { name?: string }).name;
      if (name === 'gamma') return dir;
    }
    if (dirname(dir) === dir) {
      throw new Error(`No package.json of this project above ${from}: run from a full checkout.`);
    }
  }
}

/** A compiled file. Child processes are always started from dist/, whoever starts them. */
export function distFile(...parts: string[]): string {
  const file = join(repoRoot(), 'dist', ...parts);
  if (!existsSync(file)) {
    throw new Error(`${file} is missing: run \`npm run build\` first.`);
  }
  return file;
}
