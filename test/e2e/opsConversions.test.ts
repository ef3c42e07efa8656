import { randomUUID } from 'node:crypto';

import { until } from '../../sandbox/demo/http';
import * as contract from '../../workflows/contract';
import * as journey from '../support/journey';
import type { TestPlatform } from '../support/platform';
import { startDesk, type Desk, type Person, type Told } from './opsDesk';

let desk: Desk;
let on: TestPlatform;
beforeAll(async () => {
  desk = await startDesk('opsconv');
  on = desk.on;
});
afterAll(() => desk.stop());

const person: Desk['person'] = (role, factorAgeMs) => desk.person(role, factorAgeMs);
const send: Desk['send'] = (...call) => desk.send(...call);

const act = (who: Person, id: string, action: string, key?: string): Promise<Told> =>
  send(who, 'POST', `/v1/conversions/${id}/actions`, { action, reason: 'a test of it' }, key);

async function heldOrder(status = 'pending'): Promise<string> {
  const id = await journey.order(on, on.data.influencers[0]!, { status });
  await journey.conversionIs(on, id, 'HELD');
  return id;
}

test('a maker sends an order to review, a checker releases it; each once, however often it is sent', async () => {
  const [maker, checker] = [await person('ops_maker'), await person('ops_checker')];
  const id = await heldOrder();
  expect(await act(checker, id, 'release')).toMatchObject({
    status: 409,
    body: { code: 'conversion_state' },
  });
  const key = randomUUID();
  const twice = await Promise.all([act(maker, id, 'review', key), act(maker, id, 'review', key)]);
  expect(twice[0]).toMatchObject({ status: 200, body: { action: 'review' } });
  expect(twice[1]).toEqual(twice[0]);
  await journey.conversionIs(on, id, 'REVIEW');
  expect(await act(maker, id, 'release')).toMatchObject({
    status: 403,
    body: { code: 'checker_required' },
  });
  const released = randomUUID();
  const both = await Promise.all([
    act(checker, id, 'release', released),
    act(checker, id, 'release', released),
  ]);
  expect(both[0]).toMatchObject({ status: 200, body: { action: 'release' } });
  expect(both[1]).toEqual(both[0]);
  await journey.conversionIs(on, id, 'PAYABLE');
  const { rows } = await on.db.pool.query<{ action: string; acted_by: string }>(
    'select action, acted_by from conversion_actions where conversion_id = $1 order by id',
    [id],
  );
  expect(rows).toEqual([
    { action: 'review', acted_by: maker.id },
    { action: 'release', acted_by: checker.id },
  ]);
  expect(await act(maker, id, 'hold')).toMatchObject({
    status: 409,
    body: { code: 'conversion_state' },
  });
});

test('a release whose answer was lost is found by its key, though the order has moved on', async () => {
  const [maker, checker] = [await person('ops_maker'), await person('ops_checker')];
  const id = await heldOrder();
  await act(maker, id, 'review');
  await journey.conversionIs(on, id, 'REVIEW');
  const key = randomUUID();
  expect((await act(checker, id, 'release', key)).status).toBe(200);
  await journey.conversionIs(on, id, 'PAYABLE');
  // As if the stored answer were gone: the word itself is one row under the same key.
  await on.db.pool.query('delete from idempotency_keys where key = $1', [key]);
  expect(await act(checker, id, 'release', key)).toMatchObject({
    status: 200,
    body: { action: 'release' },
  });
  expect(await act(checker, id, 'release', randomUUID())).toMatchObject({
    status: 409,
    body: { code: 'conversion_state' },
  });
});

test('who sent an order to review does not release it; of two who decide at once one does', async () => {
  const [one, other] = [await person('ops_checker'), await person('ops_checker')];
  const id = await heldOrder();
  await act(one, id, 'review');
  await journey.conversionIs(on, id, 'REVIEW');
  expect(await act(one, id, 'release')).toMatchObject({
    status: 403,
    body: { code: 'second_person_required' },
  });
  const decided = await Promise.all([
    act(one, id, 'cancel'),
    act(other, id, 'cancel'),
    act(other, id, 'release'),
  ]);
  expect(decided.filter((told) => told.status === 200)).toHaveLength(1);
  const refused = decided.filter((told) => told.status !== 200);
  for (const told of refused) expect(told.body['code']).toMatch(/^conversion_(state|settled)$/);
});

test('an order held back is not released until it is resumed; an ended one cannot be acted on', async () => {
  const maker = await person('ops_maker');
  const id = await heldOrder('approved');
  expect(await act(maker, id, 'hold')).toMatchObject({
    status: 200,
    body: { workflow: { paused: true } },
  });
  const handle = on.temporal.workflow.getHandle(contract.conversionWorkflowId(id));
  await until(
    'the hold has run out',
    () => handle.query(contract.conversionState),
    (view) => Date.parse(view.heldUntil!) + 500 < Date.now(),
  );
  expect(await journey.conversion(on, id)).toMatchObject({ state: 'HELD' });
  expect((await act(maker, id, 'resume')).status).toBe(200);
  await journey.conversionIs(on, id, 'PAYABLE');

  const rejected = await journey.order(on, on.data.influencers[0]!, { status: 'rejected' });
  await until(
    'its workflow ends',
    () =>
      on.temporal.workflow
        .getHandle(`conv/${rejected}`)
        .describe()
        .catch(() => undefined),
    (description) => description !== undefined && description.status.name !== 'RUNNING',
  );
  expect(await act(maker, rejected, 'hold')).toMatchObject({
    status: 409,
    body: { code: 'conversion_settled' },
  });
  const shop = journey.shopOf(on, 'magnum');
  const unmatched = await journey.postback(on, shop, {
    transaction_id: journey.newOrderId(),
    sale_amount: '10.00',
    status: 'approved',
  });
  expect(await act(maker, unmatched, 'hold')).toMatchObject({
    status: 409,
    body: { code: 'conversion_not_started' },
  });
  expect((await act(maker, 'cnv_0000000000', 'hold')).body['code']).toBe('conversion_not_found');
});

test('the books are right after all of it', async () => {
  expect(await journey.booksAreRight(on)).toMatchObject({ sum: 0n, wrong: 0 });
});
