import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');
type Package = {
  version?: string;
  optionalDependencies?: Record<string, string>;
  resolved?: string;
};
const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, Package>;
};
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<
  string,
  Record<string, string>
>;

test('every optional package of every platform is locked: npm ci refuses a lock without them', () => {
  const missing = Object.values(lock.packages).flatMap((one) =>
    Object.keys(one.optionalDependencies ?? {}).filter(
      (name) => !Object.keys(lock.packages).some((path) => path.endsWith(`node_modules/${name}`)),
    ),
  );
  expect(missing).toEqual([]);
});

test('no registry host is in the lock', () => {
  expect(Object.values(lock.packages).filter((one) => one.resolved?.includes('://'))).toEqual([]);
});

test('versions are exact', () => {
  const kinds = ['dependencies', 'devDependencies', 'optionalDependencies'];
  const all = Object.assign({}, ...kinds.map((kind) => manifest[kind])) as Record<string, string>;
  expect(
    Object.values(all).filter((version) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)),
  ).toEqual([]);
});
