import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { until } from '../../sandbox/demo/http';
import { silentProgress, startEmbeddedStack, type EmbeddedStack } from '../../stack/embedded';
import { distFile } from '../../stack/root';
import { loadSecrets } from '../../stack/secrets';
import { conversionWorkflowId, SEARCH_ATTRIBUTES } from '../../workflows/contract';
import * as journey from '../support/journey';
import { startTestPlatform, type TestPlatform } from '../support/platform';
import { readSharedStack } from '../support/sharedStack';
import { endWork, openWork } from './openWork';
import { deskOn, type Desk } from './opsDesk';

const HOLD_SECONDS = 10;
/** What workflows are started with, by the platform and by whoever calls the command. */
const STARTS = {
  BATCH_COLLECT_MS: '600000',
  BATCH_APPROVE_MS: '600000',
  PAYOUT_STATUS_FIRST_MS: '200',
  PAYOUT_STATUS_MAX_MS: '1000',
  PAYOUT_NOT_FOUND_WAIT_MS: '500',
  PAYOUT_STOPPED_POLL_MS: '200',
};

/** Temporal loses its whole database while work is open; Postgres alone brings every workflow back. */
let own: EmbeddedStack;
let on: TestPlatform;
let desk: Desk;
let dir: string;
beforeAll(async () => {
  dir = mkdtempSync(join(readSharedStack().dir, 'lost-temporal-'));
  own = await startEmbeddedStack({
    dir,
    env: { ...process.env, TEMPORAL_ADDRESS: undefined },
    progress: silentProgress,
    only: ['temporal'],
    temporal: { namespaces: ['lost'], searchAttributes: SEARCH_ATTRIBUTES },
    preferredPorts: { temporal: 0, temporalUi: 0 },
  });
  on = await startTestPlatform({
    name: 'rebuild',
    holdSeconds: HOLD_SECONDS,
    temporal: { address: own.urls.temporal, namespace: 'lost' },
    // What is never booked is sent until it is.
    env: { ...STARTS, REBUILD_EVERY_MS: '0', PAYOUT_MAX_SENDS: '100' },
  });
  desk = await deskOn(on);
}, 120_000);
afterAll(async () => {
  await desk.stop();
  await own.stop();
  rmSync(dir, { recursive: true, force: true });
});

const run = promisify(execFile);

/** `npm run rebuild` as an operator calls it; answers the last counts it told. */
async function rebuild(...args: string[]): Promise<string> {
  const { codecKeys } = loadSecrets(join(on.dir, 'secrets.json'));
  const { stdout } = await run(process.execPath, [distFile('cli', 'rebuild.js'), ...args], {
    env: {
      PATH: process.env['PATH'],
      DATABASE_URL: on.db.postgres,
      TEMPORAL_ADDRESS: own.urls.temporal,
      TEMPORAL_NAMESPACE: 'lost',
      GAMMA_CODEC_KEYS: codecKeys,
      ...STARTS,
    },
  });
  return stdout.trim().split('\n').at(-2) ?? '';
}

/** As of now in Temporal: open workflows of our kinds. */
async function running(): Promise<string[]> {
  const ids: string[] = [];
  for await (const { workflowId } of on.temporal.workflow.list({
    query: `ExecutionStatus = 'Running' and WorkflowType in ('conversion', 'adjustment', 'payoutBatch', 'payoutItem')`,
  }))
    ids.push(workflowId);
  return ids.sort();
}

async function loseEverything(): Promise<void> {
  await own.engines.temporal.kill();
  rmSync(join(dir, 'temporal'), { recursive: true, force: true });
  await own.engines.temporal.start();
}

test('payouts and orders are open in every way; Temporal loses its whole database; all of it ends as if nothing had happened', async () => {
  const work = await openWork(desk);
  await loseEverything();
  expect(await running()).toEqual([]);
  const dry = await rebuild('--dry-run');
  expect(dry).toMatch(/orders: \d+ open, \d+ without a workflow · payout runs: 4 open, 4 without/);
  expect(await running()).toEqual([]);

  expect(await rebuild()).toMatch(/payout runs: 4 open, 4 started · payouts: 5 open, 5 started$/);
  await until('they run again', running, (ids) => work.workflows.every((id) => ids.includes(id)));
  await on.temporal.workflow.getHandle(work.adjustment).describe();
  // Once more, and beside itself: nothing is left to start.
  const [again] = await Promise.all([rebuild(), rebuild()]);
  expect(again).toMatch(/payout runs: 4 open, 0 started · payouts: 5 open, 0 started$/);

  const ended = await endWork(desk, work);
  for (const kind of Object.keys(work.payouts)) {
    const amount = kind === 'review' ? '699.00' : '700.00';
    expect(ended).toMatchObject({ [kind]: { book: [{ state: 'paid', amount }] } });
  }
  expect(ended).toEqual(await endWork(desk, await openWork(desk)));
  expect(await journey.booksAreRight(on)).toEqual({ sum: 0n, wrong: 0, pending: 0n });
  await on.db.owner.query('update programme_terms set hold_seconds = $1', [HOLD_SECONDS]);
}, 400_000);

test('a workflow that somebody terminated is given back', async () => {
  const influencer = on.data.influencers.find((one) => one.regime === 'demo_flat_10')!;
  const id = await journey.order(on, influencer, { status: 'approved' });
  await journey.conversionIs(on, id, 'HELD');
  const handle = on.temporal.workflow.getHandle(conversionWorkflowId(id));
  await handle.terminate('a test');
  // Visibility lags by moments: until then it counts as running.
  await until('it is seen to have ended', running, (ids) => !ids.includes(handle.workflowId));
  expect(await rebuild()).toMatch(/orders: \d+ open, [1-9]\d* started/);
  await journey.conversionIs(on, id, 'PAYABLE', 90_000);
}, 120_000);

test('the Schedule does it by itself: made where there is none, at once, and never two runs at a time', async () => {
  const influencer = on.data.influencers.find((one) => one.regime === 'demo_flat_10')!;
  const id = await journey.order(on, influencer, { status: 'approved' });
  await journey.conversionIs(on, id, 'HELD');
  const handle = on.temporal.workflow.getHandle(conversionWorkflowId(id));
  await handle.terminate('a test');
  await until('it is seen to have ended', running, (ids) => !ids.includes(handle.workflowId));
  await on.platform.processes.worker!.stop();
  await on.platform.start('worker', { REBUILD_EVERY_MS: '3600000' });
  await journey.conversionIs(on, id, 'PAYABLE', 90_000);
  const schedule = await on.temporal.schedule.getHandle('rebuild').describe();
  expect(schedule.policies.overlap).toBe('SKIP');
  expect(schedule.spec.intervals).toEqual([expect.objectContaining({ every: 3_600_000 })]);
  const runs = schedule.info.recentActions.map(({ action }) => action.workflow.workflowId);
  expect(runs).toHaveLength(1);
  expect(await on.temporal.workflow.getHandle(runs[0]!).result()).toMatchObject({
    conversion: { failed: 0 },
    run: { failed: 0 },
    payout: { failed: 0 },
  });
  await on.platform.processes.worker!.stop();
  await on.platform.start('worker', { REBUILD_EVERY_MS: '0' });
  await until(
    'it is gone',
    () =>
      on.temporal.schedule
        .getHandle('rebuild')
        .describe()
        .then(
          () => 'there',
          (failure: Error) => failure.name,
        ),
    (name) => name !== 'there',
  );
}, 150_000);
