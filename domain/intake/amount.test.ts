import fc from 'fast-check';

import { amountText } from './amount';
import { exactNumber } from './exactNumber';
import { momentText } from './moment';
import { orderId } from './orderId';

test.each([
  ['12990', '12990'],
  ['12 990,00', '12990.00'],
  ['12\u00a0990,5', '12990.5'],
  ['12\u202f990.50', '12990.50'],
  ['12990.00 ₸', '12990.00'],
  ['12990,5', '12990.5'],
  ['₸ 12 990', '12990'],
  ['12990 тг.', '12990'],
  ['12 990,00 тенге', '12990.00'],
  ['KZT 1,234.50', '1234.50'],
  ['1.234,50', '1234.50'],
  ['1,234,567', '1234567'],
  ["12'990.00", '12990.00'],
  [' 12990 ', '12990'],
  ['１２９９０', '12990'],
  ['12990.000', '12990.00'],
  ['0,500', '0.50'],
  ['12990,-', '12990'],
])('12.15, the amount %j is %s', (written, read) => expect(amountText(written)).toBe(read));

test.each(['1,234', '1.234', '129,000', '12.000 ₸'])('12.15, %j has two readings', (written) =>
  expect(amountText(written)).toBeNull(),
);

test.each([
  '',
  'много',
  '-5',
  '1 2990',
  '12,34,567',
  '1.001.01',
  '007',
  '1e3',
  '12990.123',
  '1,234.5.6',
  '12 99',
])('12.15, %j is no amount and stays for the schema to refuse', (written) =>
  expect(amountText(written)).toBe(written),
);

test('12.15, whatever is written is read as what it is worth, or not at all', () => {
  const grouped = (whole: bigint, by: string): string =>
    whole.toString().replace(/\B(?=(\d{3})+$)/g, by);
  const amount = fc.record({
    whole: fc.bigInt({ min: 0n, max: 9_999_999_999n }),
    hundredths: fc.stringMatching(/^[0-9]{2}$/),
    by: fc.constantFrom('', ' ', '\u00a0', "'", '\u202f'),
    point: fc.constantFrom('.', ','),
    money: fc.constantFrom('', ' ₸', ' KZT', ' тг'),
  });
  fc.assert(
    fc.property(amount, ({ whole, hundredths, by, point, money }) =>
      expect(amountText(`${grouped(whole, by)}${point}${hundredths}${money}`)).toBe(
        `${whole}.${hundredths}`,
      ),
    ),
  );
  fc.assert(
    fc.property(fc.string(), (any) => {
      const read = amountText(any);
      if (read !== null) expect(amountText(read)).toBe(read);
    }),
  );
});

test.each([
  ['1000.10', '1000.10'],
  ['12990.000', '12990.00'],
  ['51985200.0', '51985200.0'],
  ['5.19852E+7', '51985200'],
  ['1e3', '1000'],
  ['129.99000000000001', '129.99'],
  ['129.98999999999999', '129.99'],
  ['0.99999999999', '1.00'],
  ['12.5e-1', '1.25'],
  ['9007199254740993', '9007199254740993'],
  ['1e999999999', '1e999999999'],
  ['12990.123', '12990.123'],
])('12.14, 12.15, the JSON number %s is %s', (token, text) =>
  expect(exactNumber(token)).toBe(text),
);

test.each([
  ['2026-11-23T12:57:19Z', '2026-11-23T12:57:19Z'],
  ['2026-11-23 17:57:19', '2026-11-23T17:57:19+05:00'],
  ['2026-11-23T17:57:19', '2026-11-23T17:57:19+05:00'],
  ['2026-11-23 17:57', '2026-11-23T17:57:00+05:00'],
  ['2026-11-23 12:57:19 UTC', '2026-11-23T12:57:19Z'],
  ['2026-11-23T17:57:19+0500', '2026-11-23T17:57:19+05:00'],
  ['2026-11-23T17:57:19.1234567+05', '2026-11-23T17:57:19.1234567+05:00'],
  ['23.11.2026 9:57:19', '2026-11-23T09:57:19+05:00'],
  ['1795438639', '2026-11-23T12:57:19.000Z'],
  ['1795438639123', '2026-11-23T12:57:19.123Z'],
  ['2026-11-23', '2026-11-23'],
  ['11/23/2026 17:57', '11/23/2026 17:57'],
])('12.15, the time %j is %s', (written, read) => expect(momentText(written)).toBe(read));

test.each([
  ['W', 'W'],
  ['W ', 'W'],
  ['W\u00a0', 'W'],
  ['\ufeffW\u200b', 'W'],
  ["'51985200", '51985200'],
  ['51985200.0', '51985200'],
  ['51985200.00', '51985200'],
  ['５１９８', '5198'],
  ['A\u20111', 'A-1'],
  ['Заказ  15', 'Заказ 15'],
  ["'", "'"],
  // Ids of their own.
  ['007', '007'],
  ['w', 'w'],
  ['2024.10', '2024.10'],
  ['12E4', '12E4'],
  ['1.0.0', '1.0.0'],
  ['A-1', 'A-1'],
  ['007.0', '007.0'],
])('12.14, the order %j is %j', (written, id) => {
  expect(orderId(written)).toBe(id);
  expect(orderId(id)).toBe(id);
});

test('12.14, the spelling of an id is the same however often it is evened out', () => {
  const marks = fc.constantFrom(...[..." '.0\u00a0\u200b\ufeff\uff10\u2011W1"]);
  fc.assert(
    fc.property(fc.string({ unit: fc.oneof(marks, fc.string({ maxLength: 2 })) }), (any) =>
      expect(orderId(orderId(any))).toBe(orderId(any)),
    ),
    { numRuns: 3_000 },
  );
});
