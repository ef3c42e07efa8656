import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { createWildberries } from '../../adapters/wildberries';
import { until } from '../../sandbox/demo/http';
import { sharedGate } from '../../store/postgres/requestGates';
import { createTestDatabase, type TestDatabase } from '../support/postgres';

/** One request in an interval over all processes, whoever asks: the shop counts per seller. */
let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

test('of a hundred who ask at once in several processes one goes, the others hear how long to wait', async () => {
  const gates = Array.from({ length: 4 }, () => sharedGate(db.pool, ['shop', 'token'], 60_000));
  const waits = await Promise.all(Array.from({ length: 100 }, (_, i) => gates[i % 4]!.enter()));
  expect(waits.filter((wait) => wait === 0)).toHaveLength(1);
  for (const wait of waits) expect(wait).toBeLessThanOrEqual(60_000);
  expect(Math.max(...waits)).toBeGreaterThan(50_000);
});

test('it opens again after its interval, and another account has a gate of its own', async () => {
  const gate = sharedGate(db.pool, ['shop', 'quick'], 300);
  expect(await gate.enter()).toBe(0);
  expect(await gate.enter()).toBeGreaterThan(0);
  expect(await sharedGate(db.pool, ['shop', 'other'], 300).enter()).toBe(0);
  await until(
    'it is open',
    () => gate.enter(),
    (wait) => wait === 0,
  );
});

test("the shop's own word moves the next request later, never earlier", async () => {
  const gate = sharedGate(db.pool, ['shop', 'told'], 1);
  await gate.closeFor(60_000);
  await gate.closeFor(1_000);
  expect(await gate.enter()).toBeGreaterThan(50_000);
});

test('no token stands in the database', async () => {
  await sharedGate(db.pool, ['shop', 'very-secret-token'], 1).enter();
  const { rows } = await db.pool.query<{ row: string }>(
    'select g::text as row from request_gates g',
  );
  for (const { row } of rows) expect(row).not.toContain('secret');
});

describe('two processes that ask Wildberries', () => {
  let shop: Server;
  let asked = 0;
  let baseUrl: string;
  beforeAll(async () => {
    shop = createServer((_request, response) => {
      asked += 1;
      response.writeHead(429, { 'x-ratelimit-retry': '60' }).end();
    });
    await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
    baseUrl = `http://127.0.0.1:${(shop.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((resolve) => shop.close(resolve)));

  test('send one request between them, and all of both hear when to come back', async () => {
    const config = { baseUrl, token: 'one-seller', timeoutMs: 2_000, intervalMs: 60_000 };
    const gate = () => sharedGate(db.pool, [baseUrl, 'one-seller', 'order-feed'], 60_000);
    const processes = [
      createWildberries(config, Date.now, gate()),
      createWildberries(config, Date.now, gate()),
    ];
    const since = new Date(Date.now() - 3_600_000).toISOString();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => processes[i % 2]!.status(`order-${i}`, { since })),
    );
    expect(asked).toBe(1);
    for (const answer of answers) expect(answer.kind).toBe('rate_limited');
  });
});
