import { useLocalStorage } from '@mantine/hooks';
import type { ReactNode } from 'react';

import { InstallCard } from './InstallCard';

/** On the first screen, once there is something to come back for; one no is for good. */
export function InstallHint(): ReactNode {
  const [dismissed, setDismissed] = useLocalStorage({
    key: 'gamma.install-hint',
    defaultValue: false,
    getInitialValueInEffect: false,
  });
  if (dismissed) return null;
  return <InstallCard onDismiss={() => setDismissed(true)} />;
}
