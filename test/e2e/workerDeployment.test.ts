import type { temporal } from '@temporalio/proto';

import { until } from '../../sandbox/demo/http';
import { conversionWorkflowId, payoutWorkflowId } from '../../workflows/contract';
import * as journey from '../support/journey';
import { startTestPlatform, type TestPlatform } from '../support/platform';

/** Two versions of the worker under one deployment, as an operator rolls them out (deploy/README.md). */
let on: TestPlatform;
beforeAll(async () => {
  on = await startTestPlatform({
    name: 'deployment',
    // Longer than a second worker takes to come up and to become the current version.
    holdSeconds: 25,
    env: { WORKER_BUILD_ID: 'one', WORKER_DEPLOYMENT: 'gamma-test' },
  });
}, 90_000);
afterAll(() => on.stop());

const NAME = 'gamma-test';

async function setCurrent(buildId: string): Promise<void> {
  const { workflowService, options } = on.temporal;
  await until(
    `version ${buildId} can be made the current one`,
    () =>
      workflowService
        .setWorkerDeploymentCurrentVersion({
          namespace: options.namespace,
          deploymentName: NAME,
          buildId,
          ignoreMissingTaskQueues: true,
        })
        .then(
          () => 'set',
          (failure: Error) => failure.message,
        ),
    (said) => said === 'set',
  );
}

type Info = temporal.api.workflow.v1.IWorkflowExecutionVersioningInfo;
const versionOf = async (workflowId: string): Promise<Info | null | undefined> =>
  (await on.temporal.workflow.getHandle(workflowId).describe()).raw.workflowExecutionInfo
    ?.versioningInfo;

const PINNED = 1;
const AUTO_UPGRADE = 2;
const numberOf = (behavior: Info['behavior']): unknown =>
  ({ VERSIONING_BEHAVIOR_PINNED: PINNED, VERSIONING_BEHAVIOR_AUTO_UPGRADE: AUTO_UPGRADE })[
    String(behavior)
  ] ?? behavior;

test('a held order goes on with the next version, a payout ends on its own', async () => {
  await setCurrent('one');
  const influencer = on.data.influencers.find((one) => one.regime === 'demo_flat_10')!;
  const id = await journey.order(on, influencer, { status: 'approved' });
  await journey.conversionIs(on, id, 'HELD');
  const before = await versionOf(conversionWorkflowId(id));
  expect(numberOf(before?.behavior)).toBe(AUTO_UPGRADE);
  expect(before?.deploymentVersion).toMatchObject({ deploymentName: NAME, buildId: 'one' });

  // The next version comes up beside the first one, becomes the current one, and the first one goes.
  const first = on.platform.processes.worker!;
  await on.platform.start('worker', { WORKER_BUILD_ID: 'two', CODEC_PORT: '0' });
  await setCurrent('two');
  await first.stop();
  await journey.conversionIs(on, id, 'PAYABLE', 90_000);
  const after = await versionOf(conversionWorkflowId(id));
  expect(after?.deploymentVersion).toMatchObject({ deploymentName: NAME, buildId: 'two' });

  const payout = await journey.requestPayout(on, influencer);
  await until(
    'the run is approved',
    () => journey.tryApprove(on, payout.batchId),
    (status) => status === 200,
  );
  await journey.payoutIs(on, influencer, payout.id, 'paid', 90_000);
  const item = await versionOf(payoutWorkflowId(payout.id));
  expect(numberOf(item?.behavior)).toBe(PINNED);
  expect(item?.deploymentVersion).toMatchObject({ deploymentName: NAME, buildId: 'two' });
}, 240_000);
