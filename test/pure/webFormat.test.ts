import {
  almatyDay,
  formatDate,
  formatDateTime,
  formatRelative,
  formatShortDate,
  loadDates,
} from '../../web/ui/format/dates';
import {
  formatBasisPoints,
  formatCount,
  formatMoney,
  formatShare,
  readMoney,
} from '../../web/ui/format/money';
import { fullPhone, groupDigits, nationalDigits } from '../../web/ui/format/phone';
import { chooseLanguage } from '../../web/ui/i18n/languages';
import { pseudoLocale } from '../../web/ui/i18n/pseudo';
import { nextPath } from '../../web/ui/session/nextPath';

const plain = (text: string): string => text.replace(/\u00a0/g, ' ');

describe('figures', () => {
  it('are written one way', () => {
    expect(plain(formatMoney('12345.67'))).toBe('12 345,67 ₸');
    expect(plain(formatMoney('-0.05'))).toBe('-0,05 ₸');
    expect(plain(formatMoney('1234567.00'))).toBe('1 234 567,00 ₸');
    expect(plain(formatCount(1234567))).toBe('1 234 567');
    expect(plain(formatCount(-12345))).toBe('-12 345');
    expect(plain(formatShare(0.0345))).toBe('3,5 %');
    expect(plain(formatBasisPoints(1250))).toBe('12,5 %');
    expect(() => formatMoney('12,5')).toThrow(RangeError);
  });

  it('are read as people type them', () => {
    expect(readMoney('12 345,6 ₸')).toBe('12345.60');
    expect(readMoney('0007')).toBe('7.00');
    expect(readMoney('12\u00a0345,67')).toBe('12345.67');
    for (const typed of ['', 'abc', '1,234', '-5', '1e3', '1.2.3', '.5'])
      expect([typed, readMoney(typed)]).toEqual([typed, null]);
  });
});

describe('times', () => {
  const at = '2026-11-23T20:05:00Z';

  it('are those of Almaty, in the language', async () => {
    await loadDates('ru');
    expect(formatDateTime(at)).toBe('24 ноября 2026, 01:05');
    expect(formatRelative(at, new Date('2026-11-23T20:10:00Z'))).toBe('5 минут назад');
    await loadDates('kk');
    expect(formatDate(at)).toBe('24 қараша 2026');
    await loadDates('en');
    expect(formatDate(at)).toBe('24 November 2026');
    expect(almatyDay(at)).toBe('2026-11-24');
  });

  it('name the year only when it is another', async () => {
    await loadDates('en');
    expect(formatShortDate(at, new Date(at))).toBe('24 Nov');
    expect(formatShortDate(at, new Date('2027-02-01T00:00:00Z'))).toBe('24 Nov 2026');
  });
});

describe('phones', () => {
  it.each(['+7 701 234-56-78', '8 (701) 234 56 78', '7012345678', '77012345678'])('%s', (typed) => {
    expect(fullPhone(nationalDigits(typed))).toBe('+77012345678');
  });

  it('are grouped while typed', () => {
    expect(['7', '7012', '701234', '7012345678'].map(groupDigits)).toEqual([
      '7',
      '701 2',
      '701 234',
      '701 234 56 78',
    ]);
    expect(fullPhone('701234567')).toBeNull();
  });
});

describe('languages', () => {
  it('are chosen by the address, then the saved choice, then the browser, then Russian', () => {
    expect(chooseLanguage('en-XA', 'kk', ['en'])).toBe('en-XA');
    expect(chooseLanguage(null, 'kk', ['en'])).toBe('kk');
    expect(chooseLanguage('de', 'de', ['de-DE', 'kk-KZ', 'en'])).toBe('kk');
    expect(chooseLanguage(null, null, ['de'])).toBe('ru');
  });

  it('have a long form for tests that keeps placeholders', () => {
    expect(pseudoLocale({ a: { b: 'Paid {{count}} of <b>ten</b>' } })).toEqual({
      a: { b: expect.stringMatching(/^\[Þåîð \{\{count\}\} öƒ <b>ţéñ<\/b> ·+\]$/) },
    });
  });
});

describe('the way back after sign-in', () => {
  it('stays in the app', () => {
    expect(nextPath('?next=%2Forders%3Fx%3D1')).toBe('/orders?x=1');
    for (const evil of ['//evil.kz', '/\\evil.kz', 'https://evil.kz', 'javascript:alert(1)', ''])
      expect(nextPath(`?next=${encodeURIComponent(evil)}`)).toBe('/');
  });
});
