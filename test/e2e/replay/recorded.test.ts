import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { ReplayWorkerOptions } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';

import { repoRoot } from '../../../stack/root';
import { doctoredBundle, replay } from '../../support/replay';

const root = join(repoRoot(), 'test', 'e2e', 'replay', 'histories');
const recorded = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap((folder) => readdirSync(join(root, folder.name)).map((file) => join(folder.name, file)));
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

/** A workflow that reads its own id takes another course under another one. */
const idIn = (history: string, file: string): string =>
  (
    JSON.parse(history) as {
      events: { workflowExecutionStartedEventAttributes?: { workflowId?: string } }[];
    }
  ).events[0]?.workflowExecutionStartedEventAttributes?.workflowId ?? file;
const replayFile = (file: string, bundle?: ReplayWorkerOptions): Promise<void> =>
  replay(read(file), idIn(read(file), file), bundle);

test('there is a recorded history of every workflow', () => {
  const kinds = new Set(recorded.map((file) => file.split('/')[0]));
  expect([...kinds].sort()).toEqual(['adjustment', 'conversion', 'payoutBatch', 'payoutItem']);
});

test.each(recorded)('%s replays on the built code', async (file) => {
  await replayFile(file);
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
  const polled = recorded.find((name) => name === 'conversion/2026-11-23-polled-and-paid.json')!;
  const bundle = await doctoredBundle(file, from, to);
  await expect(replayFile(polled, bundle)).rejects.toThrow(DeterminismViolationError);
});

test.each([
  ['another question', 'conversion/2026-11-30-c-polled-and-paid', '.watchOrder(', '.pollOrder('],
  [
    'news that is not read',
    'conversion/2026-11-30-c-repriced-and-rejected',
    'hasNews = () => this.inbox > this.read',
    'hasNews = () => false',
  ],
  [
    'no wait for the payout',
    'conversion/2026-11-30-c-changed-after-its-release-and-paid',
    'paidWaitMs === null',
    'paidWaitMs !== null',
  ],
  ['an end too early', 'adjustment/2026-11-30-c-dearer', 'this.isOver(order)', 'true'],
  [
    'a step more',
    'adjustment/2026-11-30-c-back-again',
    'this.say(order);',
    'await this.advance();',
  ],
])('a doctored order with one inbox fails the replay: %s', async (_what, name, from, to) => {
  const file = `${name}.json`;
  const bundle = await doctoredBundle('orderWatch.js', from, to);
  await expect(replayFile(file, bundle)).rejects.toThrow(DeterminismViolationError);
});

/** Runs of before and of since: each course of the code is doctored under its own histories. */
test.each([
  ['preparing', '2026-11-30-prepared', 'legacy/payoutBatch.js', '.prepareBatch(', '.expireBatch('],
  [
    'taking out',
    '2026-11-30-all-taken',
    'legacy/payoutBatch.js',
    '.excludePayout(',
    '.prepareBatch(',
  ],
  ['approving', '2026-11-30-b-prepared', 'payoutBatch.js', '.takeWindow(', '.awaitDecision('],
  ['looking', '2026-11-30-b-all-taken', 'payoutBatch.js', '.lookAtRun(', '.finishBatch('],
])('a doctored payout run fails the replay: %s', async (_what, name, code, from, to) => {
  const file = recorded.find((one) => one.startsWith('payoutBatch/') && one.includes(name))!;
  const bundle = await doctoredBundle(code, from, to);
  await expect(replayFile(file, bundle)).rejects.toThrow(DeterminismViolationError);
});

test.each([
  [
    'a send without its turn',
    'of-nothing',
    'this.waitForTurn();',
    'this.settle({ kind: "paid" });',
  ],
  ['a question less', 'given-up-and-resend', 'absences >= 2 && sent', 'absences >= 1 && sent'],
  [
    'people who are not waited for',
    'given-up-and-void',
    'await this.waitForPeople(',
    'await this.flag(',
  ],
])('a doctored payout fails the replay: %s', async (_what, name, from, to) => {
  const file = recorded.find((one) => one.startsWith('payoutItem/') && one.includes(name))!;
  const bundle = await doctoredBundle('payoutItem.js', from, to);
  await expect(replayFile(file, bundle)).rejects.toThrow(DeterminismViolationError);
});
