import fc from 'fast-check';

import { before, changeOf, headline, movementKind, type PayeeMoney } from './movements';

const money = fc.record({ held: fc.bigInt(), available: fc.bigInt(), reserved: fc.bigInt() });

test('walking back from any wallet undoes what the movement did', () => {
  const layers = fc.record({ posted: fc.bigInt(), incoming: fc.bigInt(), outgoing: fc.bigInt() });
  fc.assert(
    fc.property(money, layers, (was, moved) => {
      const change = changeOf(moved);
      const after: PayeeMoney = {
        held: was.held + change.held,
        available: was.available + change.available,
        reserved: was.reserved + change.reserved,
      };
      expect(before(after, change)).toEqual(was);
    }),
  );
});

test.each([
  ['conversion.accrue', { posted: 0n, incoming: 80n, outgoing: 0n }, 'order_held', 80n],
  ['conversion.void', { posted: 0n, incoming: -80n, outgoing: 0n }, 'hold_cancelled', -80n],
  ['conversion.release', { posted: 80n, incoming: -80n, outgoing: 0n }, 'order_released', 80n],
  ['payout.reserve', { posted: 0n, incoming: 0n, outgoing: 80n }, 'payout_reserved', -80n],
  ['payout.post', { posted: -80n, incoming: 0n, outgoing: -80n }, 'payout_paid', -80n],
  ['payout.post', { posted: -79n, incoming: 0n, outgoing: -80n }, 'payout_paid', -79n],
  ['payout.void', { posted: 0n, incoming: 0n, outgoing: -80n }, 'payout_returned', 80n],
  ['anything.else', { posted: -5n, incoming: 0n, outgoing: 0n }, 'correction', -5n],
])('%s', (reason, layers, kind, amount) => {
  expect(movementKind(reason)).toBe(kind);
  expect(headline(movementKind(reason), changeOf(layers))).toBe(amount);
});
