import * as fc from 'fast-check';

import { mobilePhone } from './phone';

test.each([
  '+77011234567',
  '87011234567',
  '8 (701) 123-45-67',
  '+7 701 123 45 67',
  '7011234567',
  '7 701 1234567',
])('%s is one number', (written) => {
  expect(mobilePhone(written)).toBe('+77011234567');
});

test.each([
  ['Russia', '+79161234567'],
  ['a landline of Astana', '+77172123456'],
  ['too short', '+7701123456'],
  ['too long', '+770112345678'],
  ['letters', '8701KASPI67'],
  ['an extension', '+77011234567 ext. 5'],
  ['two numbers', '+77011234567 +77021234567'],
  ['empty', ''],
  ['USA', '+12025550123'],
])('%s is refused', (_what, written) => {
  expect(mobilePhone(written)).toBeUndefined();
});

test('what comes out goes in again unchanged, and is always of one form', () => {
  const codes = [
    '700',
    '701',
    '702',
    '705',
    '707',
    '708',
    '747',
    '771',
    '775',
    '776',
    '777',
    '778',
  ];
  fc.assert(
    fc.property(fc.constantFrom(...codes), fc.stringMatching(/^\d{7}$/), (code, rest) => {
      const number = mobilePhone(`8${code}${rest}`);
      expect(number).toBe(`+7${code}${rest}`);
      expect(mobilePhone(number!)).toBe(number);
    }),
  );
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(mobilePhone(text) ?? '+77000000000').toMatch(/^\+77\d{9}$/);
    }),
  );
});
