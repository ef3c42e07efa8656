import { movementOf } from './movement';

const none = { fromBalance: null, debt: null, heldUntil: null };

test.each([
  ['taken_back', { takenBack: '800.00', debt: '0.00', commission: '1000.00' }, '800.00', '0.00'],
  ['taken_back_after_payout', { takenBack: '800.00', debt: '800.00' }, '0.00', '800.00'],
  ['lowered_after_payout', { takenBack: '800.01', debt: '300.00' }, '500.01', '300.00'],
])('%s %j leaves the balance with %s and owes %s', (reason, detail, fromBalance, debt) => {
  expect(movementOf(reason, detail)).toEqual({
    kind: 'taken_back',
    payable: detail.takenBack,
    commission: 'commission' in detail ? detail.commission : null,
    fromBalance,
    debt,
    heldUntil: null,
  });
});

test.each([
  ['raised_after_release', 'promised', '2026-12-01T00:00:00.000Z'],
  ['raise_released', 'released', null],
  ['raise_withdrawn', 'withdrawn', null],
  ['raise_dismissed', 'withdrawn', null],
])('%s is %s', (reason, kind, heldUntil) => {
  const detail = {
    gross: '500.00',
    fee: '100.00',
    payable: '400.00',
    heldUntil: '2026-12-01T00:00:00.000Z',
  };
  const movement = { ...none, kind, payable: '400.00', commission: '500.00', heldUntil };
  expect(movementOf(reason, detail)).toEqual(movement);
});

test.each([
  ['hold_running', { payable: '800.00' }],
  ['amount_changed_in_hold', { payable: '400.00', changed: true }],
  ['taken_back', { takenBack: '0.00', debt: '0.00' }],
  // A raise beyond a ceiling that a person turned down was never promised.
  ['raise_dismissed', {}],
  [null, { payoutId: 'pay_1' }],
])('%s %j moved nothing that was released', (reason, detail) => {
  expect(movementOf(reason, detail)).toBeNull();
});
