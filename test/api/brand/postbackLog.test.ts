import { randomBytes } from 'node:crypto';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { Webhook } from 'standardwebhooks';

import { installPackage } from '../../../stack/debianPackage';
import { silentProgress } from '../../../stack/progress';
import { findOnPath } from '../../../stack/toolCache';
import { createPostbackLog } from '../../../store/redis/postbackLog';
import { order, postback, startHarness, type Harness, type World } from '../harness';
import { cursorOf, deskOf, inside, items, type Desk, type Row } from './desk';

let api: Harness;
let world: World;
let manager: Desk;

beforeAll(async () => {
  api = await startHarness();
  world = await api.world({ bezahlt: 'approved' });
  manager = await deskOf(api, 'brand_manager', world.brandId);
});
afterAll(async () => {
  await api.stop();
  expect(api.violations).toEqual([]);
});

async function until<T>(ask: () => Promise<T>, isDone: (answer: T) => boolean): Promise<T> {
  const giveUpMs = Date.now() + 8_000;
  for (;;) {
    const got = await ask();
    if (isDone(got) || Date.now() > giveUpMs) return got;
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

const logOf = (programmeId: string, query = ''): Promise<Row[]> =>
  manager.get(`/v1/programmes/${programmeId}/postbacks${query}`).then(items);

test('the log shows every attempt with its verdict, refused ones too, newest first', async () => {
  const shop = await api.world({ bezahlt: 'approved' });
  await api.owner.query('update programmes set brand_id = $1 where id = $2', [
    world.brandId,
    shop.programmeId,
  ]);
  const good = order(api, shop);
  const webhookId = `msg_${randomBytes(8).toString('hex')}`;
  await postback(api, shop, good, { webhookId });
  await postback(api, shop, good, { webhookId });
  await postback(api, shop, good);
  await postback(api, shop, { ...good, status: 'refunded' });
  await postback(api, shop, order(api, shop, { click_id: 'x', transaction_id: 'U-1' }));
  const wrong = `whsec_${randomBytes(32).toString('base64')}`;
  await postback(api, shop, order(api, shop, { transaction_id: 'BAD-1' }), { secret: wrong });
  await postback(api, shop, good, { at: new Date(Date.now() - 3_600_000) });
  await postback(api, shop, order(api, shop, { status: 'gekauft' }));
  await postback(api, shop, '{"transaction_id":1,"transaction_id":2}');
  await postback(api, shop, order(api, shop, { sale_amount: '-5' }));
  await postback(api, shop, { ...good, sale_amount: '2.00' }, { webhookId });
  await postback(api, shop, good, {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  await postback(api, shop, 'x'.repeat(70_000));
  const log = await until(
    () => logOf(shop.programmeId, '?limit=100'),
    (lines) => lines.length >= 13,
  );
  expect(log.map((line) => inside(line, 'problem')['code'] ?? line['verdict']).reverse()).toEqual([
    'accepted',
    'duplicate',
    'duplicate',
    'updated',
    'unmatched',
    'signature_invalid',
    'timestamp_stale',
    'status_unknown',
    'json_duplicate_key',
    'body_invalid',
    'webhook_conflict',
    'content_type_unsupported',
    'body_too_large',
  ]);
  const refused = log.find((line) => inside(line, 'problem')['code'] === 'signature_invalid')!;
  expect(refused).toMatchObject({
    verdict: 'refused',
    transaction_id: 'BAD-1',
    order_status: 'approved',
    sale: '1000.00',
    from: '127.0.0.0/24',
    receipt_id: null,
    problem: { status: 401, text: { en: expect.any(String) as string } },
  });
  expect(log.find((line) => inside(line, 'problem')['code'] === 'status_unknown')).toMatchObject({
    order_status: 'gekauft',
    problem: { errors: [{ pointer: '/status' }] },
  });
  // Nothing of the body but the fields that name the order; no signature, no secret.
  const raw = JSON.stringify(
    await createPostbackLog(api.redis).list(shop.programmeId, undefined, 99),
  );
  for (const part of ['whsec_', 'v1,', String(good['click_id']), 'xxxxxxxx'])
    expect(raw).not.toContain(part);
  const onlyRefused = await logOf(shop.programmeId, '?verdict=refused&limit=100');
  expect(onlyRefused).toHaveLength(8);
  const repeats = await logOf(shop.programmeId, '?verdict=duplicate');
  expect(repeats).toHaveLength(2);
  // Page by page it is the same log.
  const paged: unknown[] = [];
  for (let cursor = ''; ;) {
    const page = await manager.get(
      `/v1/programmes/${shop.programmeId}/postbacks?limit=3${cursor && `&cursor=${cursor}`}`,
    );
    paged.push(...items(page));
    const next = cursorOf(page);
    if (next === null) break;
    cursor = next;
  }
  expect(paged).toEqual(log);
});

test('a decision stands in the log as one of the dashboard', async () => {
  const { body } = await postback(api, world, order(api, world, { status: 'pending' }));
  const ids = [body['conversion_id']];
  await manager.post(`/v1/brands/${world.brandId}/orders/decisions`, { decision: 'approve', ids });
  const log = await logOf(world.programmeId);
  expect(log[0]).toMatchObject({
    verdict: 'updated',
    source: 'dashboard',
    webhook_id: null,
    order_status: 'approved',
    conversion_id: ids[0],
  });
});

test('nothing is kept of programmes that do not exist, and what a stranger sends is cut and plain', async () => {
  const nobody = { ...world, programmeId: `prg_${'0'.repeat(26)}` };
  await postback(api, nobody, order(api, world));
  const transaction_id = `<script>\u001b[31m\u202e${'A'.repeat(500)}`;
  const wrong = `whsec_${randomBytes(32).toString('base64')}`;
  await postback(
    api,
    world,
    { transaction_id, status: 'approved', email: 'a@b.kz' },
    { secret: wrong },
  );
  const [line] = await until(
    () => logOf(world.programmeId, '?verdict=refused'),
    (lines) => lines.length > 0,
  );
  expect(String(line!['transaction_id']).length).toBeLessThanOrEqual(64);
  expect(line!['transaction_id']).not.toMatch(/[\u001b\u202e]/);
  expect(JSON.stringify(line)).not.toContain('a@b.kz');
  const keys = await api.redis.keys('*postbacks:prg_000*');
  expect(keys).toEqual([]);
});

test('a flood of refused postbacks is sampled and capped; intake answers all of them', async () => {
  const wrong = `whsec_${randomBytes(32).toString('base64')}`;
  const body = order(api, world);
  const answers = await Promise.all(
    Array.from({ length: 300 }, () => postback(api, world, body, { secret: wrong })),
  );
  expect(answers.every((answer) => answer.status === 401)).toBe(true);
  const log = createPostbackLog(api.redis);
  const kept = await log.list(world.programmeId, undefined, 5_000);
  expect(kept.length).toBeLessThan(150);
  for (let n = 0; n < 3_000; n += 500)
    await Promise.all(
      Array.from({ length: 500 }, () =>
        log.add('prg_full', { atMs: Date.now(), code: 'signature_invalid', status: 401 }),
      ),
    );
  expect(await api.redis.xlen('postbacks:prg_full')).toBeLessThan(1_200);
  expect(await api.redis.ttl('postbacks:prg_full')).toBeGreaterThan(600_000);
});

test('the live feed tells of accepted and refused ones as they come, and of no other programme’s', async () => {
  const other = await api.world();
  const leaving = new AbortController();
  const response = await fetch(`${api.url}/v1/programmes/${world.programmeId}/postbacks/events`, {
    headers: manager.headers,
    signal: leaving.signal,
  });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  let seen = '';
  const reading = (async () => {
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>)
      seen += Buffer.from(chunk).toString();
  })().catch(() => undefined);
  await postback(api, other, order(api, other, { transaction_id: 'OTHER-1' }));
  await postback(api, world, order(api, world, { transaction_id: 'LIVE-1' }));
  const wrong = `whsec_${randomBytes(32).toString('base64')}`;
  // Of the flood before, this second's sample may be full.
  await until(
    async () => {
      const body = order(api, world, { transaction_id: 'LIVE-2' });
      await postback(api, world, body, { secret: wrong });
      return seen;
    },
    (text) => text.includes('LIVE-1') && text.includes('LIVE-2'),
  );
  expect(seen).toContain('event:postback');
  expect(seen).toContain('"verdict":"accepted"');
  expect(seen).toContain('"code":"signature_invalid"');
  expect(seen).not.toContain('OTHER-1');
  // A later one has come, so the feed has looked again since; the first was not told twice.
  await postback(api, world, order(api, world, { transaction_id: 'LIVE-3' }));
  await until(
    () => Promise.resolve(seen),
    (text) => text.includes('LIVE-3'),
  );
  expect(seen.split('LIVE-1').length).toBe(2);
  leaving.abort();
  await reading;
});

test('a test order: signed with the live secret, sent over HTTP, shown from both sides', async () => {
  const path = `/v1/programmes/${world.programmeId}/test-postbacks`;
  const plain = await manager.post(path, {});
  expect(plain).toMatchObject({
    status: 200,
    body: { verdict: 'unmatched', money: false, response: { status: 202 } },
  });
  const request = inside(plain.body, 'request');
  expect(JSON.parse(request['body'] as string)).toMatchObject({ sale_amount: '1000.00' });
  expect(JSON.parse(request['body'] as string)['transaction_id']).toMatch(/^test-/);
  // The reference implementation agrees with the signature.
  const headers = Object.fromEntries(
    (request['headers'] as { name: string; value: string }[]).map(({ name, value }) => [
      name,
      value,
    ]),
  );
  expect(() => new Webhook(world.secret).verify(request['body'] as string, headers)).not.toThrow();
  // The curl line is the same request: it is answered as the duplicate it is.
  const repeated = await promisify(execFile)('sh', ['-c', String(plain.body['curl'])]);
  expect(JSON.parse(repeated.stdout)).toMatchObject({ receipt_id: plain.body['receipt_id'] });
  const click_id = api.clickIds.mint(world.linkNumber, Date.now() - 60_000);
  const credited = await manager.post(path, { click_id, sale_amount: '500', status: 'bezahlt' });
  expect(credited.body).toMatchObject({ verdict: 'accepted', money: true });
  for (const [mistake, code] of [
    ['wrong_secret', 'signature_invalid'],
    ['changed_body', 'signature_invalid'],
    ['stale_timestamp', 'timestamp_stale'],
  ]) {
    const answer = await manager.post(path, { mistake });
    expect(answer.body).toMatchObject({ verdict: 'refused', response: { body: { code } } });
  }
  const unknown = await manager.post(path, { status: "o'clock" });
  expect(unknown.body).toMatchObject({
    response: { status: 422, body: { code: 'status_unknown' } },
  });
  const real = await manager.post(path, { transaction_id: 'A-1001' });
  expect(real.body['code']).toBe('body_invalid');
  expect(JSON.stringify(plain.body)).not.toContain('whsec_');
});

test('in live mode a test order never carries a click', async () => {
  const live = await startHarness({ mode: 'live' });
  const shop = await live.world();
  const desk = await deskOf(live, 'brand_owner', shop.brandId);
  const path = `/v1/programmes/${shop.programmeId}/test-postbacks`;
  const click_id = live.clickIds.mint(shop.linkNumber, Date.now() - 60_000);
  const refused = await desk.post(path, { click_id });
  expect(refused).toMatchObject({ status: 403, body: { code: 'test_click_forbidden' } });
  const plain = await desk.post(path, {});
  expect(plain.body).toMatchObject({ verdict: 'unmatched', money: false });
  const { rows } = await live.owner.query(`select state, influencer_id from conversions`);
  expect(rows).toEqual([{ state: 'UNMATCHED', influencer_id: null }]);
  await live.stop();
  expect(live.violations).toEqual([]);
}, 60_000);

const RUNNERS: Readonly<Record<string, [command: string, file: string]>> = {
  shell: ['sh', 'postback.sh'],
  node: ['node', 'postback.js'],
  php: ['php', 'postback.php'],
  python: ['python3', 'postback.py'],
};

/** A language that this machine lacks is installed where it can be: a snippet nobody ran is not checked. */
async function ensure(command: string): Promise<void> {
  if (findOnPath(command, process.env)) return;
  await installPackage(command === 'php' ? 'php-cli' : command, {
    env: process.env,
    logDir: tmpdir(),
    step: silentProgress.step(command),
    otherwise: `Install ${command}: the snippets for shops are run by this test.`,
  });
}

test('every snippet, run as it is given, signs right', async () => {
  const { body } = await manager.get(`/v1/programmes/${world.programmeId}/snippets`);
  const dir = mkdtempSync(join(tmpdir(), 'gamma-snippets-'));
  try {
    for (const { language, code } of items({ body }) as {
      language: string;
      code: string;
    }[]) {
      expect(code).toContain(`${api.url}/v1/postbacks/${world.programmeId}`);
      expect(code).not.toContain(world.secret);
      const [command, file] = RUNNERS[language]!;
      await ensure(command);
      writeFileSync(join(dir, file), code.replaceAll('A-1001', `SNIPPET-${language}`));
      const env = {
        ...process.env,
        GAMMA_POSTBACK_SECRET: world.secret,
        CLICK_ID: api.clickIds.mint(world.linkNumber, Date.now() - 60_000),
      };
      const { stdout } = await promisify(execFile)(command, [join(dir, file)], { env });
      expect([language, JSON.parse(stdout)]).toMatchObject([language, { verdict: 'accepted' }]);
    }
  } finally {
    rmSync(dir, { recursive: true });
  }
}, 300_000);

test('with Redis away postbacks are taken as before, and the log says what it does not know', async () => {
  api.redis.disconnect();
  const answer = await postback(api, world, order(api, world, { transaction_id: 'NO-REDIS' }));
  expect(answer).toMatchObject({ status: 200, body: { verdict: 'accepted' } });
  const wrong = `whsec_${randomBytes(32).toString('base64')}`;
  const refused = await postback(api, world, order(api, world), { secret: wrong });
  expect(refused.status).toBe(401);
  // People's sessions live in Redis too: a key asks.
  const key = await api.key('brand', world.brandId);
  const response = await fetch(`${api.url}/v1/programmes/${world.programmeId}/postbacks?limit=1`, {
    headers: { authorization: `Bearer ${key}` },
  });
  expect(await response.json()).toMatchObject({
    attempts_known: false,
    items: [{ transaction_id: 'NO-REDIS', verdict: 'accepted' }],
  });
  await api.redis.connect();
});
