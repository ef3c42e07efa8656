import type { ReasonCode } from '../conversions/reasons';
import type { PayeeGap } from './reasons';

/** Instruments a person can give us. */
export const INSTRUMENT_KINDS = ['card', 'iban'] as const;
export type InstrumentKind = (typeof INSTRUMENT_KINDS)[number];

/** Those the payment provider we work with pays to; its adapter's `capabilities` say the same. */
export const PAYABLE_INSTRUMENTS: readonly InstrumentKind[] = ['card'];

/** What is known of a person who is to be paid. */
export type PayeeFacts = {
  readonly hasIin: boolean;
  /** The newest status that was declared and not rejected; null when there is none. */
  readonly regime: string | null;
  /** Declared, and its evidence not seen by us yet. */
  readonly regimePending: boolean;
  readonly regimeExpired: boolean;
  readonly deductionApplies: boolean;
  /** null when none was given. */
  readonly instrument: InstrumentKind | null;
  readonly instrumentStopped: boolean;
  /** Given so lately that nothing may be asked for to it yet; asked of requests only. */
  readonly instrumentWaits?: boolean;
};

export type Mode = 'test' | 'live';

type Row = {
  readonly gap: PayeeGap;
  readonly step: 'iin' | 'tax_status' | 'instrument';
  /** What a held order says it waits for; null when the gap stops payouts but not the release of money. */
  readonly holds: ReasonCode | null;
  readonly applies: (facts: PayeeFacts, mode: Mode) => boolean;
};

/**
 * The one table of what a payee may lack, in the order a person would mend it: read by the release of held
 * money, the request for a payout, its preview, the freezing of a run, and the checklist in the app.
 */
const ROWS: readonly Row[] = [
  { gap: 'iin_missing', step: 'iin', holds: 'iin_missing', applies: (facts) => !facts.hasIin },
  {
    gap: 'tax_status_missing',
    step: 'tax_status',
    holds: 'waiting_for_payee_status',
    // Unknown never falls through to the cheapest regime (kz-domain.md F3.5).
    applies: ({ regime }, mode) =>
      regime === null || regime === 'esp' || (regime === 'demo_flat_10' && mode !== 'test'),
  },
  {
    gap: 'tax_status_pending',
    step: 'tax_status',
    holds: 'payee_status_pending',
    applies: (facts) => facts.regimePending,
  },
  {
    gap: 'tax_status_expired',
    step: 'tax_status',
    holds: 'payee_status_expired',
    applies: (facts) => facts.regimeExpired,
  },
  {
    gap: 'instrument_missing',
    step: 'instrument',
    holds: 'no_instrument',
    applies: (facts) => facts.instrument === null,
  },
  {
    gap: 'instrument_stopped',
    step: 'instrument',
    holds: 'instrument_stopped',
    applies: (facts) => facts.instrumentStopped,
  },
  {
    gap: 'instrument_waiting',
    step: 'instrument',
    // Money is released meanwhile, and a payout that was asked for before goes where it was asked to go.
    holds: null,
    applies: ({ instrument, instrumentWaits }) => instrument !== null && instrumentWaits === true,
  },
  {
    gap: 'instrument_unsupported',
    step: 'instrument',
    holds: null,
    applies: ({ instrument }) => instrument !== null && !PAYABLE_INSTRUMENTS.includes(instrument),
  },
];

/** The first thing that keeps this person from being paid. */
export const payeeGap = (facts: PayeeFacts, mode: Mode): PayeeGap | undefined =>
  ROWS.find((row) => row.applies(facts, mode))?.gap;

/** What a held order of this person waits for, after its return period and confirmation. */
export const payeeHold = (facts: PayeeFacts, mode: Mode): ReasonCode | undefined =>
  ROWS.find((row) => row.holds !== null && row.applies(facts, mode))?.holds ?? undefined;

/** Reasons of held orders that a change of the payee may end. */
export const PAYEE_HOLDS: readonly ReasonCode[] = ROWS.flatMap((row) => row.holds ?? []);

export type ReadinessStep = {
  readonly step: Row['step'];
  readonly missing: PayeeGap | null;
};

/** The checklist: each step once, with the first thing it lacks. */
export function readinessSteps(facts: PayeeFacts, mode: Mode): ReadinessStep[] {
  return (['iin', 'tax_status', 'instrument'] as const).map((step) => ({
    step,
    missing: ROWS.find((row) => row.step === step && row.applies(facts, mode))?.gap ?? null,
  }));
}
