import * as fc from 'fast-check';

import {
  agentVelocity,
  EVIDENCE_TEXTS,
  flatHours,
  linkVelocity,
  networkVelocity,
  nightHeavy,
  ordersOneDevice,
  ordersSameSecond,
  ordersTooFast,
  payeesOneDevice,
  SIGNAL_CODES,
  SIGNAL_TEXTS,
  unevennessBps,
} from './signals';

/** Clicks by hour as people make them: asleep from two to six, most in the evening. */
const HONEST = [
  18, 8, 4, 2, 2, 4, 12, 30, 45, 50, 52, 55, 60, 62, 58, 55, 58, 65, 75, 85, 95, 90, 70, 40,
];
const hours = (each: number): number[] => Array.from({ length: 24 }, () => each);

test('one network: few visitors fire, a viral link behind a carrier does not', () => {
  expect(networkVelocity({ clicks: 60, visitors: 12 })?.severity).toBe('low');
  expect(networkVelocity({ clicks: 240, visitors: 1 })?.severity).toBe('high');
  expect(networkVelocity({ clicks: 59, visitors: 1 })).toBeUndefined();
  expect(networkVelocity({ clicks: 60, visitors: 13 })).toBeUndefined();
  expect(networkVelocity({ clicks: 5_000, visitors: 3_900 })).toBeUndefined();
});

const AGENT = { clicks: 600, ofClicks: 1_000, networks: 20, elsewhere: 60, ofElsewhere: 1_000 };
test('one agent: only when others hardly have it', () => {
  expect(agentVelocity(AGENT)).toMatchObject({ severity: 'medium' });
  expect(agentVelocity({ ...AGENT, elsewhere: 61 })).toBeUndefined();
  expect(agentVelocity({ ...AGENT, networks: 19 })).toBeUndefined();
  expect(agentVelocity({ ...AGENT, clicks: 599 })).toBeUndefined();
  expect(agentVelocity({ ...AGENT, clicks: 199, ofClicks: 199 })).toBeUndefined();
  // Chrome tells everybody the same phone; and with nobody to compare with nothing is unusual.
  expect(agentVelocity({ ...AGENT, clicks: 900, elsewhere: 550 })).toBeUndefined();
  expect(agentVelocity({ ...AGENT, elsewhere: 0, ofElsewhere: 999 })).toBeUndefined();
});

test('one link: a burst of few visitors fires, a story that goes viral does not', () => {
  expect(linkVelocity({ clicks: 120, visitors: 30 })).toBeDefined();
  expect(linkVelocity({ clicks: 119, visitors: 1 })).toBeUndefined();
  expect(linkVelocity({ clicks: 120, visitors: 31 })).toBeUndefined();
  expect(linkVelocity({ clicks: 9_000, visitors: 8_700 })).toBeUndefined();
});

test('hours: flat and night-heavy fire, people do not', () => {
  expect(flatHours({ hours: hours(30), days: 3 })).toBeDefined();
  expect(flatHours({ hours: hours(20), days: 3 })).toBeUndefined();
  expect(flatHours({ hours: hours(30), days: 2 })).toBeUndefined();
  expect(flatHours({ hours: HONEST, days: 30 })).toBeUndefined();
  expect(nightHeavy({ hours: HONEST, days: 30 })).toBeUndefined();
  // Just over and just under the night's share: 40 of 100.
  const night = (share: number): number[] =>
    hours(0).map((_, hour) => (hour === 3 ? share * 3 : hour === 20 ? (100 - share) * 3 : 0));
  expect(nightHeavy({ hours: night(40), days: 3 })).toBeDefined();
  expect(nightHeavy({ hours: night(39), days: 3 })).toBeUndefined();
  expect(nightHeavy({ hours: night(100), days: 3 })?.severity).toBe('high');
});

test('unevenness: nothing for even counts, large for people, never wrong by overflow', () => {
  expect(unevennessBps(hours(1_000))).toBe(0);
  expect(unevennessBps(hours(0))).toBe(0);
  expect(unevennessBps(HONEST)).toBeGreaterThan(3_000);
  fc.assert(
    fc.property(fc.array(fc.nat(2 ** 40), { minLength: 24, maxLength: 24 }), (counts) => {
      const value = unevennessBps(counts);
      // All in one hour is the most there is: 23 times the squared mean.
      return Number.isSafeInteger(value) && value >= 0 && value <= 230_000;
    }),
  );
});

test('orders: too fast, in one second, of one device; a shop that reports in batches and a carrier do not fire', () => {
  expect(ordersTooFast({ fast: 3, orders: 15 })).toBeDefined();
  expect(ordersTooFast({ fast: 2, orders: 2 })).toBeUndefined();
  expect(ordersTooFast({ fast: 3, orders: 16 })).toBeUndefined();
  expect(ordersSameSecond({ orders: 4, ofShop: 5 })).toBeDefined();
  expect(ordersSameSecond({ orders: 3, ofShop: 3 })).toBeUndefined();
  expect(ordersSameSecond({ orders: 4, ofShop: 6 })).toBeUndefined();
  expect(ordersOneDevice({ influencers: 3, orders: 3, clicks: 30 })).toBeDefined();
  expect(ordersOneDevice({ influencers: 2, orders: 9, clicks: 9 })).toBeUndefined();
  expect(ordersOneDevice({ influencers: 3, orders: 3, clicks: 31 })).toBeUndefined();
  expect(payeesOneDevice({ payees: 4 })).toBeDefined();
  expect(payeesOneDevice({ payees: 3 })).toBeUndefined();
});

test('every code and number has words in three languages', () => {
  expect(Object.keys(SIGNAL_TEXTS)).toEqual([...SIGNAL_CODES]);
  for (const { ru, kk, en } of [...Object.values(SIGNAL_TEXTS), ...Object.values(EVIDENCE_TEXTS)]) {
    expect(new Set([ru, kk, en]).size).toBe(3);
    expect(en).toMatch(/^[ -~]+$/);
    expect(`${ru}${kk}`).not.toMatch(/[a-z]/);
  }
});
