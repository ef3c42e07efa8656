import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MAX_OFFSET_MS } from '../../sandbox/clock';
import en from '../../sandbox/locales/en.json';
import kk from '../../sandbox/locales/kk.json';
import ru from '../../sandbox/locales/ru.json';
import { bookRow, eventually, payout, startHarness, type Harness } from './sandboxHarness';

const ORIGIN = 'http://127.0.0.1:8081';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({ SANDBOX_RETURN_ORIGINS: ORIGIN });
});
afterAll(() => harness.close());
beforeEach(() => harness.control('/reset', {}));

type Dial = {
  partner: string;
  dial: string;
  value: string;
  remaining: number | null;
  title: Record<string, string>;
  partner_name: Record<string, string>;
  allowed: { value: string; description: Record<string, string> }[];
};
const dials = async (): Promise<Dial[]> =>
  ((await harness.read('/control/dials')) as { dials: Dial[] }).dials;
const dial = async (name: string): Promise<Dial> => {
  const found = (await dials()).find((one) => `${one.partner}/${one.dial}` === name);
  if (!found) throw new Error(`no dial ${name}`);
  return found;
};
const put = (path: string, body: unknown) => harness.control(path, body, 'PUT');

describe('the dials of all partners', () => {
  it('are listed with their values in three languages', async () => {
    const all = await dials();
    expect(all.map((one) => `${one.partner}/${one.dial}`)).toEqual([
      'wooppay/payout',
      'wildberries/feed',
      'sms/send',
      'mail/send',
    ]);
    for (const one of all) {
      expect(one).toMatchObject({ value: 'ok', remaining: null });
      const texts = [one.title, one.partner_name, ...one.allowed.map((value) => value.description)];
      for (const text of texts) {
        expect(Object.keys(text)).toEqual(['ru', 'kk', 'en']);
        expect(Object.values(text).every((words) => words.length > 1)).toBe(true);
      }
    }
  });

  it('every value of every dial can be set and read back', async () => {
    for (const { partner, dial: name, allowed } of await dials()) {
      for (const { value } of allowed) {
        const path = `${partner}/${name}`;
        expect(await put(`/dials/${path}`, { value })).toMatchObject({ value, remaining: null });
        expect((await dial(path)).value).toBe(value);
      }
    }
  });

  it('count down and end at ok', async () => {
    await put('/dials/sms/send', { value: 'reject', count: 2 });
    const send = (reference: string) =>
      harness.sms().send({ reference, phone: '+77011234567', text: 'Hello' });
    expect((await send('a')).ok).toBe(false);
    expect(await dial('sms/send')).toMatchObject({ value: 'reject', remaining: 1 });
    expect((await send('b')).ok).toBe(false);
    expect(await dial('sms/send')).toMatchObject({ value: 'ok', remaining: null });
    expect((await send('c')).ok).toBe(true);

    await put('/dials/wooppay/payout', { value: 'refuse', count: 1 });
    expect((await harness.wooppay.ensurePayout(payout())).kind).toBe('refused');
    expect(await dial('wooppay/payout')).toMatchObject({ value: 'ok' });

    await put('/dials/wildberries/feed', { value: 'http_500', count: 1 });
    const since = new Date(Date.now() - 60_000).toISOString();
    expect((await harness.wildberries().status('none', { since })).kind).toBe('unknown');
    expect(await dial('wildberries/feed')).toMatchObject({ value: 'ok', remaining: null });
  });

  it('are the same dials as the partners’ own routes turn', async () => {
    await harness.control('/wooppay/dial', { mode: 'slow', reference: 'pay_1' });
    expect((await dial('wooppay/payout')).value).toBe('ok');
    await harness.control('/wooppay/dial', { mode: 'slow', count: 3 });
    expect(await dial('wooppay/payout')).toMatchObject({ value: 'slow', remaining: 3 });
    await put('/dials/wooppay/payout', { value: 'ok' });
    expect(await harness.read('/control/wooppay/dial')).toEqual({ dials: [] });
  });

  it.each([
    ['/dials/wooppay/payout', { value: 'explode' }, /value must be one of/],
    ['/dials/wooppay/payout', {}, /value must be one of/],
    ['/dials/wooppay/payout', { value: 'slow', count: 0 }, /count/],
    ['/dials/wooppay/payout', { value: 'slow', count: 1.5 }, /count/],
    ['/dials/wooppay/payout', [], /object/],
    ['/dials/wooppay/other', { value: 'ok' }, /404/],
    ['/dials/constructor/payout', { value: 'ok' }, /404/],
    ['/dials/', { value: 'ok' }, /404/],
  ])('PUT %s %j is refused', async (path, body, reason) => {
    await expect(put(path, body)).rejects.toThrow(reason);
    expect((await dials()).map(({ value }) => value)).toEqual(['ok', 'ok', 'ok', 'ok']);
  });
});

describe('the partners’ clock', () => {
  const DAY_MS = 86_400_000;

  it('moves the stamps of every book, and is put back', async () => {
    expect(await put('/clock', { offset_ms: 3 * DAY_MS })).toMatchObject({ offset_ms: 3 * DAY_MS });
    await harness.sms().send({ reference: 'clock', phone: '+77011234567', text: 'Hello' });
    const { messages } = (await harness.read('/control/sms/outbox')) as {
      messages: { at: string }[];
    };
    const aheadMs = Date.parse(messages[0]?.at ?? '') - Date.now();
    expect(Math.abs(aheadMs - 3 * DAY_MS)).toBeLessThan(60_000);
    const order = (await harness.control('/wildberries/orders', {
      srid: 's',
      price: '1.00',
      status: 'created',
    })) as { updatedAt: number };
    expect(order.updatedAt - Date.now()).toBeGreaterThan(2 * DAY_MS);
    expect(await put('/clock', { offset_ms: 0 })).toMatchObject({ offset_ms: 0 });
    await harness.control('/reset', {});
    expect(await harness.read('/control/clock')).toMatchObject({
      offset_ms: 0,
      max_offset_ms: MAX_OFFSET_MS,
      min_offset_ms: -MAX_OFFSET_MS,
    });
  });

  it('settles what the provider has accepted', async () => {
    const request = payout();
    await harness.control('/wooppay/dial', {
      mode: 'ok',
      ms: DAY_MS,
      reference: request.reference,
    });
    expect((await harness.wooppay.ensurePayout(request)).kind).toBe('accepted');
    await put('/clock', { offset_ms: DAY_MS + 1000 });
    expect(await harness.wooppay.status(request.reference)).toMatchObject({ kind: 'paid' });
  });

  it('outlives a restart: a settled payout stays settled', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'gamma-clock-'));
    const durable = await startHarness({ SANDBOX_DIR: directory });
    try {
      const request = payout();
      await durable.control('/wooppay/dial', { mode: 'ok', ms: DAY_MS });
      await durable.control('/wooppay/dial', { mode: 'slow', ms: 1, count: 1 });
      await durable.wooppay.ensurePayout(request);
      await durable.control('/clock', { offset_ms: 2 * DAY_MS }, 'PUT');
      await durable.restart();
      const row = await eventually(
        () => bookRow(durable, request.reference).catch(() => undefined),
        (value) => value !== undefined,
      );
      expect(row?.state).toBe('paid');
      expect(await durable.read('/control/clock')).toMatchObject({ offset_ms: 2 * DAY_MS });
    } finally {
      await durable.close();
      rmSync(directory, { recursive: true });
    }
  });

  it.each([1.5, '1', null, MAX_OFFSET_MS + 1, -MAX_OFFSET_MS - 1, 1e300, undefined])(
    'refuses %p',
    async (offset) => {
      await expect(put('/clock', { offset_ms: offset })).rejects.toThrow(/offset_ms/);
      expect(await harness.read('/control/clock')).toMatchObject({ offset_ms: 0 });
    },
  );
});

describe('pages for people', () => {
  const FORM = `/wooppay/card-form?${new URLSearchParams({ return_url: `${ORIGIN}/`, state: 's' })}`;
  const PAGES = ['/', '/dials', '/sms/outbox', '/mail/outbox', FORM];

  it.each(PAGES)('%s asks nobody else for anything and runs only its own script', async (path) => {
    const response = await fetch(harness.url + path);
    const page = await response.text();
    expect(response.status).toBe(200);
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
    const nonce = /style-src 'nonce-([^']+)'/.exec(policy)?.[1] ?? 'none';
    const again = (await fetch(harness.url + path)).headers.get('content-security-policy');
    expect(again).not.toContain(nonce);
    for (const [tag] of page.matchAll(/<(?:style|script)[^>]*>/g)) expect(tag).toContain(nonce);
    expect(page).not.toMatch(/\s(?:src|style|on\w+)=/);
    expect([...page.matchAll(/\shref="([^"]*)"/g)].map(([, href]) => href)).not.toContainEqual(
      expect.stringMatching(/^(?:https?:)?\/\//),
    );
  });

  it.each(PAGES)('%s speaks the language asked for', async (path) => {
    const join = path.includes('?') ? '&' : '?';
    const bodies = await Promise.all(
      ['ru', 'kk', 'en'].map(async (language) => {
        const page = await (await fetch(`${harness.url}${path}${join}lang=${language}`)).text();
        expect(page).toContain(`<html lang="${language}">`);
        return page;
      }),
    );
    expect(new Set(bodies).size).toBe(3);
    const asked = await fetch(harness.url + path, { headers: { 'accept-language': 'kk-KZ,ru' } });
    expect(await asked.text()).toContain('<html lang="kk">');
  });

  it('the form may lead only to itself and to where it returns', async () => {
    const response = await fetch(harness.url + FORM);
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain(`form-action 'self' ${ORIGIN};`);
  });

  it('what a message or a query says is shown, never run', async () => {
    const text = '<script>alert(1)</script> "\'&<img src=x onerror=alert(1)> 482913';
    await harness.sms().send({ reference: 'xss', phone: '+77011234567', text });
    const page = await (await fetch(`${harness.url}/sms/outbox?lang=en`)).text();
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(page).toContain('<strong>482913</strong>');
    expect(page).toContain('+7 701 123 45 67');
    const evil = '"><script>alert(1)</script>';
    const hostile = new URLSearchParams({ lang: evil, phone: evil, x: evil });
    for (const path of ['/sms/outbox', '/', '/dials', '/wooppay/card-form']) {
      const answer = await (await fetch(`${harness.url}${path}?${hostile}`)).text();
      expect(answer).not.toContain('<script>alert');
    }
  });

  it('the outbox shows one phone when asked', async () => {
    await harness.sms().send({ reference: 'one', phone: '+77011234567', text: 'first' });
    await harness.sms().send({ reference: 'two', phone: '+77057654321', text: 'second' });
    const page = await (await fetch(`${harness.url}/sms/outbox?phone=%2B77057654321`)).text();
    expect(page).toContain('second');
    expect(page).not.toContain('first<');
  });

  it('the three languages have the same keys and places', () => {
    const places = (texts: Record<string, string>) =>
      Object.entries(texts)
        .map(([key, text]) => `${key} ${[...text.matchAll(/\{\w+\}/g)].join()}`)
        .sort();
    expect(places(ru)).toEqual(places(en));
    expect(places(kk)).toEqual(places(en));
  });
});
