import { startHarness, type Harness } from './sandboxHarness';

// The gate is one per address and token in the process: an address of its own for every test.
let harness: Harness;
beforeEach(async () => {
  harness = await startHarness();
});
afterEach(() => harness.close());

const order = (srid: string, status: string, more: object = {}) =>
  harness.control('/wildberries/orders', { srid, nmId: 7, price: '1299.90', status, ...more });
const turn = (mode: string, more: object = {}) =>
  harness.control('/wildberries/dial', { mode, count: 1, ...more });
const requests = async () =>
  ((await harness.read('/control/wildberries/dial')) as { requests: number }).requests;
const since = new Date(Date.now() - 3_600_000).toISOString();

describe('order status by srid', () => {
  it.each([
    ['created', 'pending'],
    ['buyout', 'delivered'],
    ['cancel', 'cancelled'],
    ['return', 'returned'],
    ['returnDefective', 'returned'],
  ])('%s is %s', async (status, kind) => {
    await order('srid-1', status);
    const outcome = await harness.wildberries().status('srid-1', { since });
    expect(outcome).toMatchObject({ kind, amount: 129_990n });
    if (!('at' in outcome)) throw new Error(outcome.kind);
    expect(outcome.at).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  });

  it('follows the order from created to buyout', async () => {
    const shop = harness.wildberries();
    await order('srid-1', 'created');
    expect((await shop.status('srid-1', { since })).kind).toBe('pending');
    await order('srid-1', 'buyout');
    expect((await shop.status('srid-1', { since })).kind).toBe('delivered');
  });

  it('an unknown srid, or a change before `since`, is not found', async () => {
    const shop = harness.wildberries();
    await order('old', 'buyout', { updatedAt: new Date(Date.now() - 7_200_000).toISOString() });
    expect(await shop.status('nobody', { since })).toEqual({ kind: 'not_found' });
    expect(await shop.status('old', { since })).toEqual({ kind: 'not_found' });
    const earlier = new Date(Date.now() - 8_000_000).toISOString();
    expect((await shop.status('old', { since: earlier })).kind).toBe('delivered');
    expect(await shop.status('nobody', { since: '2020-01-01T00:00:00Z' })).toEqual({
      kind: 'not_found',
    });
  });

  it('money is read from its text, and roubles are not tenge', async () => {
    const shop = harness.wildberries();
    await order('big', 'buyout', { price: '89999999999999.99' });
    expect(await shop.status('big', { since })).toMatchObject({ amount: 8_999_999_999_999_999n });
    await harness.control('/reset', {});
    await order('rub', 'buyout', { currency: 'RUB' });
    const outcome = await shop.status('rub', { since });
    expect(outcome.kind).toBe('delivered');
    expect(outcome).not.toHaveProperty('amount');
  });

  it.each([
    ['rate_limit', { retrySeconds: 37 }, { kind: 'rate_limited', retryAfterMs: 37_000 }],
    ['unauthorized', {}, { kind: 'auth' }],
    ['http_500', {}, { kind: 'unknown', cause: 'read:http_500' }],
    ['timeout', {}, { kind: 'unknown', cause: 'read:timeout' }],
    ['reset', {}, { kind: 'unknown', cause: 'read:connection_reset' }],
    ['garbled', {}, { kind: 'unknown', cause: 'read:garbled_body' }],
  ])('the shop answers %s', async (mode, more, expected) => {
    const shop = harness.wildberries();
    await order('srid-1', 'buyout');
    await turn(mode, more);
    expect(await shop.status('srid-1', { since })).toEqual(expected);
  });

  it('a wrong token is auth', async () => {
    const shop = harness.wildberries({ token: 'other' });
    expect(await shop.status('srid-1', { since })).toEqual({ kind: 'auth' });
  });
});

describe('one request a minute for all orders of a seller', () => {
  it('shares what was read, in time and between askers', async () => {
    let now = Date.now();
    const shop = harness.wildberries({ intervalMs: 60_000 }, () => now);
    await order('a', 'created');
    await order('b', 'buyout');
    const asked = ['a', 'b', 'c', 'a', 'b'].map((srid) => shop.status(srid, { since }));
    const kinds = (await Promise.all(asked)).map((outcome) => outcome.kind);
    expect(kinds).toEqual(['pending', 'delivered', 'not_found', 'pending', 'delivered']);
    expect(await requests()).toBe(1);

    await order('a', 'buyout');
    now += 59_000;
    expect((await shop.status('a', { since })).kind).toBe('pending');
    now += 1_000;
    expect((await shop.status('a', { since })).kind).toBe('delivered');
    expect(await requests()).toBe(2);
  });

  it('two instances of one token share the gate; the second is told when to come', async () => {
    let now = Date.now();
    const config = { intervalMs: 60_000 };
    await order('a', 'created');
    const first = harness.wildberries(config, () => now);
    const second = harness.wildberries(config, () => now);
    expect((await first.status('a', { since })).kind).toBe('pending');
    now += 10_000;
    expect(await second.status('a', { since })).toEqual({
      kind: 'rate_limited',
      retryAfterMs: 50_000,
    });
    expect(await requests()).toBe(1);
  });

  it('the shop’s own wait closes the gate for everyone', async () => {
    let now = Date.now();
    const shop = harness.wildberries({ intervalMs: 60_000 }, () => now);
    await order('a', 'created');
    await turn('rate_limit', { retrySeconds: 180 });
    expect(await shop.status('a', { since })).toEqual({
      kind: 'rate_limited',
      retryAfterMs: 180_000,
    });
    now += 100_000;
    expect(await shop.status('a', { since })).toEqual({
      kind: 'rate_limited',
      retryAfterMs: 80_000,
    });
    expect(await requests()).toBe(1);
    now += 80_000;
    expect((await shop.status('a', { since })).kind).toBe('pending');
  });
});
