import { call, until } from '../../sandbox/demo/http';
import * as contract from '../../workflows/contract';
import * as journey from '../support/journey';
import { startTestPlatform, type TestPlatform } from '../support/platform';

/** Orders whose shop, people or workflows speak at an awkward moment. */
let on: TestPlatform;
beforeAll(async () => {
  on = await startTestPlatform({ name: 'late-orders', holdSeconds: 3 });
});
afterAll(() => on.stop());

const someone = () => on.data.influencers.find((one) => one.regime === 'demo_flat_10')!;
const workflow = (id: string) => on.temporal.workflow.getHandle(contract.conversionWorkflowId(id));

const codeOf = (body: Record<string, unknown>): string | undefined =>
  (body['reason'] as { code: string } | null)?.code;

const tell = (orderId: string, event: Record<string, unknown>): Promise<string> =>
  journey.postback(on, journey.shopOf(on, 'magnum'), { transaction_id: orderId, ...event });

async function waitingForShop(): Promise<string> {
  const id = await journey.order(on, someone(), { status: 'pending' });
  await until(
    'it waits for its shop',
    () => journey.conversion(on, id),
    (body) => codeOf(body) === 'waiting_for_shop',
  );
  return id;
}

async function fromWildberries(): Promise<{ id: string; orderId: string }> {
  const shop = journey.shopOf(on, 'wildberries');
  const orderId = journey.newOrderId();
  const { clickId } = await journey.click(on, journey.codeOf(someone(), shop.id));
  const id = await journey.postback(on, shop, {
    click_id: clickId,
    transaction_id: orderId,
    sale_amount: '10000.00',
    status: 'pending',
  });
  return { id, orderId };
}

const wildberriesSays = (orderId: string, status: string): Promise<unknown> =>
  call('POST', `${on.platform.urls.sandbox}/control/wildberries/orders`, {
    body: { srid: orderId, nmId: 1, price: '10000.00', status },
  });

test('a person is heard while an order waits for its shop: review at once, release at once, and pause', async () => {
  const id = await waitingForShop();
  expect(await journey.act(on, id, 'review')).toBeUndefined();
  expect(await journey.conversion(on, id)).toMatchObject({ state: 'REVIEW' });
  await until(
    'its workflow says so too',
    () => workflow(id).query(contract.conversionState),
    (view) => view.state === 'REVIEW',
  );
  expect(await journey.act(on, id, 'release')).toBeUndefined();
  await journey.conversionIs(on, id, 'PAYABLE');

  const other = await waitingForShop();
  expect(await journey.act(on, other, 'hold')).toBeUndefined();
  expect(await journey.act(on, other, 'review')).toBeUndefined();
  expect(await journey.act(on, other, 'cancel')).toBeUndefined();
  expect(codeOf(await journey.conversionIs(on, other, 'CANCELLED'))).toBe('cancelled_by_person');
});

test('what a person cancelled and the shop then approves is for a person again, in the queue, with both ways out', async () => {
  const orderId = journey.newOrderId();
  const id = await journey.order(on, someone(), { status: 'pending', orderId });
  await journey.conversionIs(on, id, 'HELD');
  await journey.act(on, id, 'review');
  await journey.act(on, id, 'cancel');
  await journey.conversionIs(on, id, 'CANCELLED');
  await tell(orderId, { status: 'approved', sale_amount: '10000.00' });
  const review = await journey.conversionIs(on, id, 'REVIEW');
  expect(codeOf(review)).toBe('approved_after_cancellation');
  expect(await journey.act(on, id, 'release')).toBeUndefined();
  await journey.conversionIs(on, id, 'PAYABLE');
});

test('a parcel on its way is not held; after the buyout the return period runs, and a return within it is seen', async () => {
  const { id, orderId } = await fromWildberries();
  await wildberriesSays(orderId, 'created');
  const travelling = await journey.conversionIs(on, id, 'HELD');
  expect([codeOf(travelling), travelling['held_until']]).toEqual(['waiting_for_delivery', null]);
  // Longer on its way than its whole return period.
  const since = Date.now();
  await until(
    'the return period would be over',
    () => Promise.resolve(Date.now() - since),
    (ms) => ms > 4_000,
  );
  await wildberriesSays(orderId, 'buyout');
  const held = await until(
    'the return period runs',
    () => journey.conversion(on, id),
    (body) => body['held_until'] !== null,
  );
  expect(held['state']).toBe('HELD');
  await wildberriesSays(orderId, 'return');
  expect(codeOf(await journey.conversionIs(on, id, 'CANCELLED'))).toBe('refunded_in_hold');
  const history = await workflow(id).fetchHistory();
  expect(history.events!.length).toBeLessThan(40);
});

test('an event of an order whose workflow is gone goes on from what Postgres says; no workflow fails', async () => {
  const orderId = journey.newOrderId();
  await on.db.owner.query('update programme_terms set hold_seconds = 3600');
  const id = await journey.order(on, someone(), { status: 'pending', orderId });
  await on.db.owner.query('update programme_terms set hold_seconds = 3');
  await journey.conversionIs(on, id, 'HELD');
  for (const end of ['terminate', 'forget'] as const) {
    await workflow(id).terminate('a test of it');
    if (end === 'forget')
      await on.temporal.workflowService.deleteWorkflowExecution({
        namespace: on.temporal.options.namespace,
        workflowExecution: { workflowId: contract.conversionWorkflowId(id) },
      });
    const sale_amount = end === 'terminate' ? '9000.00' : '8000.00';
    await tell(orderId, {
      status: 'pending',
      sale_amount,
      event_version: end === 'terminate' ? 2 : 3,
    });
    await until(
      'it is priced anew',
      () => journey.conversion(on, id),
      (body) =>
        (body['amounts'] as { gross: string }).gross ===
        (end === 'terminate' ? '900.00' : '800.00'),
    );
  }
  await tell(orderId, { status: 'rejected', event_version: 4 });
  await journey.conversionIs(on, id, 'CANCELLED');
  expect(await workflow(id).result()).toMatchObject({ state: 'CANCELLED' });
});

test('an order that changes its amount hundreds of times begins its history anew and ends right', async () => {
  const orderId = journey.newOrderId();
  await on.db.owner.query('update programme_terms set hold_seconds = 3600');
  const id = await journey.order(on, someone(), { status: 'pending', orderId });
  await on.db.owner.query('update programme_terms set hold_seconds = 3');
  await journey.conversionIs(on, id, 'HELD');
  const first = (await workflow(id).describe()).runId;
  let version = 1;
  const change = async (): Promise<void> => {
    version += 1;
    const at = version;
    await tell(orderId, { status: 'pending', sale_amount: `${1000 + at}.00`, event_version: at });
  };
  // Some at once, some after the last was priced: both ways make history.
  for (let round = 0; round < 60; round++)
    await Promise.all(Array.from({ length: 10 }, () => change()));
  await until(
    'the history has begun anew',
    async () => {
      await change();
      return (await workflow(id).describe()).runId;
    },
    (runId) => runId !== first,
    90_000,
  );
  await tell(orderId, { status: 'rejected', event_version: version + 1 });
  await journey.conversionIs(on, id, 'CANCELLED');
  const ended = await until(
    'its workflow ends',
    () => workflow(id).describe(),
    (told) => told.status.name !== 'RUNNING',
  );
  expect(ended.status.name).toBe('COMPLETED');
});

test('the books are right after all of it, and no workflow failed', async () => {
  expect(await journey.booksAreRight(on)).toMatchObject({ sum: 0n, wrong: 0 });
  const failed: string[] = [];
  for await (const one of on.temporal.workflow.list({ query: 'ExecutionStatus="Failed"' }))
    failed.push(one.workflowId);
  expect(failed).toEqual([]);
});
