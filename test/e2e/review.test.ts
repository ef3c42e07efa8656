import { until } from '../../sandbox/demo/http';
import type { DemoInfluencer } from '../../sandbox/seed';
import { insertPayeeStatus } from '../../store/postgres/catalogue';
import * as contract from '../../workflows/contract';
import * as journey from '../support/journey';
import { startTestPlatform, type TestPlatform } from '../support/platform';

let on: TestPlatform;
let influencer: DemoInfluencer;
beforeAll(async () => {
  on = await startTestPlatform({ name: 'review', holdSeconds: 2 });
  influencer = on.data.influencers.find((one) => one.regime === 'individual_entrepreneur')!;
});
afterAll(() => on.stop());

const workflow = (id: string) => on.temporal.workflow.getHandle(contract.conversionWorkflowId(id));
/** Holds a conversion as the shop's order stands, and gives its workflow. */
async function held(status: string) {
  const id = await journey.order(on, influencer, { status });
  await journey.conversionIs(on, id, 'HELD');
  return { id, handle: workflow(id) };
}

test('a person stops an order in its hold and cancels it: the promise is taken back, the reason is visible', async () => {
  const { id, handle } = await held('approved');
  expect(await journey.act(on, id, 'review')).toBeUndefined();
  const review = await journey.conversionIs(on, id, 'REVIEW');
  expect(review['reason']).toMatchObject({ code: 'held_by_ops' });
  expect(await journey.act(on, id, 'cancel')).toBeUndefined();
  const cancelled = await journey.conversionIs(on, id, 'CANCELLED');
  expect(cancelled['reason']).toMatchObject({ code: 'cancelled_by_person' });
  expect(await handle.result()).toEqual({ state: 'CANCELLED', reason: 'cancelled_by_person' });
  const { rows } = await on.db.pool.query(
    'select kind from ledger_transactions where subject_id = $1 order by seq',
    [id],
  );
  expect(rows).toEqual([{ kind: 'pending' }, { kind: 'void' }]);
});

test('a person confirms an order the shop never confirmed: released, but not before its hold is over', async () => {
  const { id } = await held('pending');
  // Nobody asked yet: a decision is not kept for a later question.
  expect(await journey.act(on, id, 'release')).toBe('conversion_state');
  await journey.act(on, id, 'review');
  await journey.conversionIs(on, id, 'REVIEW');
  const decided = await Promise.all([1, 2, 3].map(() => journey.act(on, id, 'release')));
  expect(decided.filter((refusal) => refusal === undefined)).toHaveLength(1);
  // Lists do not go on saying "review" until the hold ends.
  expect(await journey.conversion(on, id)).toMatchObject({ state: 'HELD' });
  await journey.conversionIs(on, id, 'PAYABLE');
  const { rows } = await on.db.pool.query<{ early: boolean }>(
    `select l.released_at < c.held_until as early from payable_lots l join conversions c on c.id = l.conversion_id where c.id = $1`,
    [id],
  );
  expect(rows).toEqual([{ early: false }]);
  expect(await journey.act(on, id, 'cancel')).toBe('conversion_state');
});

test('a paused conversion is not released until it is resumed', async () => {
  const { id, handle } = await held('approved');
  await journey.act(on, id, 'hold');
  const view = await until(
    'the hold has run out',
    () => handle.query(contract.conversionState),
    (now) => now.paused && Date.parse(now.heldUntil!) + 500 < Date.now(),
  );
  expect(view.paused).toBe(true);
  expect(await journey.conversion(on, id)).toMatchObject({ state: 'HELD' });
  await journey.act(on, id, 'resume');
  await journey.conversionIs(on, id, 'PAYABLE');
});

test('an unknown tax status holds the money and says so; proof releases it', async () => {
  const status = {
    influencerId: influencer.id,
    deductionApplies: false,
    expiresAt: new Date(Date.now() + 86_400_000),
  };
  await insertPayeeStatus(on.db.pool, {
    ...status,
    regime: 'esp',
    evidence: 'declaration',
    evidenceRef: 'old regime',
    validFrom: new Date(),
  });
  const id = await journey.order(on, influencer, { status: 'approved' });
  const waiting = await until(
    'it waits for the payee',
    () => journey.conversion(on, id),
    (body) => (body['reason'] as { code: string } | null)?.code === 'waiting_for_payee_status',
  );
  expect(waiting['state']).toBe('HELD');
  await insertPayeeStatus(on.db.pool, {
    ...status,
    regime: 'individual_entrepreneur',
    evidence: 'document',
    evidenceRef: 'notice',
    validFrom: new Date(),
  });
  await workflow(id).signal(contract.payeeUpdated, { version: '2' });
  await journey.conversionIs(on, id, 'PAYABLE');
});

test('an order older than its click is refused with the reason', async () => {
  const shop = journey.shopOf(on, 'magnum');
  const { clickId } = await journey.click(on, journey.codeOf(influencer, shop.id));
  const id = await journey.postback(on, shop, {
    click_id: clickId,
    transaction_id: journey.newOrderId(),
    sale_amount: '500.00',
    status: 'approved',
    occurred_at: new Date(Date.now() - 600_000).toISOString(),
  });
  const refused = await journey.conversionIs(on, id, 'REFUSED');
  expect(refused['reason']).toMatchObject({ code: 'order_before_click' });
  expect(await workflow(id).result()).toEqual({ state: 'REFUSED', reason: 'order_before_click' });
});

test('the books are right after all of it', async () => {
  expect(await journey.booksAreRight(on)).toMatchObject({ sum: 0n, wrong: 0, pending: 0n });
});
