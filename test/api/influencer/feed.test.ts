import { randomBytes } from 'node:crypto';

import { advanceConversion } from '../../../activities/conversions/advance';
import { createFeed } from '../../../api/influencer/feed';
import { CLICK_DEFAULTS, insertClicks, type ClickRow } from '../../support/clickRow';
import { revokeSessions } from '../../../store/redis/sessions';
import { createLogger } from '../../../telemetry/logger';
import { startHarness, type Harness, type World } from '../harness';
import { conversionDeps, ordered, ownCalls, withRegime, withTerms, type Own } from './money';

let api: Harness;

beforeAll(async () => {
  api = await startHarness({ clickhouse: true });
});
afterAll(async () => {
  expect(api.violations).toEqual([]);
  await api.stop();
});

type Event = { readonly name: string; readonly data: Record<string, unknown> };
type Stream = { readonly events: Event[]; readonly ended: Promise<void>; close(): void };

async function listen(own: Own, influencerId: string): Promise<Stream> {
  const stop = new AbortController();
  const response = await fetch(`${api.url}/v1/influencers/${influencerId}/feed`, {
    headers: own.person.headers,
    signal: stop.signal,
  });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const events: Event[] = [];
  const read = async (): Promise<void> => {
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      text += decoder.decode(chunk, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const name = /^event: ?(.*)$/m.exec(block)?.[1];
        const data = /^data: ?(.*)$/m.exec(block)?.[1];
        if (name && data) events.push({ name, data: JSON.parse(data) as Event['data'] });
      }
    }
  };
  return { events, ended: read().catch(() => undefined), close: () => stop.abort() };
}

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const click = (world: World, billable: 0 | 1, atMs = Date.now()): ClickRow => ({
  ...CLICK_DEFAULTS,
  ts: (atMs / 1000).toFixed(3),
  click_id: randomBytes(16).toString('hex'),
  link_number: world.linkNumber,
  programme_id: world.programmeId,
  influencer_id: world.influencerId,
  ip_prefix: '127.0.0.0/24',
  user_agent: 'test',
  billable,
  reason: billable ? '' : 'prefetch',
});

const insert = (rows: ClickRow[]): Promise<void> =>
  insertClicks(api.clickhouse!, rows, randomBytes(8).toString('hex'));

async function person(): Promise<{ world: World; own: Own }> {
  const world = await api.world();
  await withTerms(api, world, 1000);
  await withRegime(api, world, 'individual_gph');
  return { world, own: await ownCalls(api, world) };
}

test('own clicks and orders arrive as they happen, once, and nobody else hears of them', async () => {
  const [a, b] = [await person(), await person()];
  const [mine, other] = [
    await listen(a.own, a.world.influencerId),
    await listen(b.own, b.world.influencerId),
  ];
  await insert([click(a.world, 1), click(a.world, 1), click(a.world, 0)]);
  const conversionId = await ordered(api, a.world, 1_000_000n);
  await advanceConversion(conversionDeps(api), { conversionId });
  await until('events', () => mine.events.length >= 3);
  const clicks = mine.events.filter((event) => event.name === 'click');
  expect(clicks.map(({ data }) => [data['count'], data['counted']])).toEqual([[3, 2]]);
  const states = mine.events
    .filter((event) => event.name === 'order')
    .map(({ data }) => [data['conversion_id'], data['state']]);
  expect(states).toEqual([
    [conversionId, 'RECEIVED'],
    [conversionId, 'HELD'],
  ]);
  // Two more looks of the server add nothing: what was told is not told again.
  await insert([click(a.world, 1)]);
  await until('the fourth click', () => mine.events.length >= 4);
  expect(mine.events).toHaveLength(4);
  expect(other.events).toEqual([]);
  expect(JSON.stringify(mine.events)).not.toMatch(/127\.0|user_agent|click_id|T-/);
  mine.close();
  other.close();
  await Promise.all([mine.ended, other.ended]);
});

test('clicks say the app of the newest, and why the newest that does not count does not', async () => {
  const { world, own } = await person();
  const mine = await listen(own, world.influencerId);
  const nowMs = Date.now() + 5;
  await insert([
    { ...click(world, 0, nowMs), reason: 'head', app: '' },
    { ...click(world, 0, nowMs + 1), reason: 'bot', app: 'whatsapp' },
    { ...click(world, 1, nowMs + 2), app: 'telegram' },
  ]);
  await until('the clicks', () => mine.events.length >= 1);
  expect(mine.events[0]!.data).toMatchObject({
    count: 3,
    counted: 1,
    app: 'telegram',
    reason: { code: 'bot', ru: expect.stringContaining('робот') as string },
  });
  await insert([click(world, 1, Date.now() + 5)]);
  await until('one that counts', () => mine.events.length >= 2);
  expect(mine.events[1]!.data).toMatchObject({ count: 1, counted: 1, app: null, reason: null });
  mine.close();
  await mine.ended;
});

test('clicks from before somebody came are not told: the page has counted them', async () => {
  const { world, own } = await person();
  await insert([click(world, 1, Date.now() - 2_000), click(world, 1, Date.now() - 30_000)]);
  const mine = await listen(own, world.influencerId);
  await insert([click(world, 1, Date.now() + 5)]);
  await until('the click after', () => mine.events.length >= 1);
  expect(mine.events.map(({ data }) => [data['count'], data['counted']])).toEqual([[1, 1]]);
  mine.close();
  await mine.ended;
});

test('home and links count clicks from the rollup', async () => {
  const { world, own } = await person();
  await insert([click(world, 1), click(world, 1), click(world, 0)]);
  const home = await own('GET', '/home');
  expect(home.body).toMatchObject({ clicks_today: 2, clicks_known: true });
  const links = await own('GET', '/links');
  expect(links.body.items[0].stats.clicks).toBe(2);
  for (const query of ['', `&link_id=${links.body.items[0].id}`]) {
    const days = await own('GET', `/days?days=2${query}`);
    expect(days.body.items).toMatchObject([{ clicks: 0 }, { clicks: 2 }]);
  }
});

test('streams of one person are few; a closed one makes room', async () => {
  const { world, own } = await person();
  const open = await Promise.all(Array.from({ length: 5 }, () => listen(own, world.influencerId)));
  const full = await own('GET', '/feed');
  expect(full).toMatchObject({ status: 429, body: { code: 'feed_limit' } });
  open[0]!.close();
  await open[0]!.ended;
  await until('room', async () => {
    const response = await fetch(`${api.url}/v1/influencers/${world.influencerId}/feed`, {
      headers: own.person.headers,
      signal: AbortSignal.timeout(1_000),
    }).catch(() => undefined);
    const isOpen = response?.status === 200;
    await response?.body?.cancel();
    return isOpen;
  });
  for (const stream of open) stream.close();
});

test('a reader who does not read is let go', async () => {
  const closed = await new Promise<boolean>((resolve) => {
    const feed = createFeed({
      pool: api.pool,
      clicks: { since: () => Promise.resolve(null) } as never,
      log: createLogger('test', 'silent'),
      pollMs: 5,
    });
    feed.join({
      influencerId: 'inf_somebody',
      session: { push: () => undefined } as never,
      connection: { close: () => resolve(true), backlog: () => 1_000_000 },
    });
  });
  expect(closed).toBe(true);
});

test('12.9, a stream ends within seconds of the end of its sign-in', async () => {
  const { world, own } = await person();
  const stream = await listen(own, world.influencerId);
  await revokeSessions(api.redis, own.person.userId);
  await stream.ended;
  expect(stream.events.at(-1)).toMatchObject({ name: 'end', data: { reason: 'session_ended' } });
  expect((await own('GET', '/feed')).status).toBe(401);
});
