import { lazy, Suspense, useEffect, useState, type ReactNode } from 'react';

import { registerStepUp } from '../api/stepUp';

const Dialog = lazy(() => import('./StepUpDialog'));

/** Waits for the first call that needs a fresh factor; the dialog's code is fetched only then. */
export function StepUpDialog(): ReactNode {
  const [opened, setOpened] = useState(false);
  useEffect(() => registerStepUp(() => setOpened(true)), []);
  if (!opened) return null;
  return (
    <Suspense>
      <Dialog onClosed={() => setOpened(false)} />
    </Suspense>
  );
}
