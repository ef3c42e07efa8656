// Compiles every source folder to dist/ as CommonJS, beside copies of the SQL, YAML and HTML it reads
// at run time. esbuild only strips types here (no bundling), so dist/ keeps the tree's shape and stack
// traces point at the same files. Type errors are the lint step's business.
import { build } from 'esbuild';
import { cp, mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const out = join(root, 'dist');
const folders = [
  'domain',
  'config',
  'telemetry',
  'workflows',
  'activities',
  'adapters',
  'store',
  'redirect',
  'api',
  'temporal',
  'worker',
  'sandbox',
  'stack',
  'bench',
];
const assets = /\.(sql|yaml|html|css|json)$/;

async function* files(dir) {
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) yield* files(path);
    else yield path;
  }
}

const sources = [];
const copies = [];
for (const folder of folders) {
  for await (const path of files(join(root, folder))) {
    if (path.endsWith('.ts') && !path.endsWith('.test.ts') && !path.endsWith('.d.ts'))
      sources.push(path);
    else if (assets.test(path)) copies.push(path);
  }
}

await rm(out, { recursive: true, force: true });
await build({
  entryPoints: sources,
  outdir: out,
  outbase: root,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  supported: { 'dynamic-import': true },
  logLevel: 'warning',
});
for (const path of copies) {
  const target = join(out, relative(root, path));
  await mkdir(dirname(target), { recursive: true });
  await cp(path, target);
}
