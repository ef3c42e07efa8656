import type { components } from '../../ui/api/schema';

export type Signal = components['schemas']['FraudSignal'];
export type Signals = components['schemas']['FraudSignals'];
export type Evidence = Signal['evidence'][number];

/** How many days back may be asked; the store keeps what signals need for thirty. */
export const DAYS = ['1', '7', '14', '30'] as const;
export type Days = (typeof DAYS)[number];

/** Signals have no id: they are computed anew each time. */
export const signalKey = ({ signal, influencers, programme, link, from }: Signal): string =>
  [signal.code, ...influencers.map(({ id }) => id), programme?.id ?? '', link?.id ?? '', from].join(
    ' ',
  );
