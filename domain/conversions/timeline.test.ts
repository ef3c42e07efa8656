import { nextStep, timeline, type HistoryRow, type OrderFacts } from './timeline';

const at = (minute: number): Date => new Date(Date.UTC(2026, 10, 23, 10, minute));
const row = (
  minute: number,
  from: string | null,
  to: string,
  reasonCode: string | null = null,
  detail: HistoryRow['detail'] = {},
): HistoryRow => ({ from, to, reasonCode, detail, at: at(minute) });

const ORDER: OrderFacts = {
  state: 'HELD',
  reasonCode: 'hold_running',
  clickedAt: at(0),
  orderedAt: at(1),
  heldUntil: at(30),
  payoutUnderWay: false,
  canBeAskedFor: false,
  raiseHeldUntil: null,
  history: [],
};

const told = (order: Partial<OrderFacts>): string[] =>
  timeline({ ...ORDER, ...order }).map(({ step, text }) => `${step} ${text.code}`);

test('from the click to the card, and back when a transfer returns', () => {
  const history = [
    row(1, null, 'UNMATCHED', 'click_missing'),
    row(2, 'UNMATCHED', 'RECEIVED'),
    row(3, 'RECEIVED', 'HELD', 'hold_running', { payable: '800.00' }),
    row(4, 'HELD', 'HELD', 'amount_changed_in_hold', { payable: '400.00' }),
    row(5, 'HELD', 'PAYABLE', null, { confirmedBy: 'postback' }),
    row(6, 'PAYABLE', 'PAID', null, { payoutId: 'pay_1' }),
    row(7, 'PAID', 'PAYABLE'),
  ];
  expect(told({ history })).toEqual([
    'clicked clicked',
    'ordered ordered',
    'held hold_running',
    'changed amount_changed_in_hold',
    'confirmed confirmed_by_shop',
    'released released',
    'paid paid',
    'returned payout_returned',
  ]);
  const steps = timeline({ ...ORDER, history });
  expect(steps[3]!.payable).toBe('400.00');
  expect(steps[6]!.payoutId).toBe('pay_1');
});

test('after the release: what rose, was counted and came back, with its money', () => {
  const history = [
    row(6, 'PAYABLE', 'PAID', null, { payoutId: 'pay_1' }),
    row(7, 'PAID', 'PAID', 'raised_after_release', { gross: '500.00', payable: '400.00' }),
    row(8, 'PAID', 'PAYABLE', 'raise_released', { gross: '500.00', payable: '400.00' }),
    row(9, 'PAYABLE', 'CANCELLED', 'taken_back_after_payout', {
      takenBack: '1200.00',
      debt: '800.00',
    }),
  ];
  const steps = timeline({ ...ORDER, history }).slice(2);
  expect(steps.map(({ step, text }) => `${step} ${text.code}`)).toEqual([
    'paid paid',
    'changed raised_after_release',
    'released raise_released',
    'cancelled taken_back_after_payout',
  ]);
  expect(steps.map(({ movement }) => movement?.kind)).toEqual([
    undefined,
    'promised',
    'released',
    'taken_back',
  ]);
  expect(steps.map(({ payable }) => payable)).toEqual([null, null, null, null]);
  expect(steps[3]!.movement).toMatchObject({ fromBalance: '400.00', debt: '800.00' });
});

test.each([
  ['auto', 'confirmed_by_silence'],
  ['person', 'confirmed_by_person'],
  ['poll', 'confirmed_by_shop'],
])('an order confirmed by %s says %s', (confirmedBy, code) => {
  const history = [row(5, 'HELD', 'PAYABLE', null, { confirmedBy })];
  expect(told({ history })).toContain(`confirmed ${code}`);
});

test.each([
  [row(2, 'RECEIVED', 'REFUSED', 'click_window_passed'), 'refused click_window_passed'],
  [row(2, 'HELD', 'CANCELLED', 'refunded_in_hold'), 'cancelled refunded_in_hold'],
  [row(2, 'HELD', 'REVIEW', 'not_confirmed'), 'review not_confirmed'],
  [row(2, 'PAID', 'PAID', 'late_event'), 'changed late_event'],
])('%j is told as %s', (history, text) => {
  expect(told({ clickedAt: null, history: [history] })).toEqual(['ordered ordered', text]);
});

/** What was released is with the payee, and the amount has risen since. */
const RAISED = {
  state: 'PAYABLE' as const,
  reasonCode: 'raised_after_release',
  raiseHeldUntil: at(30),
};

test.each([
  [{}, 'confirmed shop_confirmation_next', at(30)],
  [{ heldUntil: at(5), reasonCode: 'waiting_for_shop' }, 'confirmed waiting_for_shop', null],
  [{ heldUntil: at(5), reasonCode: 'iin_missing' }, 'released iin_missing', null],
  [{ state: 'RECEIVED' as const }, 'held order_pricing', null],
  [{ state: 'PAYABLE' as const, canBeAskedFor: true }, 'paid ask_for_payout', null],
  [{ state: 'PAYABLE' as const, payoutUnderWay: true }, 'paid payout_under_way', null],
  [RAISED, 'confirmed shop_confirmation_next', at(30)],
  [{ ...RAISED, state: 'PAID' as const }, 'confirmed shop_confirmation_next', at(30)],
  [{ ...RAISED, raiseHeldUntil: at(5) }, 'confirmed shop_confirmation_next', null],
  [{ ...RAISED, canBeAskedFor: true }, 'paid ask_for_payout', null],
  [{ ...RAISED, payoutUnderWay: true }, 'paid payout_under_way', null],
  [{ state: 'PAID' as const, reasonCode: 'over_order_limit' }, 'review over_order_limit', null],
  [{ state: 'REVIEW' as const, reasonCode: 'held_by_ops' }, 'review held_by_ops', null],
])('next for %j is %s', (order, text, when) => {
  const next = nextStep({ ...ORDER, ...order }, at(10));
  expect(`${next!.step} ${next!.text.code}`).toBe(text);
  expect(next!.at).toEqual(when);
});

test.each(['PAID', 'CANCELLED', 'REFUSED'] as const)('nothing comes after %s', (state) => {
  expect(nextStep({ ...ORDER, state }, at(10))).toBeNull();
});
