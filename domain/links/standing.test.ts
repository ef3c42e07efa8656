import { linkStanding } from './standing';

test.each([
  ['active', false, false, 'works'],
  ['active', false, true, 'expired'],
  ['paused', false, true, 'paused'],
  ['deleted', false, true, 'deleted'],
  ['active', true, true, 'taken_down'],
  ['paused', true, false, 'taken_down'],
  ['deleted', true, false, 'taken_down'],
] as const)('%s, taken down %s, past its end %s: %s', (state, takenDown, expired, standing) => {
  expect(linkStanding({ state, takenDown, expired })).toBe(standing);
});
