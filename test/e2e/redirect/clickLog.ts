import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { ClickLine } from '../../../redirect/clickLine';

/** Every whole line of the log folder, oldest segment first. */
export function loggedLines(dir: string): ClickLine[] {
  return readdirSync(dir)
    .filter((file) => file.startsWith('clicks-'))
    .sort()
    .flatMap((file) => readFileSync(join(dir, file), 'utf8').split('\n'))
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ClickLine);
}
