// What the web apps take from the API: the types of openapi.yaml, and the texts of its problem codes. Written
// only when changed, so that neither the editor nor the build sees news where there is none.
import { build } from 'esbuild';
import openapiTypescript, { astToString } from 'openapi-typescript';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

async function writeChanged(path, text) {
  if ((await readFile(path, 'utf8').catch(() => null)) === text) return;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

async function writeSchema() {
  const nodes = await openapiTypescript(pathToFileURL(join(root, 'api', 'openapi.yaml')));
  const head = '// Made from api/openapi.yaml by scripts/web-sources.mjs.\n';
  await writeChanged(join(root, 'web', 'ui', 'api', 'schema.d.ts'), head + astToString(nodes));
}

/** api/problemList.ts is the one list of codes and texts. */
async function writeProblems() {
  const entry = join(root, 'api', 'problemList.ts');
  const bundle = await build({ entryPoints: [entry], bundle: true, format: 'esm', write: false });
  const [{ text }] = bundle.outputFiles;
  const { PROBLEMS } = await import(`data:text/javascript,${encodeURIComponent(text)}`);
  for (const language of ['ru', 'kk', 'en']) {
    const texts = Object.entries(PROBLEMS).map(([name, problem]) => [name, problem[language]]);
    const json = JSON.stringify(Object.fromEntries(texts), null, 2);
    await writeChanged(join(root, 'web', 'ui', 'locales', language, 'problems.json'), `${json}\n`);
  }
}

export async function generateWebSources() {
  await Promise.all([writeSchema(), writeProblems()]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await generateWebSources();
