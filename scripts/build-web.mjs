// Builds both web apps and the API reference page into dist/web. An app is skipped when nothing it is made
// of has changed since its last build; a new build is made aside and takes the old one's place whole.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip, gzipSync } from 'node:zlib';

import { generateWebSources } from './web-sources.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const web = join(root, 'web');
const out = join(root, 'dist', 'web');
const require = createRequire(import.meta.url);

/** A first visit to a screen of the phone app: all JavaScript and the Russian texts it fetches, gzipped. */
const BUDGET_BYTES = 200_000;
/** What people open the phone app for; the rest is opened from these, when most of it is there already. */
const BUDGETED = /^(home|links|orders|signIn|wallet)\/\w+\.tsx$/;
const RUSSIAN = /\/first-ru\.text-[\w-]+\.js$/;
const COMPRESSIBLE = /\.(js|css|html|svg|json|webmanifest)$/;
const COMPRESS_FROM_BYTES = 1_024;

async function files(dir) {
  const found = await readdir(dir, { withFileTypes: true, recursive: true });
  return found.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
}

async function hashOf(paths) {
  const hash = createHash('sha256').update(process.version);
  for (const path of [...paths].sort()) {
    hash.update(`\0${relative(root, path)}\0`).update(await readFile(path));
  }
  return hash.digest('hex');
}

/** Everything the app's build reads, dependencies by their lock file. */
async function inputsOf(app) {
  const folders = [join(web, 'ui'), join(web, app), join(root, 'domain')];
  const single = [
    'package-lock.json',
    ...['apps', 'firstPaint', 'mantineStyles', 'vite'].map((name) => `web/${name}.mjs`),
    'scripts/build-web.mjs',
  ];
  return [...(await Promise.all(folders.map(files))).flat(), ...single.map((p) => join(root, p))];
}

async function precompress(dir) {
  const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
  for (const path of await files(dir)) {
    // index.html gets a nonce in every answer, so it cannot be packed beforehand.
    if (!COMPRESSIBLE.test(path) || path.endsWith('index.html')) continue;
    const bytes = await readFile(path);
    if (bytes.length < COMPRESS_FROM_BYTES) continue;
    await Promise.all([
      promisify(brotliCompress)(bytes, { params }).then((b) => writeFile(`${path}.br`, b)),
      promisify(gzip)(bytes, { level: 9 }).then((b) => writeFile(`${path}.gz`, b)),
    ]);
  }
}

const readManifest = async (dir) =>
  JSON.parse(await readFile(join(dir, '.vite', 'manifest.json'), 'utf8'));

/** The files of these chunks and of all they import statically. */
function filesOf(manifest, keys) {
  const seen = new Set();
  const visit = (key) => {
    if (seen.has(key)) return;
    seen.add(key);
    for (const imported of manifest[key].imports ?? []) visit(imported);
  };
  keys.forEach(visit);
  return [...seen].map((key) => manifest[key].file);
}

/** Chunks that import one another can run a module before what it needs: a screen would fail in some orders only. */
async function checkNoCircles(app, dir) {
  const manifest = await readManifest(dir);
  const done = new Set();
  const visit = (key, path) => {
    if (path.includes(key)) {
      throw new Error(`web/${app}: chunks import in a circle: ${[...path, key].join(' → ')}`);
    }
    if (done.has(key)) return;
    for (const imported of manifest[key].imports ?? []) visit(imported, [...path, key]);
    done.add(key);
  };
  for (const key of Object.keys(manifest)) visit(key, []);
}

const kB = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;

async function checkBudget(app, dir) {
  const manifest = await readManifest(dir);
  const packed = async (file) => gzipSync(await readFile(join(dir, file)), { level: 9 }).length;
  const keys = Object.keys(manifest);
  const entry = keys.find((key) => manifest[key].isEntry);
  const texts = keys.filter((key) => RUSSIAN.test(manifest[key].file));
  const screens = keys.filter((key) => BUDGETED.test(key) && manifest[key].isDynamicEntry);
  const weights = await Promise.all(
    screens.map(async (screen) => {
      const sizes = await Promise.all(filesOf(manifest, [entry, screen, ...texts]).map(packed));
      return { screen, bytes: sizes.reduce((sum, size) => sum + size, 0) };
    }),
  );
  weights.sort((a, b) => b.bytes - a.bytes);
  const list = weights.map(({ screen, bytes }) => `${screen} ${kB(bytes)}`).join(', ');
  console.log(`web/${app}: JavaScript of a first visit, gzipped: ${list}`);
  if (app !== 'influencer') return;
  // A change of names must not leave nothing to be measured.
  if (texts.length === 0 || weights.length < 5)
    throw new Error('web/influencer: no screens to weigh');
  if (weights[0].bytes > BUDGET_BYTES)
    throw new Error(
      `web/influencer: ${weights[0].screen} is over its budget of ${kB(BUDGET_BYTES)}`,
    );
}

async function replace(aside, place) {
  const old = `${place}.old`;
  await rm(old, { recursive: true, force: true });
  if (existsSync(place)) await rename(place, old);
  await rename(aside, place);
  await rm(old, { recursive: true, force: true });
}

/** Runs `make(aside)` unless the stamp of the last build has the same hash. */
async function whenChanged(name, inputs, make) {
  const place = join(out, name);
  const stamp = join(out, `${name}.stamp`);
  const hash = await hashOf(inputs);
  const last = await readFile(stamp, 'utf8').catch(() => '');
  if (last === hash && existsSync(join(place, 'index.html'))) return;
  const aside = join(out, `.${name}.${process.pid}`);
  try {
    await make(aside);
    await replace(aside, place);
    await writeFile(stamp, hash);
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

async function buildApp(app, aside) {
  // Loaded only when there is something to build: Vite takes a second to start.
  const [{ build }, { viteConfig }] = await Promise.all([
    import('vite'),
    import(pathToFileURL(join(web, 'vite.mjs')).href),
  ]);
  await build(viteConfig(app, { outDir: aside, mode: 'production' }));
  await checkNoCircles(app, aside);
  await checkBudget(app, aside);
  await rm(join(aside, '.vite'), { recursive: true });
  await precompress(aside);
}

const docs = join(web, 'docs');
const swagger = dirname(require.resolve('swagger-ui-dist/package.json'));
const SWAGGER_FILES = ['swagger-ui-bundle.js', 'swagger-ui.css'];

/** The reference page: our page around swagger-ui, under names that change with their content. */
async function buildDocs(aside) {
  await mkdir(join(aside, 'assets'), { recursive: true });
  let html = await readFile(join(docs, 'index.html'), 'utf8');
  const sources = [
    ...SWAGGER_FILES.map((name) => join(swagger, name)),
    ...(await files(docs)).filter((path) => !path.endsWith('.html')),
  ];
  for (const path of sources) {
    const [name, extension] = path
      .split('/')
      .at(-1)
      .split(/\.(?=\w+$)/);
    const hash = createHash('sha256')
      .update(await readFile(path))
      .digest('hex')
      .slice(0, 8);
    await cp(path, join(aside, 'assets', `${name}-${hash}.${extension}`));
    html = html.replaceAll(`{{${name}.${extension}}}`, `/docs/assets/${name}-${hash}.${extension}`);
  }
  await writeFile(join(aside, 'index.html'), html);
  await precompress(aside);
}

async function inputsOfDocs() {
  return [...(await files(docs)), join(swagger, 'package.json'), fileURLToPath(import.meta.url)];
}

const PARTS = {
  docs: { inputs: inputsOfDocs, make: buildDocs },
  influencer: {
    inputs: () => inputsOf('influencer'),
    make: (aside) => buildApp('influencer', aside),
  },
  brand: { inputs: () => inputsOf('brand'), make: (aside) => buildApp('brand', aside) },
};

/** Builds the named parts, all by default: `node scripts/build-web.mjs brand`. */
export async function buildWeb(names = Object.keys(PARTS)) {
  await mkdir(out, { recursive: true });
  await generateWebSources();
  for (const name of names) {
    const { inputs, make } = PARTS[name];
    await whenChanged(name, await inputs(), make);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const names = process.argv.slice(2);
  await buildWeb(names.length > 0 ? names : undefined);
}
