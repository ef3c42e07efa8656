import { ibanCheckDigits } from '../../domain/identity/iban';
import { Browser, newPhone } from './accounts/browser';
import { order, postback, startHarness, type Harness } from './harness';
import { signedIn } from './people';

let api: Harness;

beforeAll(async () => {
  api = await startHarness();
});
afterAll(async () => {
  await api.stop();
  expect(api.violations).toEqual([]);
});

/** As phones and messengers copy it: direction marks around, other digits, typographic hyphens, blanks of every kind. */
const FORMS: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => `\u202a${text}\u202c`,
  (text) => ` ${text}\u00a0\n`,
  (text) => [...text].join('\u200b'),
  (text) => text.replace(/[0-9]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0)),
  (text) => text.replace(/[0-9]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0x630)),
  (text) => text.replace(/(?<=[0-9]{3})(?=[0-9]{3}$)/, '\u2011'),
];

test.each(FORMS.map((form, i) => [i, form] as const))(
  '12.20, a phone and its code are one however they were pasted (%i)',
  async (_, form) => {
    const phone = newPhone();
    const browser = new Browser(api);
    const sent = await browser.post('/v1/auth/phone', { phone: form(phone), locale: 'ru' });
    expect(sent.status).toBe(202);
    const code = /\d{6}/.exec(api.messages.at(-1)?.text ?? '')![0];
    expect(api.messages.at(-1)?.phone).toBe(phone);
    const verified = await browser.post('/v1/auth/phone/verify', { phone, code: form(code) });
    expect(verified.status).toBeLessThan(300);
    expect((await browser.get('/v1/me')).status).toBe(200);
  },
);

test.each(FORMS.map((form, i) => [i, form] as const))(
  '12.20, an IIN and an IBAN are one however they were pasted (%i)',
  async (_, form) => {
    const world = await api.world();
    const own = await signedIn(api, 'influencer', world.influencerId);
    await api.owner.query('update influencers set iin_sealed = null, iin_index = null');
    const put = async (method: string, path: string, body: unknown): Promise<number> =>
      (
        await fetch(`${api.url}/v1/influencers/${world.influencerId}${path}`, {
          method,
          headers: { ...own.headers, 'content-type': 'application/json' },
          body: JSON.stringify(body),
        })
      ).status;
    expect(await put('POST', '/iin', { iin: form('990506390000') })).toBe(200);
    const account = '722C000000000001';
    const iban = `KZ${ibanCheckDigits(account)}${account}`;
    expect(await put('PUT', '/instrument', { kind: 'iban', iban: form(iban) })).toBe(200);
    const { rows } = await api.owner.query<{ last4: string }>(
      'select instrument_last4 as last4 from influencers where id = $1',
      [world.influencerId],
    );
    expect(rows[0]?.last4).toBe('0001');
  },
);

test('12.20, an order is found by its number however it was pasted', async () => {
  const world = await api.world();
  const desk = await signedIn(api, 'ops_checker', 'ops');
  const brand = await signedIn(api, 'brand_manager', world.brandId);
  const number = `A-${Date.now()}`;
  await postback(api, world, { ...order(api, world), transaction_id: number });
  for (const written of [
    number,
    `${number}\n`,
    `\u202a${number}\u202c`,
    `'${number}`,
    number.replace('-', '\u2011'),
  ])
    for (const [path, { headers }] of [
      ['/v1/ops/conversions', desk],
      [`/v1/brands/${world.brandId}/orders`, brand],
    ] as const) {
      const found = await fetch(`${api.url}${path}?query=${encodeURIComponent(written)}`, {
        headers,
      });
      const body = (await found.json()) as { items?: { transaction_id: string }[] };
      expect([path, written, body.items?.map((one) => one.transaction_id)]).toEqual([
        path,
        written,
        [number],
      ]);
    }
});
