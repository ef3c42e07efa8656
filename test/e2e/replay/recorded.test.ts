import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { DeterminismViolationError } from '@temporalio/workflow';

import { repoRoot } from '../../../stack/root';
import { doctoredBundle, replay } from '../../support/replay';

const root = join(repoRoot(), 'test', 'e2e', 'replay', 'histories');
const recorded = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap((folder) => readdirSync(join(root, folder.name)).map((file) => join(folder.name, file)));
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

test('there is a recorded history of every workflow', () => {
  const kinds = new Set(recorded.map((file) => file.split('/')[0]));
  expect([...kinds].sort()).toEqual(['conversion', 'payoutBatch', 'payoutItem']);
});

test.each(recorded)('%s replays on the built code', async (file) => {
  await replay(read(file), file);
});

test.each([
  [
    'an activity under another name',
    'legacy/conversion.js',
    '.accrueConversion(',
    '.cancelConversion(',
  ],
  ['no hold', 'legacy/conversion.js', 'await this.holdRunsOut()', 'undefined'],
  [
    'a step more',
    'legacy/conversion.js',
    'this.hold(first);',
    'await import_proxies.conversionBooks.flagConversion({}); this.hold(first);',
  ],
])('a doctored conversion fails the replay: %s', async (_what, file, from, to) => {
  const polled = recorded.find(
    (name) => name.startsWith('conversion/') && name.includes('polled'),
  )!;
  const bundle = await doctoredBundle(file, from, to);
  await expect(replay(read(polled), polled, bundle)).rejects.toThrow(DeterminismViolationError);
});

test.each([
  ['preparing', 'prepared', '.prepareBatch(', '.expireBatch('],
  ['taking a payout out', 'all-taken-out', '.excludePayout(', '.prepareBatch('],
])('a doctored payout run fails the replay: %s', async (_what, name, from, to) => {
  const file = recorded.find((one) => one.startsWith('payoutBatch/') && one.includes(name))!;
  const bundle = await doctoredBundle('payoutBatch.js', from, to);
  await expect(replay(read(file), file, bundle)).rejects.toThrow(DeterminismViolationError);
});
