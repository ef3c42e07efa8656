import { duration, percent, termsInWords } from './terms';

test.each([
  [1000, '10'],
  [750, '7.5'],
  [1, '0.01'],
  [10_000, '100'],
  [1005, '10.05'],
])('%d basis points are %s %%', (bps, text) => {
  expect(percent(bps)).toBe(text);
});

test.each([
  [86_400, '1 день', '1 күн', '1 day'],
  [2 * 86_400, '2 дня', '2 күн', '2 days'],
  [11 * 86_400, '11 дней', '11 күн', '11 days'],
  [21 * 86_400, '21 день', '21 күн', '21 days'],
  [113 * 86_400, '113 дней', '113 күн', '113 days'],
  [3 * 3_600, '3 часа', '3 сағат', '3 hours'],
  [60, '1 минута', '1 минут', '1 minute'],
  [4, '4 секунды', '4 секунд', '4 seconds'],
  [0, '0 дней', '0 күн', '0 days'],
])('%d seconds', (seconds, ru, kk, en) => {
  expect(duration(seconds)).toEqual({ ru, kk, en });
});

test('terms in a sentence, with a decimal comma where people write one', () => {
  const texts = termsInWords({
    commissionBps: 750,
    platformFeeBps: 2000,
    holdSeconds: 14 * 86_400,
    holdFrom: 'delivery',
    clickWindowSeconds: 30 * 86_400,
  });
  expect(texts.ru).toContain('7,5 %');
  expect(texts.en).toContain('7.5 %');
  expect(texts.ru).toContain('14 дней от доставки');
  expect(texts.kk).toContain('жеткізілгеннен бастап 14 күн');
  expect(texts.en).toContain('14 days from the delivery');
});
