import type { Readiness, ReadinessStep } from '../data/types';

/** The steps of sign-up after the code, in order, with the last part of their path. */
export const STEP_PATHS: Record<ReadinessStep, string> = {
  name: '/start/name',
  iin: '/start/iin',
  tax_status: '/start/tax',
  instrument: '/start/instrument',
};

export const STEPS = Object.keys(STEP_PATHS) as ReadinessStep[];

export const stepOfPath = (last: string | undefined): ReadinessStep | null =>
  STEPS.find((step) => STEP_PATHS[step] === `/start/${last}`) ?? null;

/** A declared status that waits for our people is done as far as the person is concerned. */
export const isUndone = (readiness: Readiness, step: ReadinessStep): boolean =>
  readiness.steps.some((one) => one.step === step && !one.done);

/** Where to go on: the first thing not given yet, or null when all is there. */
export const firstUndone = (readiness: Readiness): ReadinessStep | null =>
  STEPS.find((step) => isUndone(readiness, step)) ?? null;

/** The next step after `step` in order, whether done or not; null after the last. */
export const stepAfter = (step: ReadinessStep): ReadinessStep | null =>
  STEPS[STEPS.indexOf(step) + 1] ?? null;
