import { randomBytes } from 'node:crypto';

import { createSessions, sessionStore } from '../../../api/access/sessions';
import { idFromBytes } from '../../../domain/ids';
import { revokeSessions } from '../../../store/redis/sessions';
import { startHarness, type Harness, type World } from '../harness';
import { sessionOf, signedIn, type Person } from '../people';

/** 12.9 and 12.3: whoever is let in to a stream is looked at again, and nobody has more than a few. */
let api: Harness;
let world: World;
let batchId: string;

beforeAll(async () => {
  api = await startHarness();
  world = await api.world();
  batchId = idFromBytes('payoutBatch', randomBytes(16));
  await api.owner.query(
    `insert into payout_batches (id, period, state) values ($1, '2026-01-01-1', 'collecting')`,
    [batchId],
  );
});
afterAll(async () => {
  await api.stop();
  expect(api.violations).toEqual([]);
});

type Headers = Readonly<Record<string, string>>;
type Stream = { readonly status: number; readonly ended: Promise<string>; close(): void };

const runs = (): string => `/v1/payout-batches/${batchId}/events`;
const postbacks = (): string => `/v1/programmes/${world.programmeId}/postbacks/events`;

async function listen(path: string, headers: Headers): Promise<Stream> {
  const stop = new AbortController();
  const response = await fetch(`${api.url}${path}`, { headers, signal: stop.signal });
  const ended = response.text().catch(() => 'closed by the reader');
  return { status: response.status, ended, close: () => stop.abort() };
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 20_000; !(await holds());)
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
}

const maker = (): Promise<Person> => signedIn(api, 'ops_maker', 'ops');
const send = (person: Person, method: string, path: string): Promise<Response> =>
  fetch(`${api.url}${path}`, { method, headers: person.headers });

type End = readonly [name: string, end: (person: Person) => Promise<unknown>];
const ENDS: readonly End[] = [
  ['log-out', (person) => send(person, 'POST', '/v1/auth/logout')],
  ['the end of all sessions', ({ userId }) => revokeSessions(api.redis, userId)],
  [
    'shutting out',
    ({ userId }) => api.owner.query('update users set disabled_at = now() where id = $1', [userId]),
  ],
  [
    'another role',
    ({ userId }) =>
      api.owner.query(`update users set role = 'ops_auditor' where id = $1`, [userId]),
  ],
  [
    'new credentials',
    ({ userId }) =>
      api.owner.query('update users set credential_epoch = credential_epoch + 1 where id = $1', [
        userId,
      ]),
  ],
];

test.each(ENDS)('12.9, a payout stream ends within seconds of %s', async (_, end) => {
  const person = await maker();
  const stream = await listen(runs(), person.headers);
  expect(stream.status).toBe(200);
  const startedMs = Date.now();
  await end(person);
  expect(await stream.ended).toContain('session_ended');
  expect(Date.now() - startedMs).toBeLessThan(15_000);
  expect([401, 200]).toContain((await listen(runs(), person.headers)).status);
});

test('12.9, a postback stream ends with the role that opened it', async () => {
  const owner = await signedIn(api, 'brand_owner', world.brandId);
  const stream = await listen(postbacks(), owner.headers);
  await api.owner.query(`update users set role = 'brand_analyst' where id = $1`, [owner.userId]);
  expect(await stream.ended).toContain('session_ended');
});

test('12.9, a step-up ends no stream: it is the same sign-in under another token', async () => {
  const [person, marker] = await Promise.all([maker(), maker()]);
  const stream = await listen(runs(), person.headers);
  const sessions = createSessions(api.pool, sessionStore(api.redis, api.sealer), Date.now);
  const viewer = await sessions.viewer(person.headers['cookie']!.split('=')[1]!);
  expect(await sessions.renew(viewer!, { proved: true })).toBeDefined();
  for (let looks = 0; looks < 2; looks += 1) {
    const other = await listen(runs(), marker.headers);
    await revokeSessions(api.redis, marker.userId);
    await other.ended;
    Object.assign(marker.headers, await sessionOf(api, marker.userId, 'ops_maker'));
  }
  expect(await Promise.race([stream.ended, Promise.resolve('open')])).toBe('open');
  stream.close();
});

test('12.9, a stream of a key ends when the key is revoked', async () => {
  const key = await api.key('ops', 'ops');
  const stream = await listen(runs(), { authorization: `Bearer ${key}` });
  expect(stream.status).toBe(200);
  await api.owner.query(`update api_keys set revoked_at = now() where subject_id = 'ops'`);
  expect(await stream.ended).toContain('session_ended');
});

test('12.3, a key that opens 400 streams gets five, and so does a person; others are not kept out', async () => {
  const authorization = `Bearer ${await api.key('brand', world.brandId)}`;
  const open: Stream[] = [];
  for (let i = 0; i < 400; i += 1) open.push(await listen(postbacks(), { authorization }));
  expect(open.filter(({ status }) => status === 200)).toHaveLength(5);
  expect(await open.at(-1)!.ended).toContain('feed_limit');
  const atOnce = { authorization: `Bearer ${await api.key('brand', world.brandId)}` };
  const burst = await Promise.all(Array.from({ length: 60 }, () => listen(postbacks(), atOnce)));
  expect(burst.filter(({ status }) => status === 200)).toHaveLength(5);
  open.push(...burst);
  const person = await maker();
  const own: Stream[] = [];
  for (let i = 0; i < 7; i += 1) own.push(await listen(runs(), person.headers));
  expect(own.filter(({ status }) => status === 200)).toHaveLength(5);
  const other = await listen(postbacks(), {
    authorization: `Bearer ${await api.key('brand', world.brandId)}`,
  });
  expect(other.status).toBe(200);
  own[0]!.close();
  await until('room', async () => {
    const again = await listen(runs(), person.headers);
    own.push(again);
    return again.status === 200;
  });
  for (const stream of [...open, ...own, other]) stream.close();
});

test('12.9, streams of one run share one look at it', async () => {
  const people = await Promise.all(Array.from({ length: 4 }, maker));
  const spy = jest.spyOn(api.apiPool, 'query');
  const open = await Promise.all(people.map(({ headers }) => listen(runs(), headers)));
  const looks = (): number =>
    spy.mock.calls.filter(([sent]) => (sent as { name?: string }).name === 'run_progress').length;
  const atFirst = looks();
  const startedMs = Date.now();
  await until('three looks', () => {
    const more = looks() - atFirst;
    return new Promise((resolve) => setTimeout(() => resolve(more >= 3), 20));
  });
  expect(looks() - atFirst).toBeLessThanOrEqual(2 + (Date.now() - startedMs) / 1_000);
  for (const stream of open) stream.close();
  spy.mockRestore();
});
