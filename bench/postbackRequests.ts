import { createHmac, randomBytes } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';

import type { ClickIds } from '../domain/clicks/clickId';

export type RequestSource = {
  readonly programmeId: string;
  readonly secret: Buffer;
  readonly linkNumber: number;
  readonly clickIds: ClickIds;
};

const CHUNK_BYTES = 4 << 20;

/** An order as shops send them: some 450 bytes, an id and a click of its own. */
function orderBody(source: RequestSource, id: string, nowMs: number): string {
  return JSON.stringify({
    click_id: source.clickIds.mint(source.linkNumber, nowMs - 3_600_000),
    transaction_id: id,
    event: 'sale',
    status: 'approved',
    sale_amount: '18990.00',
    currency: 'KZT',
    promo_code: 'SPRING2026',
    occurred_at: new Date(nowMs - 60_000).toISOString(),
    items: [
      { sku: '123456789', category: 'Electronics/Phones', quantity: 1, price: '15990.00' },
      { sku: '987654321', category: 'Accessories/Cases', quantity: 2, price: '1500.00' },
    ],
  });
}

function wholeRequest(source: RequestSource, id: string, nowMs: number): string {
  const body = orderBody(source, id, nowMs);
  const timestamp = Math.floor(nowMs / 1000);
  const signature = createHmac('sha256', source.secret)
    .update(`msg_${id}.${timestamp}.${body}`)
    .digest('base64');
  return (
    `POST /v1/postbacks/${source.programmeId} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n` +
    `webhook-id: msg_${id}\r\nwebhook-timestamp: ${timestamp}\r\nwebhook-signature: v1,${signature}\r\n` +
    `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  );
}

/** Signs before the clock starts: complete requests, each ended by a NUL, no order id twice. */
export function writeRequests(path: string, source: RequestSource, count: number): void {
  const run = randomBytes(6).toString('hex');
  const nowMs = Date.now();
  const file = openSync(path, 'w');
  let chunk = '';
  for (let i = 0; i < count; i += 1) {
    chunk += `${wholeRequest(source, `${run}${i}`, nowMs)}\0`;
    if (chunk.length > CHUNK_BYTES || i === count - 1) {
      writeSync(file, chunk);
      chunk = '';
    }
  }
  closeSync(file);
}

/**
 * wrk script: hands out the requests of the file named after `--` once each. Running out would measure
 * duplicates, so it is an error instead (the path then asked for answers 404), unless `again` is the next
 * argument: the bare server does not care.
 */
export const WRK_SCRIPT = `
local data, at, again
function init(args)
  local file = io.open(args[1], 'rb')
  data = file:read('*a')
  file:close()
  at = 1
  again = args[2] == 'again'
end
function request()
  local stop = string.find(data, '\\0', at, true)
  if not stop and again then
    at = 1
    stop = string.find(data, '\\0', at, true)
  end
  if not stop then return 'GET /requests-ran-out HTTP/1.1\\r\\nHost: bench\\r\\n\\r\\n' end
  local one = string.sub(data, at, stop - 1)
  at = stop + 1
  return one
end
function done(summary, latency)
  io.write(string.format('RESULT %d %d %d %d %d %d\\n', summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), latency:percentile(99.9),
    summary.errors.status + summary.errors.timeout + summary.errors.connect + summary.errors.read + summary.errors.write))
end
`;
