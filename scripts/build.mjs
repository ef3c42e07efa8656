// Compiles every source folder to dist/ as CommonJS, beside copies of the SQL, YAML and HTML it reads
// at run time. esbuild only strips types here (no bundling), so dist/ keeps the tree's shape and stack
// traces point at the same files. Type errors are the lint step's business.
import { build } from 'esbuild';
import { bundleWorkflowCode } from '@temporalio/worker';
import { cp, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildWeb } from './build-web.mjs';
import { writeContract } from './openapi.mjs';
import { writeLateTruth } from './lateTruth.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const out = join(root, 'dist');
const folders = [
  'domain',
  'config',
  'telemetry',
  'files',
  'workflows',
  'activities',
  'adapters',
  'store',
  'services',
  'redirect',
  'api',
  'temporal',
  'worker',
  'cli',
  'sandbox',
  'stack',
  'bench',
];
const assets = /\.(sql|yaml|html|css|json|lua)$/;

async function* files(dir) {
  for (const entry of await readdir(dir, { withFileTypes: true }).catch(() => [])) {
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
    else if (assets.test(path) && !path.includes('api/openapi')) copies.push(path);
  }
}
const target = (path) => join(out, relative(root, path));
const made = new Set([join(out, 'workflow-bundle.js'), ...copies.map(target)]);
for (const path of sources) {
  const js = target(path).replace(/\.ts$/, '.js');
  made.add(js).add(`${js}.map`);
}

// Made aside and moved over file by file: whoever starts a process now reads an old file or a new one, whole.
const aside = `${out}.${process.pid}`;
await build({
  entryPoints: sources,
  outdir: aside,
  outbase: root,
  format: 'cjs',
  platform: 'node',
  target: 'node24',
  sourcemap: true,
  supported: { 'dynamic-import': true },
  logLevel: 'warning',
});
for (const path of copies) {
  const copy = join(aside, relative(root, path));
  await mkdir(dirname(copy), { recursive: true });
  await cp(path, copy);
}
for await (const path of files(aside)) {
  const place = join(out, relative(aside, path));
  await mkdir(dirname(place), { recursive: true });
  await rename(path, place);
}
await rm(aside, { recursive: true });

await writeContract();
await writeLateTruth();
made.add(join(out, 'api', 'openapi.yaml'));

// The workflow bundle is made here, once: a worker that bundles at start-up starts seconds later and could
// run other code than the one whose histories were replayed.
const quiet = {
  log() {},
  trace() {},
  debug() {},
  info() {},
  warn: console.warn,
  error: console.error,
};
const { code } = await bundleWorkflowCode({
  workflowsPath: join(out, 'workflows', 'index.js'),
  failureConverterPath: join(out, 'temporal', 'failureConverter.js'),
  workflowInterceptorModules: [join(out, 'workflows', 'interceptors.js')],
  logger: quiet,
});
await writeFile(join(out, 'workflow-bundle.js.new'), code);
await rename(join(out, 'workflow-bundle.js.new'), join(out, 'workflow-bundle.js'));

// dist/web keeps its own order: an app is made anew only when what it is made of has changed.
const web = join(out, 'web');
for await (const path of files(out))
  if (!made.has(path) && !path.startsWith(`${web}/`)) await rm(path);
await buildWeb();
