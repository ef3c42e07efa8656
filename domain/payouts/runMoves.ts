import type { Text } from '../conversions/reasons';

/**
 * Every state of a payout run and every move between them: the one table. Migration 0015 holds the same rows and a
 * trigger that refuses any other move; a test compares the two.
 *
 * collecting  requests join it
 * freezing    closed to newcomers, taxes are being fixed
 * frozen      waits for the second person
 * approved    payouts are started as the provider's balance covers them
 * done        every payout is settled or with a person
 * expired     nobody approved in time, or nothing was left: what was not sent went back
 * closed      ops ended it: what was not sent goes back, what is in flight ends by itself
 */
export const RUN_MOVES = {
  collecting: ['freezing', 'closed'],
  /** To expired: approval's time is over while a run is taxed anew for another day. */
  freezing: ['frozen', 'expired', 'closed'],
  /** To freezing: taxed anew for another day. To collecting: reopened. To done: every payout was taken out. */
  frozen: ['approved', 'freezing', 'collecting', 'done', 'expired', 'closed'],
  approved: ['done', 'closed'],
  done: [],
  expired: [],
  closed: [],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type RunState = keyof typeof RUN_MOVES;
export const RUN_STATES = Object.keys(RUN_MOVES) as readonly RunState[];

export const mayMoveRun = (from: RunState, to: RunState): boolean =>
  (RUN_MOVES[from] as readonly RunState[]).includes(to);

/** States from which `to` is reached. */
export const runStatesBefore = (to: RunState): readonly RunState[] =>
  RUN_STATES.filter((from) => mayMoveRun(from, to));

/** Not approved: a payout can still be taken out, and what leaves is not promised to anybody. */
export const UNAPPROVED_RUN = ['collecting', 'freezing', 'frozen'] as const satisfies RunState[];
export const isUnapproved = (state: RunState): boolean =>
  (UNAPPROVED_RUN as readonly RunState[]).includes(state);

/** Nothing follows. What was not sent may still be on its way back: a run is over once `done_at` is set. */
export const hasRunEnded = (state: RunState): boolean => RUN_MOVES[state].length === 0;

const text = (ru: string, kk: string, en: string): Text => ({ ru, kk, en });

/** Why a run that is approved starts no further payouts now. */
export const RUN_WAITS = {
  provider_funds_short: text(
    'Ведомость ждёт денег у платёжной системы: пополните счёт, выплаты пойдут сами.',
    'Тізім төлем жүйесіндегі ақшаны күтеді: шотты толтырыңыз, төлемдер өздері кетеді.',
    'The run waits for money at the payment provider: top up the account and payouts go on by themselves.',
  ),
} as const satisfies Readonly<Record<string, Text>>;
