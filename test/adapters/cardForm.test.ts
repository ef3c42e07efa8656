import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sandboxConfig } from '../../sandbox/config';
import { bookRow, payout, startHarness, wooppayAt, type Harness } from './sandboxHarness';

const ORIGIN = 'http://127.0.0.1:8081';
const BACK = `${ORIGIN}/app/profile/card?from=form`;

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({ SANDBOX_RETURN_ORIGINS: `${ORIGIN}, https://app.example` });
});
afterAll(() => harness.close());
beforeEach(() => harness.control('/reset', {}));

const address = (more: Record<string, string> = {}): string =>
  `${harness.url}/wooppay/card-form?${new URLSearchParams({
    return_url: BACK,
    state: 'st_1',
    ...more,
  }).toString()}`;

const GOOD = { number: '4242 4242 4242 4242', expiry: '12/99', cvc: '123' };
const submit = (fields: Record<string, string> = {}, more: Record<string, string> = {}) =>
  fetch(address(more), {
    method: 'POST',
    body: new URLSearchParams({ action: 'save', ...GOOD, ...fields }),
    redirect: 'manual',
  });
const returned = (response: Response): URL => {
  expect(response.status).toBe(303);
  return new URL(response.headers.get('location') ?? '');
};
const takeCard = async (number = GOOD.number): Promise<string> =>
  returned(await submit({ number })).searchParams.get('token') ?? '';

describe('the card form', () => {
  it('brings back a token and never the number', async () => {
    const url = returned(await submit());
    expect(url.origin + url.pathname).toBe(`${ORIGIN}/app/profile/card`);
    const { token = '', ...rest } = Object.fromEntries(url.searchParams);
    expect(rest).toEqual({ from: 'form', state: 'st_1', last4: '4242', brand: 'visa' });
    expect(token).toMatch(/^tok_card_[0-9a-f]{32}$/);
    expect(url.href).not.toContain('42424242');
    expect(await takeCard()).not.toBe(token);
  });

  it('overwrites what the address to return to already carried', async () => {
    const url = returned(
      await submit({}, { return_url: `${ORIGIN}/?token=forged&last4=0000&state=other&state=two` }),
    );
    expect(url.searchParams.getAll('state')).toEqual(['st_1']);
    expect(url.searchParams.getAll('last4')).toEqual(['4242']);
    expect(url.searchParams.getAll('token')).toHaveLength(1);
  });

  it('cancel goes back without a card', async () => {
    const url = returned(await submit({ action: 'cancel', number: '' }));
    expect(Object.fromEntries(url.searchParams)).toEqual({
      from: 'form',
      state: 'st_1',
      cancelled: '1',
    });
  });

  it.each<[Record<string, string>, string]>([
    [{ number: '4242 4242 4242 4241' }, 'number'],
    [{ number: '0000000000000000' }, 'number'],
    [{ number: '' }, 'number'],
    [{ number: '4242424242424242'.repeat(2) }, 'number'],
    [{ expiry: '13/99' }, 'expiry'],
    [{ expiry: '01/20' }, 'expiry'],
    [{ cvc: '12' }, 'cvc'],
    [{ number: '378282246310005', cvc: '123' }, 'cvc'],
    [{ number: '4000000000009995' }, 'number'],
    // A network we do not know.
    [{ number: '9999999999999995' }, 'number'],
  ])('%j is sent back to the form', async (fields, at) => {
    const response = await submit(fields);
    const page = await response.text();
    expect(response.status).toBe(422);
    expect(page).toContain(`href="#${at}"`);
    // What was typed is in no answer.
    for (const typed of [GOOD.number, fields['number'] ?? ''].filter((text) => text.length > 8)) {
      const body = page.slice(0, page.indexOf('<details>'));
      expect(body.replace(/\s/g, '')).not.toContain(typed.replace(/\s/g, ''));
    }
  });

  it('takes American Express, UnionPay and Mastercard', async () => {
    const amex = returned(await submit({ number: '378282246310005', cvc: '1234' }));
    expect(amex.searchParams.get('brand')).toBe('amex');
    const union = returned(await submit({ number: '6200000000000005' }));
    expect(union.searchParams.get('brand')).toBe('unionpay');
    const mastercard = returned(await submit({ number: '5555-5555-5555-4444' }));
    expect(mastercard.searchParams.get('brand')).toBe('mastercard');
  });

  it.each<Record<string, string>>([
    { return_url: 'https://evil.example/' },
    { return_url: `${ORIGIN}.evil.example/` },
    { return_url: 'http://user:pass@127.0.0.1:8081/' },
    { return_url: 'http://127.0.0.1:8082/' },
    { return_url: 'https://127.0.0.1:8081/' },
    { return_url: 'javascript:alert(1)' },
    { return_url: '//evil.example' },
    { return_url: '/app' },
    { return_url: '' },
    { state: '' },
    { state: 'a b' },
    { state: 'x'.repeat(513) },
    { state: 'a\r\nset-cookie: b' },
  ])('%j is refused, shown or submitted', async (more) => {
    for (const response of [await fetch(address(more)), await submit({}, more)]) {
      expect(response.status).toBe(400);
      expect(response.headers.get('location')).toBeNull();
      expect(await response.text()).not.toContain('<form');
    }
  });

  it('an empty list refuses every address; a bad list does not start', async () => {
    const closed = await startHarness();
    try {
      const url = address().replace(harness.url, closed.url);
      expect((await fetch(url)).status).toBe(400);
    } finally {
      await closed.close();
    }
    for (const bad of ['app.example', 'https://app.example/path', 'ftp://app.example', '*']) {
      expect(() => sandboxConfig({ SANDBOX_RETURN_ORIGINS: bad })).toThrow(/RETURN_ORIGINS/);
    }
  });
});

describe('describeToken: what the provider itself knows of a token', () => {
  it('a card of the form, with the state it was opened with', async () => {
    const token = await takeCard();
    expect(await harness.wooppay.describeToken(token)).toEqual({
      kind: 'card',
      last4: '4242',
      brand: 'visa',
      state: 'active',
      formState: 'st_1',
    });
  });

  it.each([
    'tok_card_0123456789abcdef0123456789abcdef',
    'tok_card_1',
    'nonsense',
    '',
    'tok with space',
    '4242424242424242',
    'х'.repeat(10),
  ])('%j was never issued', async (token) => {
    expect(await harness.wooppay.describeToken(token)).toEqual({ kind: 'not_found' });
  });

  it('a blocked card is told as such', async () => {
    const token = await takeCard('4000 0000 0000 9979');
    expect(await harness.wooppay.describeToken(token)).toMatchObject({ state: 'blocked' });
  });

  it('the account of the API may ask about cards and nothing else', async () => {
    const token = await takeCard();
    const cards = wooppayAt(harness.url, 'sandbox-cards', 400, 'gamma-cards');
    expect(await cards.describeToken(token)).toMatchObject({ kind: 'card', last4: '4242' });
    const wanted = payout({ instrument: { token, last4: '4242' } });
    expect(await cards.ensurePayout(wanted)).toMatchObject({ kind: 'unknown' });
    expect(await cards.balance()).toMatchObject({ kind: 'unknown' });
    expect(await harness.wooppay.status(wanted.reference)).toEqual({ kind: 'not_found' });
  });

  it('no answer is unknown, never not found', async () => {
    const token = await takeCard();
    expect(await wooppayAt(harness.url, 'wrong').describeToken(token)).toEqual({
      kind: 'unknown',
      cause: 'login:auth',
    });
    expect(await wooppayAt('http://127.0.0.1:1').describeToken(token)).toMatchObject({
      kind: 'unknown',
    });
  });

  it('tests may register a token without the form', async () => {
    const made = (await harness.control('/wooppay/tokens', {
      last4: '0007',
      brand: 'mastercard',
      state: 'expired',
      formState: 'st_9',
    })) as { card_token: string };
    expect(await harness.wooppay.describeToken(made.card_token)).toEqual({
      kind: 'card',
      last4: '0007',
      brand: 'mastercard',
      state: 'expired',
      formState: 'st_9',
    });
    const named = { token: 'tok_card_aa', last4: '0008' };
    await harness.control('/wooppay/tokens', named);
    expect(await harness.wooppay.describeToken('tok_card_aa')).toMatchObject({ last4: '0008' });
    await expect(harness.control('/wooppay/tokens', { last4: '12' })).rejects.toThrow(/last4/);
    await expect(harness.control('/wooppay/tokens', { state: 'new' })).rejects.toThrow(/state/);
  });
});

describe('payouts to a card of the form', () => {
  const payTo = async (number: string) => {
    const token = await takeCard(number);
    const request = payout({ instrument: { token, last4: number.slice(-4) } });
    const first = await harness.wooppay.ensurePayout(request);
    return { first, row: await bookRow(harness, request.reference) };
  };

  it.each([
    ['4242424242424242', { kind: 'paid' }, 'paid'],
    ['5555555555554444', { kind: 'paid' }, 'paid'],
    ['4000000000000002', { kind: 'refused' }, 'refused'],
    ['4000000000000341', { kind: 'refused' }, 'failed'],
    ['4000000000009979', { kind: 'refused' }, 'refused'],
  ])('%s', async (number, outcome, state) => {
    const { first, row } = await payTo(number);
    expect(first).toMatchObject(outcome);
    expect(row?.state).toBe(state);
  });

  it('a dial goes before the card’s own ways', async () => {
    await harness.control('/wooppay/dial', { mode: 'wrong_amount', count: 1 });
    expect((await payTo('4000000000000002')).first).toMatchObject({ kind: 'paid' });
  });

  it.each(['tok_card_0123456789abcdef0123456789abcdef', 'tok_unheard_of', 'card-1'])(
    'an unknown token %s is refused and books nothing',
    async (token) => {
      const request = payout({ instrument: { token, last4: '1111' } });
      expect(await harness.wooppay.ensurePayout(request)).toMatchObject({
        kind: 'refused',
        code: 'card_unknown',
      });
      expect(await bookRow(harness, request.reference)).toBeUndefined();
    },
  );

  it('tokens outlive a restart, and no file holds a card number', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'gamma-cards-'));
    const durable = await startHarness({
      SANDBOX_DIR: directory,
      SANDBOX_RETURN_ORIGINS: ORIGIN,
    });
    try {
      const response = await fetch(address().replace(harness.url, durable.url), {
        method: 'POST',
        body: new URLSearchParams({ action: 'save', ...GOOD }),
        redirect: 'manual',
      });
      const token = returned(response).searchParams.get('token') ?? '';
      await durable.restart();
      // Another process: pooled connections of the first client are gone.
      expect(await wooppayAt(durable.url).describeToken(token)).toMatchObject({ last4: '4242' });
      const files = readdirSync(directory).map((name) =>
        readFileSync(join(directory, name), 'utf8'),
      );
      expect(files.join('')).toContain(token);
      expect(files.join('')).not.toContain('42424242');
    } finally {
      await durable.close();
      rmSync(directory, { recursive: true });
    }
  });
});
