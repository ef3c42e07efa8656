import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { Client, Connection } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';

import type { DemoInfluencer } from '../../sandbox/seed';
import { until } from '../../sandbox/demo/http';
import { silentProgress } from '../../stack/progress';
import { findTemporal } from '../../stack/toolCache';
import * as contract from '../../workflows/contract';
import * as journey from '../support/journey';
import { startTestPlatform, type TestPlatform } from '../support/platform';
import { readSharedStack } from '../support/sharedStack';

/**
 * Somebody who reaches Temporal's own API without our key, with an ordinary client and with the CLI: nothing is paid,
 * nothing is moved, and the workflows they wrote to go on.
 */
let on: TestPlatform;
let influencer: DemoInfluencer;
/** Plain JSON, as any SDK and the CLI send it. */
let attacker: Client;
let cli: (...args: string[]) => Promise<{ code: number; output: string }>;
beforeAll(async () => {
  on = await startTestPlatform({
    name: 'attacker',
    holdSeconds: 6,
    env: { BATCH_COLLECT_MS: '600000', BATCH_APPROVE_MS: '600000' },
  });
  influencer = on.data.influencers.find((one) => one.regime === 'demo_flat_10')!;
  const address = readSharedStack().urls.temporal;
  const { namespace } = on.temporal.options;
  attacker = new Client({ connection: await Connection.connect({ address }), namespace });
  const step = silentProgress.step('');
  const binary = await findTemporal(process.env, on.dir, step);
  const run = promisify(execFile);
  cli = async (...args) => {
    const whole = [...args, '--address', address, '--namespace', namespace];
    try {
      const { stdout, stderr } = await run(binary, whole, { timeout: 30_000 });
      return { code: 0, output: stdout + stderr };
    } catch (failure) {
      const { code, stdout, stderr } = failure as { code: number; stdout: string; stderr: string };
      return { code, output: stdout + stderr };
    }
  };
}, 90_000);
afterAll(async () => {
  await attacker.connection.close();
  await on.stop();
});

const statusOf = async (workflowId: string): Promise<string> =>
  (await on.temporal.workflow.getHandle(workflowId).describe()).status.name;

async function activitiesOf(workflowId: string): Promise<number> {
  const { events } = await on.temporal.workflow.getHandle(workflowId).fetchHistory();
  return (events ?? []).filter((event) => event.activityTaskScheduledEventAttributes).length;
}

/** Answers; a workflow that cannot get past its history never does. */
const viewOf = (conversionId: string): Promise<contract.ConversionView> =>
  on.temporal.workflow
    .getHandle(contract.conversionWorkflowId(conversionId))
    .query(contract.conversionState);

async function held(): Promise<string> {
  const id = await journey.order(on, influencer, { status: 'pending' });
  await journey.conversionIs(on, id, 'HELD');
  return id;
}

const SIGNALS: readonly [string, unknown[]][] = [
  ['retailerEvent', [{ eventId: 'x', status: 'approved', sale: '10000.00' }]],
  ['retailerEvent', [{ eventId: 'y', status: 'rejected', sale: '0.00' }]],
  ['retailerEvent', []],
  ['retailerEvent', [null]],
  ['paid', [{ itemId: 'pay_x' }]],
  ['payeeUpdated', [{ version: '9' }]],
];
const UPDATES: readonly [string, [] | [unknown]][] = [
  ['hold', [{ by: 'nobody' }]],
  ['forceReview', [{ by: 'nobody', reason: 'x' }]],
  ['decide', [{ by: 'nobody', decision: 'release' }]],
  ['resume', []],
];

test('a plain client: signals are not heard, updates are refused, the conversion goes on', async () => {
  const id = await held();
  const before = await viewOf(id);
  const handle = attacker.workflow.getHandle(contract.conversionWorkflowId(id));
  for (const [name, args] of SIGNALS) await handle.signal(name, ...args);
  for (const [name, args] of UPDATES) {
    const failure = await handle
      .executeUpdate(name, { args: args as [unknown] })
      .catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(Error);
  }
  // Its hold may have run out meanwhile: then it waits for its shop, which is its own clock's doing.
  const { state, heldUntil, amounts, paused } = before;
  expect(await viewOf(id)).toMatchObject({ state, heldUntil, amounts, paused });
  // The shop's own word still moves it, and nothing else did before.
  const answered = await journey.conversion(on, id);
  expect(answered).toMatchObject({ state: 'HELD', order_status: 'pending' });
});

test('the CLI: signals are not heard, updates are refused, the conversion is paid as its shop says', async () => {
  const orderId = journey.newOrderId();
  const id = await journey.order(on, influencer, { status: 'pending', orderId });
  await journey.conversionIs(on, id, 'HELD');
  const of = ['--workflow-id', contract.conversionWorkflowId(id)];
  for (const [name, args] of SIGNALS) {
    const input = args.flatMap((arg) => ['--input', JSON.stringify(arg)]);
    const sent = await cli('workflow', 'signal', ...of, '--name', name, ...input);
    expect(sent.code).toBe(0);
  }
  for (const [name, args] of UPDATES) {
    const input = args.flatMap((arg) => ['--input', JSON.stringify(arg)]);
    const sent = await cli('workflow', 'update', 'execute', ...of, '--name', name, ...input);
    expect(sent.code).not.toBe(0);
  }
  expect(await viewOf(id)).toMatchObject({ state: 'HELD', paused: false });
  const shop = journey.shopOf(on, 'magnum');
  const { clickId } = await journey.click(on, journey.codeOf(influencer, shop.id));
  await journey.postback(on, shop, {
    click_id: clickId,
    transaction_id: orderId,
    sale_amount: '10000.00',
    status: 'approved',
    event_version: 2,
  });
  await journey.conversionIs(on, id, 'PAYABLE');
});

test('a start in plain JSON ends at once, refused, without a step; ours afterwards works', async () => {
  for (const [type, workflowId, queue, input] of [
    ['conversion', 'conv/cnv_stolen', 'conv', { conversionId: 'cnv_stolen', paidWaitMs: 1 }],
    [
      'payoutBatch',
      'batch/stolen/KZT',
      'payout',
      { batchId: 'bat_x', collectMs: 0, approveWithinMs: 0 },
    ],
    [
      'payoutItem',
      'pay/pay_stolen',
      'payout',
      { payoutId: 'pay_stolen', batchId: 'bat_x', timing: {} },
    ],
  ] as const) {
    await attacker.workflow.start(type, { workflowId, taskQueue: queue, args: [input] });
    await until(
      'it has ended',
      () => statusOf(workflowId),
      (status) => status !== 'RUNNING',
    );
    expect(await on.temporal.workflow.getHandle(workflowId).result()).toMatchObject({
      reason: 'unreadable_input',
    });
    expect(await activitiesOf(workflowId)).toBe(0);

    const byCli = `${workflowId}-cli`;
    const started = await cli(
      ...['workflow', 'start', '--type', type, '--workflow-id', byCli, '--task-queue', queue],
      ...['--input', JSON.stringify(input)],
    );
    expect(started.code).toBe(0);
    await until(
      'it has ended',
      () => statusOf(byCli),
      (status) => status !== 'RUNNING',
    );
    expect(await activitiesOf(byCli)).toBe(0);
  }
});

test('{"approvedBy":"nobody"} in plain JSON: nothing is paid and the run goes on', async () => {
  const id = await journey.order(on, influencer, { status: 'approved' });
  await journey.conversionIs(on, id, 'PAYABLE');
  const payout = await journey.requestPayout(on, influencer);
  const { rows } = await on.db.pool.query<{ period: string }>(
    'select period from payout_batches where id = $1',
    [payout.batchId],
  );
  const workflowId = contract.batchWorkflowId(rows[0]!.period, 'KZT');
  await until(
    'the run collects',
    () => statusOf(workflowId).catch(() => 'none'),
    (status) => status === 'RUNNING',
  );
  const approvals = [{ approvedBy: 'nobody' }, { approvedBy: 'nobody', expectedTotal: '700.00' }];
  for (const approval of approvals) {
    const failure = await attacker.workflow
      .getHandle(workflowId)
      .executeUpdate<unknown, [unknown]>('approve', { args: [approval] })
      .catch((thrown: unknown) => thrown);
    // What it says is encrypted, too.
    expect(failure).toBeInstanceOf(Error);
    const byCli = await cli(
      ...['workflow', 'update', 'execute', '--workflow-id', workflowId, '--name', 'approve'],
      ...['--input', JSON.stringify(approval)],
    );
    expect(byCli.code).not.toBe(0);
  }
  // Before anybody else does: the payout itself, started by hand.
  await attacker.workflow.start('payoutItem', {
    workflowId: contract.payoutWorkflowId(payout.id),
    taskQueue: contract.TASK_QUEUE.payouts,
    args: [{ payoutId: payout.id, batchId: payout.batchId, timing: { submitTimeoutMs: 1000 } }],
  });
  await until(
    'it is refused',
    () => statusOf(contract.payoutWorkflowId(payout.id)),
    (status) => status === 'COMPLETED',
  );
  expect(await journey.providerBook(on)).toEqual([]);
  const state = await on.db.pool.query(
    'select state, approved_by from payout_batches where id = $1',
    [payout.batchId],
  );
  expect(state.rows).toEqual([{ state: 'collecting', approved_by: null }]);
  expect(await statusOf(workflowId)).toBe('RUNNING');
  // Only its own first look at what Postgres says.
  expect(await activitiesOf(workflowId)).toBeLessThanOrEqual(1);
});

type Payloads = temporal.api.common.v1.IPayloads;

test('ciphertext copied from one workflow to another is not heard there', async () => {
  const [one, other] = [await held(), await held()];
  const orderId = journey.newOrderId();
  const told = await journey.order(on, influencer, { status: 'approved', orderId });
  await journey.conversionIs(on, told, 'PAYABLE');
  // An ops' update of ours in another workflow: everything about it is genuine, except where it is sent.
  const { events } = await on.temporal.workflow
    .getHandle(contract.conversionWorkflowId(told))
    .fetchHistory();
  const inputs = (events ?? []).flatMap((event): Payloads[] => {
    const input =
      event.workflowExecutionSignaledEventAttributes?.input ??
      event.workflowExecutionStartedEventAttributes?.input;
    return input ? [input] : [];
  });
  expect(inputs.length).toBeGreaterThan(0);
  const { namespace } = on.temporal.options;
  for (const input of inputs)
    for (const id of [one, other])
      await attacker.workflowService.signalWorkflowExecution({
        namespace,
        workflowExecution: { workflowId: contract.conversionWorkflowId(id) },
        signalName: 'paid',
        input,
      });
  for (const id of [one, other]) expect(await viewOf(id)).toMatchObject({ state: 'HELD' });
});

test("an activity's answer in plain JSON is not acted on", async () => {
  const shop = journey.shopOf(on, 'wildberries');
  const { clickId } = await journey.click(on, journey.codeOf(influencer, shop.id));
  const id = await journey.postback(on, shop, {
    click_id: clickId,
    transaction_id: journey.newOrderId(),
    sale_amount: '10000.00',
    status: 'pending',
  });
  const workflowId = contract.conversionWorkflowId(id);
  const { namespace } = on.temporal.options;
  const activityId = await until(
    'the shop is being asked',
    async () => {
      const { raw } = await on.temporal.workflow
        .getHandle(workflowId)
        .describe()
        .catch(() => ({ raw: undefined }));
      return raw?.pendingActivities?.find(({ activityType }) => activityType?.name === 'watchOrder')
        ?.activityId;
    },
    (found) => found !== undefined && found !== null,
  );
  await attacker.workflowService.respondActivityTaskCompletedById({
    namespace,
    workflowId,
    activityId: activityId!,
    result: {
      payloads: [
        {
          metadata: { encoding: Buffer.from('json/plain') },
          data: Buffer.from('{"kind":"confirmed"}'),
        },
      ],
    },
  });
  await until(
    'it is answered',
    () => statusOf(workflowId),
    (status) => status !== 'RUNNING',
  );
  expect(await journey.conversion(on, id)).toMatchObject({ state: 'HELD' });
  const { rows } = await on.db.pool.query('select from payable_lots where conversion_id = $1', [
    id,
  ]);
  expect(rows).toEqual([]);
});

test('what is stored in Temporal is sealed and bound: no payload of ours is plain or without its workflow', async () => {
  const id = await held();
  const { events } = await on.temporal.workflow
    .getHandle(contract.conversionWorkflowId(id))
    .fetchHistory();
  const text = JSON.stringify(events, (_key, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
  );
  expect(text).toContain('encryption-for');
  expect(text).toContain(contract.conversionWorkflowId(id));
  expect(text).not.toContain(`"conversionId"`);
});
