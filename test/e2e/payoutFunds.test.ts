import { until } from '../../sandbox/demo/http';
import { addBulkPayouts } from '../../sandbox/bulkPayouts';
import * as journey from '../support/journey';
import type { TestPlatform } from '../support/platform';
import { startDesk, type Desk, type Json, type Person, type Told } from './opsDesk';

/** The provider's money: looked at before the approval and before each window; short of it a run waits and refuses nobody. */
let desk: Desk;
let on: TestPlatform;
let maker: Person;
let checker: Person;
beforeAll(async () => {
  desk = await startDesk('payout-funds', { SANDBOX_SETTLE_MS: '50' });
  on = desk.on;
  [maker, checker] = [await desk.person('ops_maker'), await desk.person('ops_checker')];
});
afterAll(() => desk.stop());

const post = (who: Person, batchId: string, what: string, body?: unknown): Promise<Told> =>
  desk.send(who, 'POST', `/v1/payout-batches/${batchId}/${what}`, body);

const counts = async (batchId: string): Promise<Record<string, number>> =>
  (await journey.payoutRun(on, batchId))['counts'] as Record<string, number>;

test('the provider has 1,000 and the run wants 3 × 700: two wait, nobody is refused, and all are paid after a top-up', async () => {
  await journey.providerBalance(on, '1000.00');
  const { batchId } = await addBulkPayouts(on.db, 3);
  await post(maker, batchId, 'prepare');
  // Whoever approves sees before what is missing.
  const short = await until(
    'the shortage is seen',
    () => journey.payoutRun(on, batchId),
    // What was paid in the last seconds may be in the balance or not, and is counted until that is sure.
    ({ waits_for_funds }) => (waits_for_funds as Json | null)?.['missing'] === '1100.00',
  );
  expect(short['waits_for_funds']).toMatchObject({ reason: { code: 'provider_funds_short' } });
  const approved = await post(checker, batchId, 'approve', { expected_total: '2100.00' });
  expect(approved).toMatchObject({ status: 200, body: { funds_missing: '1100.00' } });
  await until(
    'one is paid',
    () => counts(batchId),
    (now) => now['paid'] === 1,
  );
  const waiting = await until(
    'the run says what is missing now',
    () => journey.payoutRun(on, batchId),
    ({ waits_for_funds }) => (waits_for_funds as Json | null)?.['missing'] === '1100.00',
    90_000,
  );
  expect(waiting).toMatchObject({ state: 'approved', counts: { paid: 1, reserved: 2 } });
  const stuck = await desk.send(
    maker,
    'GET',
    '/v1/ops/stuck?kind=run_short_of_funds&older_than_seconds=0',
  );
  expect(stuck.body['items']).toMatchObject([
    { subject_id: batchId, reason: { code: 'provider_funds_short' }, can_do: ['top_up_provider'] },
  ]);
  await journey.providerBalance(on, '2000.00');
  const done = await journey.payoutRunIs(on, batchId, 'done', 120_000);
  expect(done).toMatchObject({ counts: { paid: 3 }, waits_for_funds: null });
  await journey.providerBalance(on, '100000000.00');
}, 300_000);

test('a provider that does not tell its balance is waited for, and refuses nobody', async () => {
  const { batchId } = await addBulkPayouts(on.db, 2);
  await post(maker, batchId, 'prepare');
  await on.platform.processes.sandbox!.stop();
  expect((await post(checker, batchId, 'approve', { expected_total: '1400.00' })).status).toBe(200);
  await until(
    'nothing was handed out',
    () => counts(batchId),
    (now) => now['reserved'] === 2,
  );
  await on.platform.start('sandbox');
  await journey.payoutRunIs(on, batchId, 'done', 120_000);
  expect(await counts(batchId)).toEqual({ paid: 2 });
}, 200_000);
