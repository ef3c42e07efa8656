// `node scripts/complete-lock.mjs` after any change of dependencies: `npm ci` refuses a lock that lacks an
// optional package of another platform, and npm drops those entries when the registry it was run against
// does not carry them (chdb's engines for macOS and arm64 in ours). Puts back what chdb itself names.
import { readFileSync, writeFileSync } from 'node:fs';

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
for (const [name, version] of Object.entries(
  lock.packages['node_modules/chdb'].optionalDependencies,
)) {
  const [os, cpu] = name.replace('@chdb/lib-', '').split('-');
  lock.packages[`node_modules/${name}`] ??= {
    version,
    cpu: [cpu],
    dev: true,
    optional: true,
    os: [os],
  };
}
lock.packages = Object.fromEntries(
  Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)),
);
writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`);
