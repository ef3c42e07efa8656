import { createHmac, randomBytes } from 'node:crypto';

import { Webhook } from 'standardwebhooks';

import { order, postback, startHarness, type Harness, type World } from './harness';
import { sendRaw, type RawRequest as Raw } from './rawRequest';

let api: Harness;
let world: World;
let other: World;

beforeAll(async () => {
  api = await startHarness();
  world = await api.world();
  other = await api.world();
});
afterAll(async () => {
  await api.stop();
  expect(api.violations).toEqual([]);
});

const send = (raw: Raw): ReturnType<typeof sendRaw> => sendRaw(api.url, raw);
const now = (): number => Math.floor(Date.now() / 1000);

/** A genuine request, to be damaged. */
function genuine(body: string | Buffer = JSON.stringify(order(api, world)), at = now()): Raw {
  const bytes = Buffer.from(body);
  const id = `msg_${randomBytes(8).toString('hex')}`;
  const signature = createHmac('sha256', Buffer.from(world.secret.slice(6), 'base64'))
    .update(`${id}.${at}.`)
    .update(bytes)
    .digest('base64');
  return {
    method: 'POST',
    path: `/v1/postbacks/${world.programmeId}`,
    headers: [
      ['Content-Type', 'application/json'],
      ['webhook-id', id],
      ['webhook-timestamp', String(at)],
      ['webhook-signature', `v1,${signature}`],
    ],
    body: bytes,
  };
}

const header = (raw: Raw, name: string): string =>
  raw.headers.find(([key]) => key.toLowerCase() === name)?.[1] ?? '';
const withHeader = (raw: Raw, name: string, value: string): Raw => ({
  ...raw,
  headers: raw.headers.map(([key, old]) => [key, key.toLowerCase() === name ? value : old]),
});
const without = (raw: Raw, name: string): Raw => ({
  ...raw,
  headers: raw.headers.filter(([key]) => key.toLowerCase() !== name),
});
const signed = (fields: Record<string, unknown>): Raw =>
  genuine(JSON.stringify({ ...order(api, world), ...fields }));
const text = (change: (json: string) => string): Raw =>
  genuine(change(JSON.stringify(order(api, world))));

const forgeries: [string, number, string, () => Raw][] = [
  [
    'another programme’s path',
    401,
    'signature_invalid',
    () => ({ ...genuine(), path: `/v1/postbacks/${other.programmeId}` }),
  ],
  [
    'an unknown programme',
    404,
    'programme_not_found',
    () => ({ ...genuine(), path: '/v1/postbacks/prg_0000000000000000' }),
  ],
  [
    'a path that is not text',
    400,
    'path_malformed',
    () => ({ ...genuine(), path: '/v1/postbacks/%E0%A4%A' }),
  ],
  ['a longer path', 404, 'not_found', () => ({ ...genuine(), path: `${genuine().path}/x` })],
  ['GET', 405, 'method_not_allowed', () => ({ ...genuine(), method: 'GET' })],
  ['PUT', 405, 'method_not_allowed', () => ({ ...genuine(), method: 'PUT' })],
  ['301 seconds old', 401, 'timestamp_stale', () => genuine(undefined, now() - 302)],
  ['301 seconds ahead', 401, 'timestamp_stale', () => genuine(undefined, now() + 302)],
  [
    'a moved timestamp',
    401,
    'signature_invalid',
    () => withHeader(genuine(), 'webhook-timestamp', String(now() - 30)),
  ],
  [
    'a timestamp in ms',
    401,
    'timestamp_stale',
    () => withHeader(genuine(), 'webhook-timestamp', String(Date.now()).slice(0, 12)),
  ],
  [
    'a signed timestamp',
    400,
    'header_malformed',
    () => withHeader(genuine(), 'webhook-timestamp', `+${now()}`),
  ],
  [
    'a fractional timestamp',
    400,
    'header_malformed',
    () => withHeader(genuine(), 'webhook-timestamp', `${now()}.5`),
  ],
  [
    'another webhook id',
    401,
    'signature_invalid',
    () => withHeader(genuine(), 'webhook-id', 'msg_other'),
  ],
  [
    'a webhook id with a space',
    400,
    'header_malformed',
    () => withHeader(genuine(), 'webhook-id', 'a b'),
  ],
  [
    'a webhook id of 256',
    400,
    'header_malformed',
    () => withHeader(genuine(), 'webhook-id', 'a'.repeat(256)),
  ],
  [
    'one byte changed',
    401,
    'signature_invalid',
    () => {
      const raw = genuine();
      raw.body[raw.body.length - 3]! ^= 1;
      return raw;
    },
  ],
  [
    'a byte added',
    401,
    'signature_invalid',
    () => {
      const raw = genuine();
      return { ...raw, body: Buffer.concat([raw.body, Buffer.from(' ')]) };
    },
  ],
  [
    'the body re-encoded',
    401,
    'signature_invalid',
    () => {
      const raw = genuine();
      return {
        ...raw,
        body: Buffer.from(JSON.stringify(JSON.parse(raw.body.toString()), null, 1)),
      };
    },
  ],
  [
    'an empty signature',
    400,
    'header_missing',
    () => withHeader(genuine(), 'webhook-signature', ''),
  ],
  ['no signature', 400, 'header_missing', () => without(genuine(), 'webhook-signature')],
  ['no webhook id', 400, 'header_missing', () => without(genuine(), 'webhook-id')],
  ['no timestamp', 400, 'header_missing', () => without(genuine(), 'webhook-timestamp')],
  [
    'version v1a',
    401,
    'signature_invalid',
    () => {
      const raw = genuine();
      return withHeader(
        raw,
        'webhook-signature',
        header(raw, 'webhook-signature').replace('v1,', 'v1a,'),
      );
    },
  ],
  [
    'no version',
    401,
    'signature_invalid',
    () => {
      const raw = genuine();
      return withHeader(raw, 'webhook-signature', header(raw, 'webhook-signature').slice(3));
    },
  ],
  [
    'base64 cut short',
    401,
    'signature_invalid',
    () => {
      const raw = genuine();
      return withHeader(raw, 'webhook-signature', header(raw, 'webhook-signature').slice(0, -4));
    },
  ],
  [
    'an empty version 1',
    401,
    'signature_invalid',
    () => withHeader(genuine(), 'webhook-signature', 'v1,'),
  ],
  [
    'signatures joined by a comma',
    401,
    'signature_invalid',
    () => {
      const raw = genuine();
      return withHeader(raw, 'webhook-signature', `v1,AAAA,${header(raw, 'webhook-signature')}`);
    },
  ],
  [
    'the other shop’s secret',
    401,
    'signature_invalid',
    () => {
      const raw = genuine();
      const id = header(raw, 'webhook-id');
      return withHeader(
        raw,
        'webhook-signature',
        new Webhook(other.secret).sign(id, new Date(now() * 1000), raw.body.toString()),
      );
    },
  ],
  [
    'a doubled webhook id',
    400,
    'header_doubled',
    () => {
      const raw = genuine();
      return { ...raw, headers: [...raw.headers, ['Webhook-Id', 'x']] };
    },
  ],
  [
    'a doubled timestamp',
    400,
    'header_doubled',
    () => {
      const raw = genuine();
      return { ...raw, headers: [...raw.headers, ['webhook-timestamp', String(now())]] };
    },
  ],
  [
    'a doubled signature',
    400,
    'header_doubled',
    () => {
      const raw = genuine();
      return {
        ...raw,
        headers: [...raw.headers, ['WEBHOOK-SIGNATURE', header(raw, 'webhook-signature')]],
      };
    },
  ],
  [
    'a doubled query parameter',
    400,
    'parameter_doubled',
    () => ({ ...genuine(), path: `${genuine().path}?a=1&a=2` }),
  ],
  [
    'any query parameter',
    400,
    'parameter_unknown',
    () => ({ ...genuine(), path: `${genuine().path}?token=1` }),
  ],
  [
    'a doubled JSON key',
    400,
    'json_duplicate_key',
    () => text((json) => json.replace('{', '{"sale_amount":"1.00",')),
  ],
  [
    'a doubled key by escape',
    400,
    'json_duplicate_key',
    () => text((json) => json.replace('{', '{"\\u0073ale_amount":"1.00",')),
  ],
  ['__proto__', 400, 'json_invalid', () => text((json) => json.replace('{', '{"__proto__":{},'))],
  ['invalid JSON', 400, 'json_invalid', () => genuine('{"transaction_id":')],
  ['trailing garbage', 400, 'json_invalid', () => text((json) => `${json}{}`)],
  ['NaN', 400, 'json_invalid', () => text((json) => json.replace('"1000.00"', 'NaN'))],
  ['an escaped NUL', 400, 'json_invalid', () => signed({ transaction_id: 'a\0b' })],
  [
    'half a surrogate pair',
    400,
    'json_invalid',
    () => text((json) => json.replace('"T-', '"\\ud800T-')),
  ],
  ['deep nesting', 400, 'json_too_deep', () => genuine('['.repeat(10_000))],
  [
    'invalid UTF-8',
    400,
    'json_invalid',
    () => genuine(Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x7d])),
  ],
  ['an empty body', 400, 'json_invalid', () => genuine('')],
  ['an array', 422, 'body_invalid', () => genuine('[]')],
  ['no transaction id', 422, 'body_invalid', () => signed({ transaction_id: undefined })],
  ['an empty transaction id', 422, 'body_invalid', () => signed({ transaction_id: '' })],
  ['no status', 422, 'body_invalid', () => signed({ status: undefined })],
  ['an unknown status', 422, 'status_unknown', () => signed({ status: 'toString' })],
  ['an amount with an exponent as text', 422, 'body_invalid', () => signed({ sale_amount: '1e3' })],
  ['1,234', 422, 'sale_amount_ambiguous', () => signed({ sale_amount: '1,234' })],
  ['a negative amount', 422, 'body_invalid', () => text((json) => json.replace('"1000.00"', '-1'))],
  ['three decimals', 422, 'body_invalid', () => signed({ sale_amount: '0.001' })],
  ['an amount too large', 422, 'body_invalid', () => signed({ sale_amount: '9'.repeat(14) })],
  ['no amount', 422, 'sale_amount_missing', () => signed({ sale_amount: undefined })],
  ['nothing sold', 422, 'sale_amount_zero', () => signed({ sale_amount: '0.00' })],
  ['dollars', 422, 'currency_not_supported', () => signed({ currency: 'USD' })],
  [
    'two genuine click ids',
    400,
    'click_ids_differ',
    () => signed({ sub1: api.clickIds.mint(world.linkNumber, Date.now() - 5_000) }),
  ],
  [
    'tomorrow',
    422,
    'occurred_at_in_future',
    () => signed({ occurred_at: new Date(Date.now() + 86_400_000) }),
  ],
  ['a day without a time', 422, 'body_invalid', () => signed({ occurred_at: '2026-01-01' })],
  ['event version 0', 422, 'body_invalid', () => signed({ event_version: 0 })],
  [
    'a form',
    415,
    'content_type_unsupported',
    () => withHeader(genuine(), 'content-type', 'application/x-www-form-urlencoded'),
  ],
  [
    'compressed',
    415,
    'content_type_unsupported',
    () => {
      const raw = genuine();
      return { ...raw, headers: [...raw.headers, ['Content-Encoding', 'gzip']] };
    },
  ],
  [
    '65,537 bytes',
    413,
    'body_too_large',
    () => genuine(JSON.stringify(order(api, world)).padEnd(65_537)),
  ],
  [
    '65 kB in chunks without a length',
    413,
    'body_too_large',
    () => ({ ...genuine(JSON.stringify(order(api, world)).padEnd(66_560)), chunked: true }),
  ],
  ['900 kB', 413, 'body_too_large', () => genuine(Buffer.alloc(900_000, 32))],
];

test.each(forgeries)('%s → %i %s', async (_, status, code, make) => {
  const before = await api.counts();
  expect(await send(make())).toEqual({ status, code });
  expect(await api.counts()).toEqual(before);
});

test('what only looks unusual is taken: chunks, 65,536 bytes, other signatures beside the right one', async () => {
  const raw = genuine(JSON.stringify(order(api, world)).padEnd(65_536));
  expect(await send(raw)).toMatchObject({ status: 200 });
  expect(await send({ ...genuine(), chunked: true })).toMatchObject({ status: 200 });
  const several = genuine();
  const right = header(several, 'webhook-signature');
  const list = `v1a,xyz v1,${Buffer.alloc(32).toString('base64')} ${right}`;
  expect(await send(withHeader(several, 'webhook-signature', list))).toMatchObject({ status: 200 });
  const charset = withHeader(genuine(), 'content-type', 'application/json; charset=UTF-8');
  expect(await send(charset)).toMatchObject({ status: 200 });
});

test('a genuine postback sent again later, or to another programme, changes nothing', async () => {
  const [body, webhookId] = [order(api, world), 'msg_replayed'];
  const first = await postback(api, world, body, { webhookId });
  const before = await api.counts();
  const again = await postback(api, world, body, { webhookId, at: new Date(Date.now() - 200_000) });
  expect(again.body).toMatchObject({ ...first.body, verdict: 'duplicate' });
  expect(await postback(api, other, body, { webhookId, secret: world.secret })).toMatchObject({
    status: 401,
  });
  expect(await api.counts()).toEqual(before);
});
