import { localProblem } from './problem';

type Waiter = { resolve: () => void; reject: (reason: Error) => void };
type Open = () => void;

let waiters: Waiter[] = [];
let open: Open | null = null;

/** The dialog registers itself here; without one (sign-in pages) a step-up is refused at once. */
export function registerStepUp(opener: Open): () => void {
  open = opener;
  return () => {
    if (open === opener) open = null;
  };
}

/** Resolves when the person has given a fresh factor; calls refused meanwhile wait for the same dialog. */
export function requestStepUp(): Promise<void> {
  const opener = open;
  if (!opener) return Promise.reject(localProblem('step_up_cancelled', null));
  return new Promise((resolve, reject) => {
    waiters.push({ resolve, reject });
    if (waiters.length === 1) opener();
  });
}

/** Told by the dialog. */
export function finishStepUp(given: boolean): void {
  const settled = waiters;
  waiters = [];
  for (const waiter of settled) {
    if (given) waiter.resolve();
    else waiter.reject(localProblem('step_up_cancelled', null));
  }
}
