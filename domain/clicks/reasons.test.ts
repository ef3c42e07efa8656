import { CLICK_ID_REASONS, CLICK_REASONS, NOT_BILLABLE, REPEAT_TEXT } from './reasons';

test('every reason says something of its own in each language', () => {
  expect(Object.keys(CLICK_REASONS).sort()).toEqual([...NOT_BILLABLE].sort());
  const texts = [
    ...Object.values(CLICK_REASONS),
    ...Object.values(CLICK_ID_REASONS),
    REPEAT_TEXT,
  ].flatMap(({ ru, kk, en }) => [ru, kk, en]);
  expect(new Set(texts).size).toBe(texts.length);
  for (const text of texts) expect(text).toMatch(/^\p{Lu}.{20,120}\.$/u);
});
