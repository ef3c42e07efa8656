import { readExpiry } from './expiry';

test.each([
  ['', null],
  ['  ', null],
  ['2026-12-31', '2026-12-31T19:00:00.000Z'],
  ['31.12.2026', '2026-12-31T19:00:00.000Z'],
  ['2028-02-29', '2028-02-29T19:00:00.000Z'],
  ['2026-12-31T23:59:59+05:00', '2026-12-31T18:59:59.000Z'],
  [' 2026-12-31T10:00Z ', '2026-12-31T10:00:00.000Z'],
])('%j ends at %s', (text, at) => {
  const read = readExpiry(text);
  expect(read).toEqual({ ok: true, value: at === null ? null : Date.parse(at) });
});

test.each([
  'tomorrow',
  '2026-02-31',
  '2026-02-31T10:00Z',
  '29.02.2027',
  '2026-13-01',
  '12/31/2026',
  '2026-12-31T10:00',
  '1e9',
  '2026-12-31T25:00Z',
])('%j is no end', (text) => {
  expect(readExpiry(text)).toEqual({ ok: false, error: 'expiry_malformed' });
});
