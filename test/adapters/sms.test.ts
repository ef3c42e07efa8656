import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSms, smsConfig } from '../../adapters/sms';
import type { SmsMessage } from '../../adapters/ports';
import { sandboxConfig } from '../../sandbox/config';
import { KEPT_MESSAGES, SmsBook } from '../../sandbox/sms/book';
import { startHarness, type Harness } from './sandboxHarness';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.close());
beforeEach(() => harness.control('/reset', {}));

const turn = (mode: string, more: object = {}) =>
  harness.control('/sms/dial', { mode, count: 1, ...more });

let counter = 0;
const message = (more: Partial<SmsMessage> = {}): SmsMessage => {
  counter += 1;
  return {
    reference: `sms_test${counter}`,
    phone: '+77011234567',
    text: `Код входа: ${100_000 + counter}`,
    ...more,
  };
};

type Row = { id: number; phone: string; text: string; at: string; submits: number };
const outbox = async (query = '', from = harness): Promise<Row[]> =>
  ((await from.read(`/control/sms/outbox${query}`)) as { messages: Row[] }).messages;

describe('sending', () => {
  it('puts one message in the outbox, as it was written', async () => {
    const sent = message({ text: 'Сізге код: 482913 <b>&"қ" 🙂' });
    const result = await harness.sms().send(sent);
    const rows = await outbox();
    expect(rows).toMatchObject([{ phone: sent.phone, text: sent.text, submits: 1 }]);
    expect(result).toEqual({ ok: true, value: { providerId: String(rows[0]?.id) } });
  });

  it('log-in and password work as the key does', async () => {
    const login = { login: 'gamma', password: 'sandbox' };
    expect((await harness.sms({ credentials: login }).send(message())).ok).toBe(true);
    const wrong = { login: 'gamma', password: 'other' };
    expect(await harness.sms({ credentials: wrong }).send(message())).toMatchObject({
      ok: false,
      error: { code: 'sms_unavailable', delivery: 'not_sent', cause: 'gateway_error_2' },
    });
    expect(await outbox()).toHaveLength(1);
  });

  it('the same reference again, in turn and at once, sends nothing more', async () => {
    const same = message();
    const first = await harness.sms().send(same);
    const more = await Promise.all(Array.from({ length: 5 }, () => harness.sms().send(same)));
    expect(more).toEqual(Array.from({ length: 5 }, () => first));
    expect(await outbox()).toHaveLength(1);
    // Past the minute during which the gateway calls it a duplicate.
    await harness.control('/clock', { offset_ms: 120_000 }, 'PUT');
    expect(await harness.sms().send(same)).toEqual(first);
    expect(await outbox()).toHaveLength(1);
  });

  it('another text under a used reference is refused and changes nothing', async () => {
    const first = message();
    await harness.sms().send(first);
    const other = await harness.sms().send({ ...first, text: 'another' });
    expect(other).toMatchObject({ ok: false, error: { code: 'sms_rejected' } });
    expect(await outbox()).toMatchObject([{ text: first.text }]);
  });

  it.each([
    ['+7701', 'sms_phone_invalid', 'malformed_phone'],
    ['87011234567', 'sms_phone_invalid', 'malformed_phone'],
    ['77011234567', 'sms_phone_invalid', 'malformed_phone'],
    ['+77011234567,+77017654321', 'sms_phone_invalid', 'malformed_phone'],
    ['+77011234567\n', 'sms_phone_invalid', 'malformed_phone'],
    ['+7701123456٧', 'sms_phone_invalid', 'malformed_phone'],
  ])('%j is refused before anything is sent', async (phone, code, cause) => {
    const result = await harness.sms().send(message({ phone }));
    expect(result).toEqual({
      ok: false,
      error: { code, cause, delivery: 'not_sent', retryAfterMs: null },
    });
    expect(await outbox()).toEqual([]);
  });

  it.each([{ text: '' }, { text: ' \n' }, { text: 'я'.repeat(1001) }, { reference: 'a b' }])(
    'a message that cannot be one is refused: %#',
    async (more) => {
      expect(await harness.sms().send(message(more))).toMatchObject({
        ok: false,
        error: { code: 'sms_rejected', cause: 'malformed_message', delivery: 'not_sent' },
      });
    },
  );
});

describe('each dial: what the caller learns, and what was sent', () => {
  const ok = { ok: true };
  const failed = (code: string, delivery: string, cause: string) => ({
    ok: false,
    error: { code, delivery, cause },
  });
  it.each([
    ['timeout_after_accept', ok, 1],
    ['reset_after_accept', ok, 1],
    ['garbled_after_accept', ok, 1],
    ['http_500_after_accept', ok, 1],
    // Asked by status and not held: sent once more.
    ['timeout_before_accept', ok, 1],
    ['http_500', ok, 1],
    ['reject', failed('sms_rejected', 'not_sent', 'gateway_error_6'), 0],
    ['undeliverable', failed('sms_rejected', 'not_sent', 'gateway_error_8'), 0],
    ['invalid_phone', failed('sms_phone_invalid', 'not_sent', 'gateway_error_7'), 0],
    ['no_money', failed('sms_unavailable', 'not_sent', 'gateway_error_3'), 0],
    ['unauthorized', failed('sms_unavailable', 'not_sent', 'gateway_error_2'), 0],
    ['duplicate', failed('sms_rate_limited', 'not_sent', 'gateway_error_9'), 0],
    ['rate_limit', failed('sms_rate_limited', 'not_sent', 'submit:http_429'), 0],
  ])('%s', async (mode, expected, messages) => {
    await turn(mode);
    expect(await harness.sms().send(message())).toMatchObject(expected);
    expect(await outbox()).toHaveLength(messages);
  });

  it('slow is waited for within the time of a call', async () => {
    await turn('slow', { ms: 100 });
    expect((await harness.sms().send(message())).ok).toBe(true);
    await turn('slow', { ms: 60_000 });
    expect((await harness.sms().send(message())).ok).toBe(true);
    expect(await outbox()).toHaveLength(2);
  });

  it('tells how long to wait', async () => {
    await turn('rate_limit');
    expect(await harness.sms().send(message())).toMatchObject({ error: { retryAfterMs: 30_000 } });
    await turn('duplicate');
    expect(await harness.sms().send(message())).toMatchObject({ error: { retryAfterMs: 60_000 } });
  });

  it('a gateway that always fails ends within the time of the operation', async () => {
    await harness.control('/sms/dial', { mode: 'timeout_before_accept' });
    const startedAt = performance.now();
    const result = await harness.sms({ operationMs: 700 }).send(message());
    expect(performance.now() - startedAt).toBeLessThan(1500);
    expect(result).toMatchObject({
      ok: false,
      error: { code: 'sms_unavailable', delivery: 'unknown', cause: 'submit:timeout' },
    });
  });
});

describe('a gateway of another kind', () => {
  let server: Server;
  let url: string;
  let answerWith: (path: string) => { status: number; body: string };
  let seen: { path: string; body: string }[];
  beforeEach(async () => {
    seen = [];
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const path = request.url ?? '';
        seen.push({ path, body: Buffer.concat(chunks).toString() });
        const { status, body } = answerWith(path);
        response.writeHead(status, { location: 'http://127.0.0.1:1/', 'retry-after': '7' });
        response.end(body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });
  const sms = () =>
    createSms({
      baseUrl: url,
      credentials: { apiKey: 'k' },
      sender: 'Gamma',
      timeoutMs: 300,
      operationMs: 1500,
    });

  it.each([
    [200, '{"id":5,"cnt":0}', 'submit:garbled_body', 'unknown'],
    [200, '{"id":"x","cnt":1}', 'submit:garbled_body', 'unknown'],
    [200, '[]', 'submit:garbled_body', 'unknown'],
    [200, '{"error":"new","error_code":77}', 'gateway_error_77', 'unknown'],
    [401, '{}', 'submit:http_401', 'not_sent'],
    [302, '', 'submit:redirect', 'unknown'],
    [503, '{}', 'submit:http_503', 'unknown'],
    [200, 'x'.repeat(70_000), 'submit:too_large', 'unknown'],
  ])('%i %s is %s', async (status, body, cause, delivery) => {
    // The status call fails the same way: nobody knows.
    answerWith = () => ({ status, body });
    const result = await sms().send(message());
    expect(result).toMatchObject({
      ok: false,
      error: { code: 'sms_unavailable', cause, delivery },
    });
    expect(seen.filter(({ path }) => path === '/rest/send/')).toHaveLength(1);
  });

  it('resends at most twice what the gateway says it does not hold', async () => {
    answerWith = (path) =>
      path === '/rest/send/' ? { status: 500, body: '' } : { status: 200, body: '{"status":-3}' };
    expect(await sms().send(message())).toMatchObject({ ok: false });
    const sends = seen.filter(({ path }) => path === '/rest/send/');
    expect(sends).toHaveLength(3);
    expect(new Set(sends.map(({ body }) => body)).size).toBe(1);
  });

  it.each([
    // The duplicate may be our own earlier copy, and the status does not say.
    [['{"error":"d","error_code":9}'], 'sms_rate_limited'],
    // The first call may still be on its way when the second is refused.
    [['', '{"error":"m","error_code":3}'], 'sms_unavailable'],
  ])('never says not sent when nobody knows: %j', async (bodies, code) => {
    const sends = [...bodies];
    const status = bodies.length === 1 ? 'garbled' : '{"status":-3}';
    answerWith = (path) => {
      const body = path === '/rest/send/' ? (sends.shift() ?? '') : status;
      return { status: body === '' ? 500 : 200, body };
    };
    expect(await sms().send(message())).toMatchObject({
      ok: false,
      error: { code, delivery: 'unknown' },
    });
  });

  it('canary: phone, text and key are in no URL and no outcome', async () => {
    const canary = { phone: '+77770001122', text: 'canary 918273' };
    const outcomes: unknown[] = [];
    for (const [status, body] of [
      [200, '{"error":"+77770001122 canary 918273","error_code":6}'],
      [500, '+77770001122 canary 918273'],
      [200, '{"id":"+77770001122","cnt":1}'],
    ] as const) {
      answerWith = () => ({ status, body });
      outcomes.push(await sms().send(message(canary)));
    }
    // A port nobody listens at, and to which no pooled connection leads.
    const gone = createServer().listen(0, '127.0.0.1');
    await once(gone, 'listening');
    const { port } = gone.address() as AddressInfo;
    await new Promise((resolve) => gone.close(resolve));
    const unreachable = createSms({
      baseUrl: `http://127.0.0.1:${port}`,
      credentials: { apiKey: 'canary-key' },
      sender: null,
      timeoutMs: 200,
      operationMs: 600,
    });
    outcomes.push(await unreachable.send(message(canary)));
    expect(outcomes[3]).toMatchObject({
      error: { code: 'sms_unavailable', delivery: 'not_sent', cause: 'submit:not_connected' },
    });
    outcomes.push(await unreachable.send(message({ phone: '+7777 000 11 22' })));
    const told = JSON.stringify(outcomes) + seen.map(({ path }) => path).join();
    expect(told).not.toMatch(/7777|918273|canary/);
    expect(seen[0]?.body).toContain('canary 918273');
  });
});

describe('settings', () => {
  const env = { SMS_URL: 'https://gateway.example', SMS_API_KEY: 'key' };
  it('the key wins over log-in and password, which must come together', () => {
    expect(smsConfig({ ...env, SMS_LOGIN: 'a' }).credentials).toEqual({ apiKey: 'key' });
    const pair = { SMS_URL: env.SMS_URL, SMS_LOGIN: 'a', SMS_PASSWORD: 'b' };
    expect(smsConfig(pair).credentials).toEqual({ login: 'a', password: 'b' });
    expect(() => smsConfig({ SMS_URL: env.SMS_URL, SMS_LOGIN: 'a' })).toThrow(/SMS_PASSWORD/);
    expect(smsConfig(env)).toMatchObject({ timeoutMs: 4000, operationMs: 10_000, sender: null });
  });
  it('refuses an unsafe address and a sender name no operator takes', () => {
    expect(() => smsConfig({ ...env, SMS_URL: 'http://gateway.example' })).toThrow(/https/);
    expect(() => smsConfig({ ...env, SMS_SENDER: 'Гамма' })).toThrow(/SMS_SENDER/);
    expect(() => smsConfig({ ...env, SMS_SENDER: 'TwelveLetters' })).toThrow(/SMS_SENDER/);
  });
});

describe('the outbox', () => {
  it('is newest first and can be asked for one phone, however it is spelled', async () => {
    await harness.sms().send(message({ text: 'one' }));
    await harness.sms().send(message({ text: 'two', phone: '+77057654321' }));
    await harness.sms().send(message({ text: 'three' }));
    expect((await outbox()).map(({ text }) => text)).toEqual(['three', 'two', 'one']);
    for (const spelling of ['+77011234567', '%2B77011234567', '7%20701%20123-45-67']) {
      const texts = (await outbox(`?phone=${spelling}`)).map(({ text }) => text);
      expect(texts).toEqual(['three', 'one']);
    }
    expect(await outbox('?phone=%2B7701')).toEqual([]);
    expect(await outbox('?limit=1')).toHaveLength(1);
    await expect(outbox('?limit=0')).rejects.toThrow(/limit/);
  });

  it('outlives a restart, and never holds more than its bound', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'gamma-sms-'));
    const durable = await startHarness({ SANDBOX_DIR: directory });
    try {
      await durable.sms().send(message({ text: 'kept' }));
      await durable.restart();
      expect(await outbox('', durable)).toMatchObject([{ text: 'kept' }]);
    } finally {
      await durable.close();
      rmSync(directory, { recursive: true });
    }
    const book = new SmsBook(null, () => 1_800_000_000_000);
    for (let id = 1; id <= 3 * KEPT_MESSAGES; id += 1) {
      book.noteSubmit('+77011234567', id);
      book.accept({ id, phone: '+77011234567', text: String(id), sender: null });
    }
    expect(book.list()).toHaveLength(KEPT_MESSAGES);
    expect(book.list()[0]?.id).toBe(3 * KEPT_MESSAGES);
    expect(book.find('+77011234567', 2 * KEPT_MESSAGES)).toBeUndefined();
  });

  it('cuts its file back and reads it again', () => {
    const directory = mkdtempSync(join(tmpdir(), 'gamma-sms-'));
    const path = join(directory, 'sms.jsonl');
    try {
      const book = new SmsBook(path, Date.now);
      const phone = '+77011234567';
      for (let id = 1; id <= 2 * KEPT_MESSAGES + 5; id += 1) {
        book.accept({ id, phone, text: 'x', sender: null });
      }
      book.close();
      const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
      expect(lines).toHaveLength(KEPT_MESSAGES + 5);
      const again = new SmsBook(path, Date.now);
      expect(again.list()).toHaveLength(KEPT_MESSAGES);
      expect(again.find(phone, 2 * KEPT_MESSAGES + 5)).toBeDefined();
      again.close();
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it('settings of the stand name its credentials', () => {
    expect(sandboxConfig({}).sms).toEqual({
      login: 'gamma',
      password: 'sandbox',
      apiKey: 'sandbox-sms-key',
    });
  });
});
