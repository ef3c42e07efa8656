import { until } from '../../sandbox/demo/http';
import type { DemoInfluencer } from '../../sandbox/seed';
import * as journey from '../support/journey';
import type { TestPlatform } from '../support/platform';

/** An order of somebody's is paid out and then comes back: they owe for it. */
export async function owed(
  on: TestPlatform,
  influencer: DemoInfluencer,
): Promise<{ readonly debtId: string; readonly conversionId: string }> {
  const shop = journey.shopOf(on, 'magnum');
  const { clickId } = await journey.click(on, journey.codeOf(influencer, shop.id));
  const order = { click_id: clickId, transaction_id: journey.newOrderId() };
  const id = await journey.postback(on, shop, {
    ...order,
    sale_amount: '10000.00',
    status: 'approved',
    event_version: 1,
  });
  await journey.conversionIs(on, id, 'PAYABLE');
  const payout = await journey.requestPayout(on, influencer);
  await journey.approve(on, payout.batchId);
  await journey.payoutIs(on, influencer, payout.id, 'paid');
  await journey.conversionIs(on, id, 'PAID');
  await journey.postback(on, shop, { ...order, status: 'refunded', event_version: 2 });
  await journey.conversionIs(on, id, 'CANCELLED');
  const { rows } = await until(
    'the debt is booked',
    () => on.db.pool.query<{ id: string }>('select id from debts where conversion_id = $1', [id]),
    ({ rowCount }) => rowCount === 1,
  );
  return { debtId: rows[0]!.id, conversionId: id };
}
