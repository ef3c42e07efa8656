import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { UpdateDefinition } from '@temporalio/common';

import { keyRing } from '../../../config/env';
import { until } from '../../../sandbox/demo/http';
import { addDemoInfluencer, type DemoInfluencer } from '../../../sandbox/seed';
import { repoRoot } from '../../../stack/root';
import { loadSecrets } from '../../../stack/secrets';
import { EncryptionCodec } from '../../../temporal/codec';
import { exportHistory } from '../../../temporal/history';
import * as contract from '../../../workflows/contract';
import * as journey from '../../support/journey';
import { startTestPlatform, type TestPlatform } from '../../support/platform';
import { replay } from '../../support/replay';
import { deskOn, type Desk, type Told } from '../opsDesk';

/**
 * Makes one history of every way a workflow can go and replays it on the built code. With GAMMA_RECORD=<date>
 * it also keeps them in histories/, to be replayed by every later version (README.md).
 */
let on: TestPlatform;
let desk: Desk;
let influencer: DemoInfluencer;
let codec: EncryptionCodec;
beforeAll(async () => {
  on = await startTestPlatform({
    name: 'replay',
    holdSeconds: 2,
    env: {
      WOOPPAY_TIMEOUT_MS: '700',
      PAYOUT_NOT_FOUND_WAIT_MS: '300',
      BATCH_COLLECT_MS: '2000',
      BATCH_APPROVE_MS: '5000',
      PAYOUT_UNKNOWN_GIVE_UP_MS: '8000',
      PAYOUT_MAX_SENDS: '2',
    },
  });
  desk = await deskOn(on);
  influencer = on.data.influencers.find((one) => one.regime === 'demo_flat_10')!;
  codec = new EncryptionCodec(
    keyRing({ KEYS: loadSecrets(join(on.dir, 'secrets.json')).codecKeys }, 'KEYS'),
    { foreign: 'show' },
  );
});
afterAll(() => desk.stop());

async function check(workflowId: string, name: string): Promise<void> {
  await on.temporal.workflow.getHandle(workflowId).result();
  const history = await exportHistory(on.temporal, codec, workflowId);
  await replay(history, workflowId);
  const date = process.env['GAMMA_RECORD'];
  if (!date) return;
  const dir = join(repoRoot(), 'test', 'e2e', 'replay', 'histories', name.split(' ')[0]!);
  mkdirSync(dir, { recursive: true });
  writeFileSync(
    join(dir, `${date}-${name.split(' ').slice(1).join('-').replaceAll(',', '')}.json`),
    history,
  );
}

async function anotherPayee(ref = 'replayer'): Promise<DemoInfluencer> {
  const person = { ref, regime: 'demo_flat_10' };
  return addDemoInfluencer(on.db.pool, on.seed, on.data.programmes, person);
}

/** The run's workflow, once the relay has started it. */
async function workflowOf(batchId: string): Promise<string> {
  const { rows } = await on.db.pool.query<{ period: string }>(
    'select period from payout_batches where id = $1',
    [batchId],
  );
  const workflowId = contract.batchWorkflowId(rows[0]!.period, 'KZT');
  await until(
    'the run has begun',
    () =>
      on.temporal.workflow
        .getHandle(workflowId)
        .describe()
        .catch(() => undefined),
    (description) => description !== undefined,
  );
  return workflowId;
}

/** Sends a further event of an order. */
async function tell(orderId: string, event: Record<string, unknown>): Promise<void> {
  await journey.postback(on, journey.shopOf(on, 'magnum'), { transaction_id: orderId, ...event });
}

async function payOut(
  dial?: Record<string, unknown>,
): Promise<{ payoutId: string; period: string }> {
  if (dial) await journey.turnDial(on, dial);
  const { id: payoutId, batchId } = await journey.requestPayout(on, influencer);
  const { rows } = await on.db.pool.query<{ period: string }>(
    'select period from payout_batches where id = $1',
    [batchId],
  );
  await journey.approve(on, batchId);
  return { payoutId, period: rows[0]!.period };
}

test('conversion confirmed by polling the shop, paid; its run and its payout', async () => {
  const shop = journey.shopOf(on, 'wildberries');
  const orderId = journey.newOrderId();
  const { clickId } = await journey.click(on, journey.codeOf(influencer, shop.id));
  const event = {
    click_id: clickId,
    transaction_id: orderId,
    sale_amount: '10000.00',
    status: 'pending',
  };
  const id = await journey.postback(on, shop, event);
  await journey.conversionIs(on, id, 'HELD');
  await journey.deliver(on, orderId);
  await journey.conversionIs(on, id, 'PAYABLE');
  const { payoutId, period } = await payOut();
  await journey.payoutIs(on, influencer, payoutId, 'paid');
  await check(`conv/${id}`, 'conversion polled and paid');
  await check(`pay/${payoutId}`, 'payoutItem paid');
  await check(`batch/${period}/KZT`, 'payoutBatch approved');
});

test('conversion told to be delivered by a postback; a payout lost on the way and found', async () => {
  const orderId = journey.newOrderId();
  const id = await journey.order(on, influencer, { status: 'pending', orderId });
  await journey.conversionIs(on, id, 'HELD');
  await tell(orderId, { sale_amount: '10000.00', status: 'approved', event_version: 2 });
  await journey.conversionIs(on, id, 'PAYABLE');
  const { payoutId } = await payOut({ mode: 'timeout_before_accept', count: 1 });
  await journey.payoutIs(on, influencer, payoutId, 'paid');
  await check(`conv/${id}`, 'conversion confirmed by postback');
  await check(`pay/${payoutId}`, 'payoutItem lost, resent and paid');
});

test('conversion repriced and then rejected in the hold', async () => {
  const orderId = journey.newOrderId();
  const id = await journey.order(on, influencer, { status: 'pending', orderId });
  await journey.conversionIs(on, id, 'HELD');
  await tell(orderId, { sale_amount: '6000.00', status: 'partially_refunded', event_version: 2 });
  await tell(orderId, { status: 'rejected', event_version: 3 });
  await journey.conversionIs(on, id, 'CANCELLED');
  await check(`conv/${id}`, 'conversion repriced and rejected');
});

/** A workflow's own message, sent as the API sends it, with the call it came from. */
const update = <Out, In>(
  workflowId: string,
  definition: UpdateDefinition<Out, [In]>,
  input: In,
): Promise<Out> =>
  on.temporal.workflow.getHandle(workflowId).executeUpdate(definition, { args: [input] });

test('a run that is prepared and loses a payout, and one that loses its only one', async () => {
  const other = await anotherPayee();
  for (const payee of [influencer, other]) {
    const id = await journey.order(on, payee, { status: 'approved' });
    await journey.conversionIs(on, id, 'PAYABLE');
  }
  const [kept, taken] = [
    await journey.requestPayout(on, influencer),
    await journey.requestPayout(on, other),
  ];
  expect(taken.batchId).toBe(kept.batchId);
  const run = await workflowOf(kept.batchId);
  await journey.prepare(on, kept.batchId);
  // The message once more: it says only that there is something to read, and stands in the history too.
  expect(await update(run, contract.prepare, { requestId: 'req-1' })).toMatchObject({
    kind: 'prepared',
  });
  const maker = await desk.person('ops_maker');
  const takeOut = (batchId: string, id: string): Promise<Told> =>
    desk.send(maker, 'POST', `/v1/payout-batches/${batchId}/items/${id}/exclude`, {
      reason: 'a test',
    });
  expect(await takeOut(kept.batchId, taken.id)).toMatchObject({ status: 200 });
  await journey.approve(on, kept.batchId);
  await journey.payoutIs(on, influencer, kept.id, 'paid');
  await check(run, 'payoutBatch prepared, one taken out, approved');

  const only = await journey.requestPayout(on, other);
  const emptied = await workflowOf(only.batchId);
  expect(await takeOut(only.batchId, only.id)).toMatchObject({ status: 200 });
  expect(
    await update(emptied, contract.exclude, { payoutId: only.id, requestId: 'req-3' }),
  ).toMatchObject({ kind: 'excluded', items: 0, isFrozen: false });
  await check(emptied, 'payoutBatch all taken out while requests gather');
});

test('a run that is opened again, and one that is closed', async () => {
  const maker = await desk.person('ops_maker');
  const change = (batchId: string, what: string): Promise<Told> =>
    desk.send(maker, 'POST', `/v1/payout-batches/${batchId}/${what}`, { reason: 'a test' });
  const other = await anotherPayee('reopener');
  const id = await journey.order(on, other, { status: 'approved' });
  await journey.conversionIs(on, id, 'PAYABLE');
  const opened = await journey.requestPayout(on, other);
  await journey.prepare(on, opened.batchId);
  expect(await change(opened.batchId, 'reopen')).toMatchObject({ status: 200 });
  await journey.approve(on, opened.batchId);
  await journey.payoutIs(on, other, opened.id, 'paid');
  await check(await workflowOf(opened.batchId), 'payoutBatch opened again and approved');

  const second = await journey.order(on, other, { status: 'approved' });
  await journey.conversionIs(on, second, 'PAYABLE');
  const closed = await journey.requestPayout(on, other);
  await journey.prepare(on, closed.batchId);
  expect(await change(closed.batchId, 'close')).toMatchObject({ status: 200 });
  await journey.payoutIs(on, other, closed.id, 'cancelled');
  await check(await workflowOf(closed.batchId), 'payoutBatch closed while frozen');
});

test('an order a person looked at', async () => {
  const id = await journey.order(on, influencer, { status: 'pending' });
  await journey.conversionIs(on, id, 'HELD');
  const workflow = contract.conversionWorkflowId(id);
  for (const action of ['hold', 'resume', 'review', 'cancel'] as const)
    expect(await journey.act(on, id, action)).toBeUndefined();
  await journey.conversionIs(on, id, 'CANCELLED');
  await check(workflow, 'conversion paused, reviewed and cancelled');
});

/** Every adjustment of an order, oldest first, once there are as many as were asked for. */
async function adjustmentsOf(conversionId: string, count: number): Promise<string[]> {
  const list = async (): Promise<string[]> => {
    const found: { readonly workflowId: string; readonly startTime: Date }[] = [];
    const query = `WorkflowId STARTS_WITH "adj/${conversionId}/"`;
    for await (const run of on.temporal.workflow.list({ query })) found.push(run);
    found.sort((one, other) => one.startTime.getTime() - other.startTime.getTime());
    return found.map(({ workflowId }) => workflowId);
  };
  return until('the adjustments are listed', list, (found) => found.length === count);
}

test('orders that change after their release: dearer, cheaper, withdrawn, back again', async () => {
  const payee = await anotherPayee('adjusted');
  const orderId = journey.newOrderId();
  const id = await journey.order(on, payee, { status: 'approved', orderId });
  await journey.conversionIs(on, id, 'PAYABLE');
  const booked = (payable: string): Promise<unknown> =>
    until(
      `${payable} is released`,
      () => journey.balance(on, payee),
      (body) => body['available'] === payable,
    );
  await tell(orderId, { sale_amount: '15000.00', status: 'approved', event_version: 2 });
  await booked('1200.00');
  await tell(orderId, { sale_amount: '5000.00', status: 'partially_refunded', event_version: 3 });
  await booked('400.00');
  const asked = await journey.requestPayout(on, payee);
  await journey.approve(on, asked.batchId);
  await journey.payoutIs(on, payee, asked.id, 'paid');
  await journey.conversionIs(on, id, 'PAID');
  await check(`conv/${id}`, 'conversion changed after its release and paid');
  await tell(orderId, { status: 'refunded', event_version: 4 });
  await journey.conversionIs(on, id, 'CANCELLED');
  await tell(orderId, { sale_amount: '20000.00', status: 'approved', event_version: 5 });
  await booked('1200.00');
  const told = await adjustmentsOf(id, 4);
  for (const [n, name] of ['dearer', 'cheaper', 'withdrawn', 'back again'].entries())
    await check(told[n]!, `adjustment ${name}`);
});

test('a refused payout, and a run nobody approved', async () => {
  const id = await journey.order(on, influencer, { status: 'approved' });
  await journey.conversionIs(on, id, 'PAYABLE');
  const { payoutId } = await payOut({
    mode: 'refuse',
    count: 1,
    code: 'card_blocked',
    reason: 'The card is blocked',
  });
  await journey.payoutIs(on, influencer, payoutId, 'refused');
  await check(`pay/${payoutId}`, 'payoutItem refused');

  const { id: second, batchId } = await journey.requestPayout(on, influencer);
  await journey.payoutIs(on, influencer, second, 'cancelled');
  const { rows } = await on.db.pool.query<{ period: string }>(
    'select period from payout_batches where id = $1',
    [batchId],
  );
  await check(`batch/${rows[0]!.period}/KZT`, 'payoutBatch expired');
  expect(await journey.balance(on, influencer)).toMatchObject({
    available: '800.00',
    reserved: '0.00',
  });
});

/** People agree on a way out, as rows: the API's part is its own test. */
async function agree(payoutId: string, wayOut: 'void' | 'resend'): Promise<void> {
  const id = `prv_replay${wayOut}${payoutId.slice(-8)}`;
  await on.db.owner.query(
    `insert into payout_reviews (id, payout_id, way_out, reason, state, proposed_by, decided_by, decided_at, factor_at)
     values ($1, $2, $3, 'a history', 'confirmed', 'maker', 'checker', now(), now())`,
    [id, payoutId, wayOut],
  );
  await on.temporal.workflow
    .getHandle(contract.payoutWorkflowId(payoutId))
    .signal(contract.reviewDecided, { reviewId: id });
}

test('payouts that were stopped, hinted at, given up, sent anew, voided, and never approved', async () => {
  const waitsForTurn = (payoutId: string): Promise<unknown> =>
    until(
      'it waits for its turn',
      () =>
        on.temporal.workflow
          .getHandle(contract.payoutWorkflowId(payoutId))
          .query(contract.payoutState)
          .catch(() => undefined),
      (view) => view?.waitsFor === 'the payout stop to be lifted',
    );
  await journey.turnDial(on, { mode: 'ok' });
  await journey.stopPayouts(on, true);
  const stopped = await payOut();
  await waitsForTurn(stopped.payoutId);
  await journey.stopPayouts(on, false);
  await journey.payoutIs(on, influencer, stopped.payoutId, 'paid');
  await check(`pay/${stopped.payoutId}`, 'payoutItem stopped, let go and paid');

  for (const wayOut of ['resend', 'void'] as const) {
    const id = await journey.order(on, influencer, { status: 'approved' });
    await journey.conversionIs(on, id, 'PAYABLE');
    const { payoutId } = await payOut({ mode: 'http_500' });
    await journey.payoutIs(on, influencer, payoutId, 'unknown');
    await on.temporal.workflow
      .getHandle(contract.payoutWorkflowId(payoutId))
      .signal(contract.providerEvent, { eventId: '1' });
    await journey.payoutIs(on, influencer, payoutId, 'review');
    await journey.turnDial(on, { mode: 'ok' });
    await agree(payoutId, wayOut);
    await journey.payoutIs(on, influencer, payoutId, wayOut === 'void' ? 'cancelled' : 'paid');
    await check(`pay/${payoutId}`, `payoutItem hinted, given up and ${wayOut}`);
  }

  const stray = await on.temporal.workflow.start('payoutItem', {
    workflowId: 'pay/pay_0000000000',
    taskQueue: contract.TASK_QUEUE.payouts,
    args: [{ payoutId: 'pay_0000000000', batchId: 'bat_0000000000', timing: TIMING }],
  });
  expect(await stray.result()).toEqual({ state: 'not_sent', reason: 'payout_not_found' });
  await check(stray.workflowId, 'payoutItem of nothing');
});

const TIMING: contract.PayoutTiming = {
  submitTimeoutMs: 3_000,
  statusFirstMs: 100,
  statusMaxMs: 500,
  notFoundWaitMs: 300,
  unknownGiveUpMs: 60_000,
};
