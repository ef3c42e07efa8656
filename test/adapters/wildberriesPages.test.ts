import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createWildberries } from '../../adapters/wildberries';

type Asked = { pagination: { offset: number; limit: number }; snapshotTime?: string };

let server: Server;
const asked: Asked[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (text += chunk));
    request.on('end', () => {
      const body = JSON.parse(text) as Asked;
      asked.push(body);
      const { offset, limit } = body.pagination;
      const rows = Array.from(
        { length: Math.max(0, Math.min(limit, 10_003 - offset)) },
        (_, i) => ({
          srid: `srid-${offset + i}`,
          status: 'created',
          updatedAt: '2026-11-23T12:00:00',
          sellerPrice: 0.1,
        }),
      );
      // The first order stands once more at the end, with an older state: the later change must win.
      if (offset > 0)
        rows.push({
          ...rows[0],
          srid: 'srid-0',
          status: 'cancel',
          updatedAt: '2026-11-22T12:00:00',
          sellerPrice: 1,
        });
      response.end(
        JSON.stringify({ data: { currency: 'KZT', snapshotTime: 'snap-1', orders: rows } }),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
});

it('reads a feed of two pages over two openings of the gate, against one snapshot', async () => {
  let now = Date.parse('2026-11-23T13:00:00Z');
  const { port } = server.address() as AddressInfo;
  const config = {
    baseUrl: `http://127.0.0.1:${port}`,
    token: 't',
    timeoutMs: 5000,
    intervalMs: 60_000,
  };
  const shop = createWildberries(config, () => now);
  const since = '2026-11-20T00:00:00Z';

  expect(await shop.status('srid-10001', { since })).toEqual({
    kind: 'rate_limited',
    retryAfterMs: 60_000,
  });
  expect(await shop.status('srid-0', { since })).toEqual({
    kind: 'pending',
    amount: 10n,
    at: '2026-11-23T09:00:00.000Z',
  });
  now += 60_000;
  expect((await shop.status('srid-10001', { since })).kind).toBe('pending');
  expect((await shop.status('srid-0', { since })).kind).toBe('pending');
  expect(await shop.status('nobody', { since })).toEqual({ kind: 'not_found' });
  expect(asked.map((body) => [body.pagination.offset, body.snapshotTime])).toEqual([
    [0, undefined],
    [10_000, 'snap-1'],
  ]);
});
