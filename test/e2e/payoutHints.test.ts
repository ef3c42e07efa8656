import { call, until } from '../../sandbox/demo/http';
import * as contract from '../../workflows/contract';
import * as journey from '../support/journey';
import { startDesk, type Desk } from './opsDesk';
import * as item from './payoutDesk';

/** A provider that is asked once a minute: nothing but a hint is quicker, and a hint proves nothing. */
let desk: Desk;
beforeAll(async () => {
  desk = await startDesk('payout-hints', {
    PAYOUT_STATUS_FIRST_MS: '60000',
    PAYOUT_STATUS_MAX_MS: '60000',
    PAYOUT_NOT_FOUND_WAIT_MS: '600000',
    SANDBOX_SETTLE_MS: '1500',
  });
}, 60_000);
afterAll(() => desk.stop());

test('a storm of hints sends nothing again and writes little history; a hint alone ends a minute’s wait', async () => {
  const asked = await item.sendOut(desk, { mode: 'http_500' });
  await until(
    'it was sent',
    () => item.bookOf(desk, asked.id),
    (book) => book.length === 1,
  );
  const handle = item.workflowOf(desk, asked.id);
  for (let i = 0; i < 60; i += 1) {
    await handle.signal(contract.providerEvent, { eventId: String(i) });
    await item.callBack(desk, asked.id);
  }
  // Asked again and again, told "not found" each time, and not one more send: absence takes its time.
  await until(
    'hints no longer bring a question forward',
    () => item.pendingOf(desk, asked.id),
    ({ type }) => type === 'checkPayout',
  );
  expect(await item.bookOf(desk, asked.id)).toMatchObject([{ submits: 1 }]);
  expect(await item.eventsOf(desk, asked.id)).toBeLessThan(400);
  expect(await journey.payout(desk.on, asked.payee, asked.id)).toMatchObject({ state: 'unknown' });

  await call('POST', `${desk.on.platform.urls.sandbox}/control/wooppay/callbacks`, {
    body: { url: `${desk.on.platform.urls.api}/v1/callbacks/wooppay` },
  });
  const heard = await item.sendOut(desk);
  // Asked right after the send, while it settles; the next question would come after a minute.
  await until(
    'paid long before the next question',
    () => journey.payout(desk.on, heard.payee, heard.id),
    ({ state }) => state === 'paid',
    25_000,
  );
  const { rows } = await desk.on.db.pool.query(
    'select provider, reference from provider_callbacks where payout_id = $1',
    [heard.id],
  );
  expect(rows).toEqual([{ provider: 'wooppay', reference: heard.id }]);
});
