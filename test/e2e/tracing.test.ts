import { randomUUID } from 'node:crypto';
import { join } from 'node:path';

import { keyRing } from '../../config/env';
import { until } from '../../sandbox/demo/http';
import { parseSecret, sign } from '../../domain/intake/signature';
import { loadSecrets } from '../../stack/secrets';
import { EncryptionCodec } from '../../temporal/codec';
import { exportHistory } from '../../temporal/history';
import * as contract from '../../workflows/contract';
import * as journey from '../support/journey';
import type { TestPlatform } from '../support/platform';
import { startDesk, type Desk, type Json } from './opsDesk';

/** From a caller's X-Request-Id to what it caused. */

let desk: Desk;
let on: TestPlatform;
beforeAll(async () => {
  desk = await startDesk('tracing');
  on = desk.on;
});
afterAll(() => desk.stop());

/** The request ids that somebody who opens the history of a workflow finds in it. */
async function requestsIn(workflowId: string): Promise<string[]> {
  const keys = loadSecrets(join(on.dir, 'secrets.json')).codecKeys;
  const codec = new EncryptionCodec(keyRing({ KEYS: keys }, 'KEYS'), { foreign: 'show' });
  const history = await exportHistory(on.temporal, codec, workflowId);
  return [...history.matchAll(/"data":\s*"([A-Za-z0-9+/=]+)"/g)]
    .map(([, data]) => Buffer.from(data!, 'base64').toString())
    .flatMap((text) => [...text.matchAll(/"requestId":"([^"]+)"/g)].map(([, id]) => id!));
}

test('the calls behind a payout run are found in Temporal by their X-Request-Id', async () => {
  const [maker, checker] = [await desk.person('ops_maker'), await desk.person('ops_checker')];
  const influencer = await desk.payable();
  const call = async (
    headers: Record<string, string>,
    path: string,
    body = '{}',
  ): Promise<Json> => {
    const response = await fetch(`${on.platform.urls.api}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: on.platform.urls.api, ...headers },
      body,
    });
    expect(response.status).toBeLessThan(300);
    return (await response.json()) as Json;
  };
  const asked = await call(
    { authorization: `Bearer ${influencer.apiKey}`, 'x-request-id': 'asked-1' },
    `/v1/influencers/${influencer.id}/payouts`,
  );
  const batchId = String(asked['batch_id']);
  const { rows } = await on.db.pool.query<{ period: string }>(
    'select period from payout_batches where id = $1',
    [batchId],
  );
  const workflowId = contract.batchWorkflowId(rows[0]!.period, 'KZT');
  // The request travels by the outbox, the next call at once: whichever comes first starts the workflow, and is its memo.
  await until(
    'the request has come',
    () =>
      on.temporal.workflow
        .getHandle(workflowId)
        .describe()
        .then(
          ({ memo }) => memo?.['requestId'],
          () => undefined,
        ),
    (first) => first === 'asked-1',
  );
  await call(
    { cookie: maker.cookie, 'x-request-id': 'prepared-2' },
    `/v1/payout-batches/${batchId}/prepare`,
  );
  await call(
    { cookie: checker.cookie, 'x-request-id': 'approved-3' },
    `/v1/payout-batches/${batchId}/approve`,
    JSON.stringify({ expected_total: '700.00' }),
  );
  await journey.payoutIs(on, influencer, String(asked['id']), 'paid');
  const { memo } = await on.temporal.workflow.getHandle(workflowId).describe();
  expect(memo).toEqual({ requestId: 'asked-1' });
  expect(await requestsIn(workflowId)).toEqual(
    expect.arrayContaining(['prepared-2', 'approved-3']),
  );
});

test('a shop’s X-Request-Id leads to the receipt and to the workflow in Temporal', async () => {
  const shop = journey.shopOf(on, 'magnum');
  const influencer = on.data.influencers[0]!;
  const { clickId } = await journey.click(on, journey.codeOf(influencer, shop.id));
  const tell = async (requestId: string, status: string, event_version: number): Promise<Json> => {
    const body = JSON.stringify({
      click_id: clickId,
      transaction_id: 'traced-1',
      sale_amount: '5000.00',
      status,
      event_version,
    });
    const id = `msg_${randomUUID()}`;
    const timestamp = String(Math.floor(Date.now() / 1000));
    const key = parseSecret(shop.webhookSecret)!;
    const answer = await fetch(`${on.platform.urls.api}/v1/postbacks/${shop.id}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': sign(key, { id, timestamp, body: Buffer.from(body) }),
        'x-request-id': requestId,
      },
      body,
    });
    expect(answer.headers.get('x-request-id')).toBe(requestId);
    expect(answer.status).toBe(200);
    return (await answer.json()) as Json;
  };
  const first = await tell('shop-log-1', 'pending', 1);
  const second = await tell('shop-log-2', 'approved', 2);
  const { rows } = await on.db.pool.query<{ id: string; request_id: string }>(
    'select id, request_id from receipts where id = any ($1) order by received_at',
    [[first['receipt_id'], second['receipt_id']]],
  );
  expect(rows.map((row) => row.request_id)).toEqual(['shop-log-1', 'shop-log-2']);
  const conversionId = String(first['conversion_id']);
  await journey.conversionIs(on, conversionId, 'PAYABLE');
  const workflowId = contract.conversionWorkflowId(conversionId);
  const { memo } = await on.temporal.workflow.getHandle(workflowId).describe();
  expect(memo).toEqual({ requestId: 'shop-log-1' });
  expect(await requestsIn(workflowId)).toEqual(
    expect.arrayContaining(['shop-log-1', 'shop-log-2']),
  );
});
