import fc from 'fast-check';
import { cardNetwork, containsCardNumber, passesLuhn } from './cardNumber';
import { checkIban, ibanCheckDigits } from './iban';

describe('Kazakh IBAN', () => {
  it.each([
    ['KZ41722C000000000001', '722', 'Kaspi Bank'],
    ['KZ649650000000000019', '965', 'ForteBank'],
    ['kz41 722c 0000 0000 0001', '722', 'Kaspi Bank'],
  ])('accepts %s', (text, bankCode, bankName) => {
    const iban = text.replace(/\s/g, '').toUpperCase();
    expect(checkIban(text)).toEqual({ ok: true, value: { iban, bankCode, bankName } });
  });

  it.each([
    ['KZ41722C000000000002', 'iban_checksum'],
    ['KZ41722C00000000001', 'iban_length'],
    ['KZ41722C0000000000011', 'iban_length'],
    ['DE41722C000000000001', 'iban_country'],
    ['KZ417C2C000000000001', 'iban_format'],
    ['KZ41722C00000000000_', 'iban_characters'],
    ['KZ41722C00000000000\u0131', 'iban_characters'],
    ['', 'iban_characters'],
  ])('refuses %s: %s', (text, error) => {
    expect(checkIban(text)).toEqual({ ok: false, error });
  });

  const body = fc.stringMatching(/^[0-9]{3}[0-9A-Z]{13}$/);

  it('accepts only the right check digits, not their aliases modulo 97', () => {
    fc.assert(
      fc.property(body, (account) => {
        const fitting = Array.from({ length: 100 }, (_, i) => String(i).padStart(2, '0')).filter(
          (check) => checkIban(`KZ${check}${account}`).ok,
        );
        expect(fitting).toEqual([ibanCheckDigits(account)]);
      }),
      { numRuns: 50 },
    );
  });

  it('notices a changed digit and a swapped pair', () => {
    fc.assert(
      fc.property(body, fc.integer({ min: 0, max: 14 }), (account, at) => {
        const good = `KZ${ibanCheckDigits(account)}${account}`;
        const characters = [...good];
        const [a = '', b = ''] = [characters[at + 4], characters[at + 5]];
        fc.pre(a !== b && /^[0-9]{2}$/.test(a + b));
        [characters[at + 4], characters[at + 5]] = [b, a];
        expect(checkIban(characters.join('')).ok).toBe(false);
      }),
    );
  });
});

describe('card numbers', () => {
  it.each([
    ['4111111111111111', true, 'visa'],
    ['5555555555554444', true, 'mastercard'],
    ['6200000000000005', true, 'unionpay'],
    ['4111111111111112', false, 'visa'],
    ['0000000000000000', false, null],
  ])('%s: Luhn %s, %s', (digits, luhn, network) => {
    expect(passesLuhn(digits)).toBe(luhn);
    expect(cardNetwork(digits)).toBe(network);
    expect(containsCardNumber(`card ${digits}, thanks`)).toBe(luhn);
  });

  it('finds a grouped number and leaves tokens, ids and IINs alone', () => {
    expect(containsCardNumber('4111 1111-1111 1111')).toBe(true);
    expect(containsCardNumber('tok_4111111111111111')).toBe(true);
    expect(containsCardNumber('pay_01hzx3k9f7q2v5w8y0a1b2c3d4')).toBe(false);
    expect(containsCardNumber('990506390000')).toBe(false);
  });
});
