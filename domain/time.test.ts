import { almatyDate, almatyTime } from './time';

test.each([
  ['2026-11-30T18:59:59.999Z', '2026-11-30', '2026-11-30 23:59:59 (Almaty)'],
  ['2026-11-30T19:00:00.000Z', '2026-12-01', '2026-12-01 00:00:00 (Almaty)'],
  ['2026-12-31T19:00:00.000Z', '2027-01-01', '2027-01-01 00:00:00 (Almaty)'],
])('%s is %s in Almaty', (instant, date, time) => {
  expect(almatyDate(new Date(instant))).toBe(date);
  expect(almatyTime(new Date(instant))).toBe(time);
});
