import { request } from 'node:http';

import { Webhook } from 'standardwebhooks';

import * as journey from '../support/journey';
import { startTestPlatform, type TestPlatform } from '../support/platform';

let on: TestPlatform;
beforeAll(async () => {
  on = await startTestPlatform({ name: 'intake', holdSeconds: 3600 });
});
afterAll(() => on.stop());

type Sent = { status: number; body: Record<string, unknown> };

/** Signs with an independent implementation of Standard Webhooks and sends raw bytes. */
async function send(
  body: string,
  options: { id?: string; at?: Date; secret?: string; headers?: [string, string][] } = {},
): Promise<Sent> {
  const shop = journey.shopOf(on, 'magnum');
  const id = options.id ?? `msg_${journey.newOrderId()}`;
  const at = options.at ?? new Date();
  const signature = new Webhook(options.secret ?? shop.webhookSecret).sign(id, at, body);
  const headers: [string, string][] = options.headers ?? [
    ['content-type', 'application/json'],
    ['webhook-id', id],
    ['webhook-timestamp', String(Math.floor(at.getTime() / 1000))],
    ['webhook-signature', signature],
  ];
  return new Promise((resolve, reject) => {
    const url = new URL(`/v1/postbacks/${shop.id}`, on.platform.urls.api);
    const outgoing = request(
      url,
      { method: 'POST', headers: ['host', url.host, ...headers.flat()] as never },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            body: JSON.parse(Buffer.concat(chunks).toString() || '{}'),
          }),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

async function counts() {
  const { rows } = await on.db.pool.query(
    `select (select count(*) from receipts)::int as receipts, (select count(*) from conversions)::int as conversions,
            (select count(*) from outbox)::int as outbox, (select count(*) from ledger_transactions)::int as transactions`,
  );
  return rows[0] as Record<string, number>;
}

async function freshBody(sale = '10000.00'): Promise<Record<string, unknown>> {
  const shop = journey.shopOf(on, 'magnum');
  const { clickId } = await journey.click(on, journey.codeOf(on.data.influencers[0]!, shop.id));
  return {
    click_id: clickId,
    transaction_id: journey.newOrderId(),
    sale_amount: sale,
    status: 'pending',
  };
}

test('the same postback 50 times in parallel: one conversion, one receipt, one accrual; another amount: 409', async () => {
  const before = await counts();
  const event = await freshBody();
  const body = JSON.stringify(event);
  const id = `msg_${journey.newOrderId()}`;
  const answers = await Promise.all(Array.from({ length: 50 }, () => send(body, { id })));
  expect(answers.map((answer) => answer.status)).toEqual(Array(50).fill(200));
  expect(new Set(answers.map((answer) => answer.body['receipt_id'])).size).toBe(1);
  expect(new Set(answers.map((answer) => answer.body['conversion_id'])).size).toBe(1);
  expect(answers.filter((answer) => answer.body['verdict'] === 'accepted')).toHaveLength(1);

  const conversionId = answers[0]!.body['conversion_id'] as string;
  await journey.conversionIs(on, conversionId, 'HELD');
  const after = await counts();
  expect(after['receipts']! - before['receipts']!).toBe(1);
  expect(after['conversions']! - before['conversions']!).toBe(1);
  expect(after['transactions']! - before['transactions']!).toBe(1);

  const changed = await send(JSON.stringify({ ...event, sale_amount: '10000.01' }), { id });
  expect(changed).toMatchObject({ status: 409, body: { code: 'webhook_conflict' } });
  expect(await journey.conversion(on, conversionId)).toMatchObject({
    amounts: { sale: '10000.00', gross: '1000.00' },
  });
});

test('a changed amount in a new event reprices the hold; a rejection takes it back', async () => {
  const event = await freshBody();
  const first = await send(JSON.stringify({ ...event, event_version: 1 }));
  const conversionId = first.body['conversion_id'] as string;
  await journey.conversionIs(on, conversionId, 'HELD');
  await send(
    JSON.stringify({
      ...event,
      event_version: 2,
      sale_amount: '6000.00',
      status: 'partially_refunded',
    }),
  );
  await journey.conversionIs(on, conversionId, 'HELD');
  await untilPayable(conversionId, '600.00');
  await send(JSON.stringify({ ...event, event_version: 3, status: 'rejected' }));
  const cancelled = await journey.conversionIs(on, conversionId, 'CANCELLED');
  expect(cancelled['reason']).toMatchObject({ code: 'order_rejected' });
  const { rows } = await on.db.pool.query(
    'select kind from ledger_transactions where subject_id = $1 order by seq',
    [conversionId],
  );
  expect(rows.map((row: { kind: string }) => row.kind)).toEqual([
    'pending',
    'void',
    'pending',
    'void',
  ]);
});

async function untilPayable(conversionId: string, gross: string): Promise<void> {
  for (;;) {
    const { amounts } = (await journey.conversion(on, conversionId)) as {
      amounts: { gross: string };
    };
    if (amounts.gross === gross) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('refused with a code, nothing stored', () => {
  const now = () => new Date();
  const signed = (id: string, at: Date, body: string) =>
    new Webhook(journey.shopOf(on, 'magnum').webhookSecret).sign(id, at, body);
  const headersOf = (id: string, at: Date, signature: string): [string, string][] => [
    ['content-type', 'application/json'],
    ['webhook-id', id],
    ['webhook-timestamp', String(Math.floor(at.getTime() / 1000))],
    ['webhook-signature', signature],
  ];
  const cases: [string, () => Promise<Sent>, number, string][] = [
    [
      'a forged signature',
      async () =>
        send(JSON.stringify(await freshBody()), {
          secret: journey.shopOf(on, 'technodom').webhookSecret,
        }),
      401,
      'signature_invalid',
    ],
    [
      'a stale timestamp',
      async () => send(JSON.stringify(await freshBody()), { at: new Date(Date.now() - 301_000) }),
      401,
      'timestamp_stale',
    ],
    [
      'a timestamp from the future',
      async () => send(JSON.stringify(await freshBody()), { at: new Date(Date.now() + 302_000) }),
      401,
      'timestamp_stale',
    ],
    [
      'a doubled key',
      async () => send(JSON.stringify(await freshBody()).replace('}', ',"sale_amount":"1.00"}')),
      400,
      'json_duplicate_key',
    ],
    ['invalid JSON', () => send('{"click_id":'), 400, 'json_invalid'],
    [
      'a body of 65 kB',
      async () => send(JSON.stringify({ ...(await freshBody()), promo_code: 'x'.repeat(66_560) })),
      413,
      'body_too_large',
    ],
    [
      'a doubled header',
      async () => {
        const body = JSON.stringify(await freshBody());
        const at = now();
        return send(body, {
          headers: [...headersOf('msg_x', at, signed('msg_x', at, body)), ['webhook-id', 'msg_y']],
        });
      },
      400,
      'header_doubled',
    ],
    [
      'a moved timestamp',
      async () => {
        const body = JSON.stringify(await freshBody());
        const at = now();
        return send(body, {
          headers: headersOf('msg_z', new Date(at.getTime() + 5000), signed('msg_z', at, body)),
        });
      },
      401,
      'signature_invalid',
    ],
  ];
  test.each(cases)('%s', async (_what, attack, status, code) => {
    const before = await counts();
    const answer = await attack();
    expect(answer).toMatchObject({ status, body: { code } });
    expect(await counts()).toEqual(before);
  });

  test('a doubled query parameter', async () => {
    const before = await counts();
    const shop = journey.shopOf(on, 'magnum');
    const body = JSON.stringify(await freshBody());
    const at = now();
    const response = await fetch(`${on.platform.urls.api}/v1/postbacks/${shop.id}?a=1&a=2`, {
      method: 'POST',
      body,
      headers: headersOf('msg_q', at, signed('msg_q', at, body)),
    });
    expect(response.status).toBe(400);
    expect(await counts()).toEqual(before);
  });
});
