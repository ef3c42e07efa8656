// Merges api/openapi/*.yaml into api/openapi.yaml, the one contract that is served, checked against and made a
// client of. What the program already knows is written in, never by hand: the closed list of problem codes,
// and who may call each operation. Writes the tables of docs/errors.md and docs/roles.md from the same facts.
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';

const root = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(import.meta.url);

async function writeIfChanged(path, text) {
  if ((await readFile(path, 'utf8').catch(() => undefined)) === text) return;
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(`${path}.${process.pid}`, text);
  await rename(`${path}.${process.pid}`, path);
}

function merge(into, part, where) {
  for (const [key, value] of Object.entries(part)) {
    if (into[key] === undefined) into[key] = value;
    else if (where.length < 2 && typeof value === 'object')
      merge(into[key], value, [...where, key]);
    else throw new Error(`${[...where, key].join(' / ')} is in two parts of api/openapi/`);
  }
}

/** Replaces what stands between `<!-- name -->` and `<!-- /name -->`. */
export function fill(page, name, text) {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [page.indexOf(open), page.indexOf(close)];
  if (from < 0 || to < 0) throw new Error(`no ${open} … ${close}`);
  return `${page.slice(0, from + open.length)}\n\n${text}\n\n${page.slice(to)}`;
}

const errorTable = (problems) =>
  [
    '| code | status | meaning | ru | kk |',
    '|---|---|---|---|---|',
    ...Object.entries(problems).map(
      ([code, { status, en, ru, kk }]) => `| \`${code}\` | ${status} | ${en} | ${ru} | ${kk} |`,
    ),
  ].join('\n');

function roleTable(document, operations, roles) {
  const rows = [];
  for (const [path, item] of Object.entries(document.paths))
    for (const [method, { operationId }] of Object.entries(item)) {
      const rule = operations[operationId];
      const cells = roles.map((role) =>
        rule.kind === 'public'
          ? '○'
          : rule.kind === 'viewer' && rule.roles.includes(role)
            ? '●'
            : '',
      );
      const proof =
        rule.kind === 'signature' ? 'signature' : rule.kind === 'public' ? 'nobody' : rule.grant;
      rows.push(
        `| \`${method.toUpperCase()} ${path}\` | ${cells.join(' | ')} | ${proof}${rule.fresh ? ', fresh factor' : ''} |`,
      );
    }
  return [
    `| operation | ${roles.map((role) => role.replace('_', ' ')).join(' | ')} | key grant |`,
    `|---|${roles.map(() => ':-:').join('|')}|---|`,
    ...rows,
  ].join('\n');
}

export async function writeContract() {
  const { PROBLEMS, PROBLEM_CODES } = require(join(root, 'dist/api/problemList.js'));
  const { OPERATIONS } = require(join(root, 'dist/api/operations.js'));
  const { ROLES } = require(join(root, 'dist/domain/access.js'));
  const folder = join(root, 'api/openapi');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml')).sort();
  const document = {};
  for (const name of ['root.yaml', ...names.filter((name) => name !== 'root.yaml')])
    merge(document, parse(await readFile(join(folder, name), 'utf8')), []);
  document.components.schemas.ProblemCode = {
    type: 'string',
    description: 'Closed list; docs/errors.md explains each',
    enum: [...PROBLEM_CODES],
  };
  for (const item of Object.values(document.paths))
    for (const operation of Object.values(item)) {
      const rule = OPERATIONS[operation.operationId];
      if (rule?.kind !== 'viewer') continue;
      operation['x-roles'] = [...rule.roles];
      operation['x-grant'] = rule.grant;
      if (rule.fresh) operation['x-fresh-factor'] = true;
    }
  const text = `# Made by scripts/openapi.mjs from api/openapi/*.yaml; edit those.\n${stringify(document, { lineWidth: 120, aliasDuplicateObjects: false })}`;
  await writeIfChanged(join(root, 'api/openapi.yaml'), text);
  await writeIfChanged(join(root, 'dist/api/openapi.yaml'), text);
  const { loadContract } = require(join(root, 'dist/api/contract.js'));
  const { operationGaps } = require(join(root, 'dist/api/operations.js'));
  const gaps = operationGaps(loadContract());
  if (gaps.length > 0)
    throw new Error(`openapi.yaml and api/operations.ts differ:\n  ${gaps.join('\n  ')}`);
  for (const [file, name, table] of [
    ['docs/errors.md', 'codes', errorTable(PROBLEMS)],
    ['docs/roles.md', 'roles', roleTable(document, OPERATIONS, ROLES)],
  ]) {
    const path = join(root, file);
    await writeIfChanged(path, fill(await readFile(path, 'utf8'), name, table));
  }
}
