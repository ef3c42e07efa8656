// Prints the table of domain/conversions/lateTruth.ts into docs/late-truth.md.
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { fill } from './openapi.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(import.meta.url);
const words = (name) => name.replaceAll('_', ' ');

export async function writeLateTruth() {
  const { LATE_TRUTH, MOMENTS, SHOP_EVENTS } = require(
    join(root, 'dist/domain/conversions/lateTruth.js'),
  );
  const cell = ({ state, money }) => `${state}, ${words(money)}`;
  const table = [
    `| moment | ${SHOP_EVENTS.map(words).join(' | ')} |`,
    `|---|${SHOP_EVENTS.map(() => '---').join('|')}|`,
    ...MOMENTS.map(
      (moment) =>
        `| **${words(moment)}** | ${SHOP_EVENTS.map((event) => cell(LATE_TRUTH[moment][event])).join(' | ')} |`,
    ),
  ].join('\n');
  const path = join(root, 'docs/late-truth.md');
  const page = await readFile(path, 'utf8');
  const filled = fill(page, 'late-truth', table);
  if (filled !== page) await writeFile(path, filled);
}
