import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { until } from '../../sandbox/demo/http';
import { addDemoInfluencer, type DemoInfluencer } from '../../sandbox/seed';
import * as journey from '../support/journey';
import { startTestPlatform, type TestPlatform } from '../support/platform';

/**
 * Every activity of the path from postback to card; the worker dies on both sides of each. `openPayout` is not on it:
 * an item's first send reads for itself how things stand.
 */
const ACTIVITIES = [
  'advanceConversion',
  'watchOrder',
  'lookAtRun',
  'freezeBatch',
  'approveBatch',
  'takeWindow',
  'submitPayout',
  'checkPayout',
  'settlePayout',
  'awaitProgress',
  'finishBatch',
];
const POINTS = [
  ...ACTIVITIES.flatMap((name) => [`${name}:before`, `${name}:after`]),
  // News of the approval mostly ends this wait before it has an answer.
  'awaitDecision:before',
];
/** Dead workers are noticed by start-to-close time-outs, so lives overlap and each waits out its own. */
const PATIENCE_MS = 240_000;

/** A step the path no longer takes is named after this long, not by the whole test's time-out. */
const DEATH_MS = 90_000;

let on: TestPlatform;
beforeAll(async () => {
  on = await startTestPlatform({
    name: 'worker-crash',
    env: {
      PAYOUT_SUBMIT_TIMEOUT_MS: '4000',
      PAYOUT_NOT_FOUND_WAIT_MS: '500',
      BATCH_COLLECT_MS: '100',
      SANDBOX_SETTLE_MS: '300',
    },
  });
}, 60_000);
afterAll(() => on.stop());

async function orderFromWildberries(influencer: DemoInfluencer): Promise<string> {
  const shop = journey.shopOf(on, 'wildberries');
  const orderId = journey.newOrderId();
  await journey.deliver(on, orderId);
  const { clickId } = await journey.click(on, journey.codeOf(influencer, shop.id));
  return journey.postback(on, shop, {
    click_id: clickId,
    transaction_id: orderId,
    sale_amount: '10000.00',
    status: 'pending',
  });
}

/** One purchase that survives whatever the worker does meanwhile; answers the payout's id. */
async function live(
  influencer: DemoInfluencer,
): Promise<{ conversionId: string; payoutId: string }> {
  const conversionId = await orderFromWildberries(influencer);
  await journey.conversionIs(on, conversionId, 'PAYABLE', PATIENCE_MS);
  const { id: payoutId, batchId } = await journey.requestPayout(on, influencer);
  // The approval is an update: without a live worker it answers 503 and is sent again, which counts once.
  await until(
    'the run is approved',
    () => journey.tryApprove(on, batchId),
    (status) => status === 200,
    PATIENCE_MS,
  );
  await journey.payoutIs(on, influencer, payoutId, 'paid', PATIENCE_MS);
  await journey.conversionIs(on, conversionId, 'PAID', PATIENCE_MS);
  return { conversionId, payoutId };
}

test('kill -9 of the worker on both sides of every activity: the same books, everything paid once', async () => {
  const influencers: DemoInfluencer[] = [];
  for (const [index] of POINTS.entries())
    influencers.push(
      await addDemoInfluencer(on.db.pool, on.seed, on.data.programmes, {
        ref: `crash${index}`,
        regime: 'demo_flat_10',
      }),
    );
  await on.platform.processes.worker!.stop();

  const lives: Promise<{ conversionId: string; payoutId: string }>[] = [];
  for (const [index, point] of POINTS.entries()) {
    const marker = join(on.dir, `crashed-${index}`);
    const worker = await on.platform.start('worker', {
      GAMMA_CRASH_AT: point,
      GAMMA_CRASH_MARKER: marker,
    });
    const died = new Promise<void>((resolve) => worker.onExit(() => resolve()));
    const one = live(influencers[index]!);
    one.catch(() => undefined);
    lives.push(one);
    await until(
      `the worker dies at ${point}`,
      () => Promise.resolve(existsSync(marker)),
      (seen) => seen,
      DEATH_MS,
    );
    await died;
  }
  await on.platform.start('worker');
  const done = await Promise.all(lives);

  const book = await journey.providerBook(on);
  for (const { payoutId } of done) {
    expect(book.filter((entry) => entry.reference === payoutId)).toEqual([
      expect.objectContaining({ state: 'paid', amount: '700.00' }),
    ]);
  }
  expect(book).toHaveLength(POINTS.length);
  expect(await journey.booksAreRight(on)).toEqual({ sum: 0n, wrong: 0, pending: 0n });
  // Per life exactly the postings of a life without a crash: accrue, release, reserve, post.
  const { rows } = await on.db.pool.query<{ reason: string; n: number; amount: bigint }>(
    `select t.reason, count(distinct t.seq)::int as n, sum(e.amount) filter (where e.amount > 0)::bigint as amount
       from ledger_transactions t join ledger_entries e on e.tx_seq = t.seq and e.layer <> 'release'
      group by t.reason order by t.reason`,
  );
  const lifes = POINTS.length;
  expect(rows).toEqual([
    { reason: 'conversion.accrue', n: lifes, amount: 100_000n * BigInt(lifes) },
    { reason: 'conversion.release', n: lifes, amount: 100_000n * BigInt(lifes) },
    { reason: 'payout.post', n: lifes, amount: 80_000n * BigInt(lifes) },
    { reason: 'payout.reserve', n: lifes, amount: 80_000n * BigInt(lifes) },
  ]);
}, 560_000);
