import fc from 'fast-check';

import { quotePayout } from './quote';
import { PAYEE_HOLDS, payeeGap, payeeHold, readinessSteps, type PayeeFacts } from './readiness';
import { payoutReason, PAYOUT_REASONS, PAYOUT_STATES } from './reasons';

const READY: PayeeFacts = {
  hasIin: true,
  regime: 'individual_gph',
  regimePending: false,
  regimeExpired: false,
  deductionApplies: false,
  instrument: 'card',
  instrumentStopped: false,
};

test.each([
  [{}, undefined, undefined],
  [{ hasIin: false }, 'iin_missing', 'iin_missing'],
  [{ regime: null }, 'tax_status_missing', 'waiting_for_payee_status'],
  [{ regime: 'esp' }, 'tax_status_missing', 'waiting_for_payee_status'],
  [{ regime: 'demo_flat_10' }, 'tax_status_missing', 'waiting_for_payee_status'],
  [{ regimePending: true }, 'tax_status_pending', 'payee_status_pending'],
  [{ regimeExpired: true }, 'tax_status_expired', 'payee_status_expired'],
  [{ instrument: null }, 'instrument_missing', 'no_instrument'],
  [{ instrumentStopped: true }, 'instrument_stopped', 'instrument_stopped'],
  // Money is released for these, only asking has to wait.
  [{ instrumentWaits: true }, 'instrument_waiting', undefined],
  [{ instrumentWaits: true, instrument: null }, 'instrument_missing', 'no_instrument'],
  [{ instrument: 'iban' as const }, 'instrument_unsupported', undefined],
])('%j in live mode lacks %s and holds money for %s', (change, gap, hold) => {
  const facts = { ...READY, ...change };
  expect(payeeGap(facts, 'live')).toBe(gap);
  expect(payeeHold(facts, 'live')).toBe(hold);
});

test('the plan example is a status in test mode only', () => {
  expect(payeeGap({ ...READY, regime: 'demo_flat_10' }, 'test')).toBeUndefined();
});

test('checklist, gap and quote never disagree', () => {
  const facts = fc.record<PayeeFacts>({
    hasIin: fc.boolean(),
    regime: fc.constantFrom(
      null,
      'individual_gph',
      'self_employed',
      'individual_entrepreneur',
      'esp',
      'demo_flat_10',
    ),
    regimePending: fc.boolean(),
    regimeExpired: fc.boolean(),
    deductionApplies: fc.boolean(),
    instrument: fc.constantFrom(null, 'card', 'iban'),
    instrumentStopped: fc.boolean(),
    instrumentWaits: fc.boolean(),
  });
  fc.assert(
    fc.property(facts, fc.constantFrom('test', 'live'), (payee, mode) => {
      const gap = payeeGap(payee, mode);
      const steps = readinessSteps(payee, mode);
      expect(steps.every((step) => step.missing === null)).toBe(gap === undefined);
      const hold = payeeHold(payee, mode);
      if (hold !== undefined) {
        expect(gap).toBeDefined();
        expect(PAYEE_HOLDS).toContain(hold);
      }
      const quote = quotePayout({
        payee,
        mode,
        paymentDate: '2026-11-23',
        item: { amount: 80_000n, gross: 100_000n, fee: 20_000n },
        cumulative: undefined,
      });
      expect(quote.ok ? undefined : quote.error.code).toBe(gap);
    }),
  );
});

test.each([
  ['2027-01-01', 'tax_parameter_missing'],
  ['2026-02-30', 'tax_not_computable'],
])('a payout on %s fails closed with %s', (paymentDate, code) => {
  const quote = quotePayout({
    payee: READY,
    mode: 'live',
    paymentDate,
    item: { amount: 80_000n, gross: 100_000n, fee: 20_000n },
    cumulative: undefined,
  });
  expect(quote).toMatchObject({ ok: false, error: { code } });
});

test.each(Object.entries({ ...PAYOUT_REASONS, ...PAYOUT_STATES }))(
  '%s is said in three languages',
  (_, text) => {
    expect(text.ru).toMatch(/[А-Яа-я]/);
    expect(text.kk).toMatch(/[А-Яа-яәғқңөұүһі]/);
    expect(text.en).toMatch(/^[ -~’]+$/);
    expect(new Set([text.ru, text.kk, text.en]).size).toBe(3);
  },
);

test('a code of a provider is a refused transfer', () => {
  expect(payoutReason('limit_exceeded')).toEqual({
    code: 'limit_exceeded',
    ...PAYOUT_REASONS.provider_refused,
  });
});
