import { lazy, Suspense, useEffect, useState, type ReactNode } from 'react';

const Notifications = lazy(async () => ({
  default: (await import('@mantine/notifications')).Notifications,
}));

const AFTER_MS = 2_000;

/** Short messages (`notifications.show`). Nobody needs them first: those shown before wait in their store. */
export function Messages(): ReactNode {
  const [wanted, setWanted] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setWanted(true), AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  if (!wanted) return null;
  return (
    <Suspense>
      <Notifications position="top-center" limit={3} />
    </Suspense>
  );
}
