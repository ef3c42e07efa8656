import { MantineThemeProvider } from '@mantine/core';
import { lazy, Suspense, useEffect, useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

const Notifications = lazy(async () => ({
  default: (await import('@mantine/notifications')).Notifications,
}));

const AFTER_MS = 2_000;

/** Short messages (`notifications.show`). Nobody needs them first: those shown before wait in their store. */
export function Messages(): ReactNode {
  const { t } = useTranslation('ui');
  const [wanted, setWanted] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setWanted(true), AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  const close = t('close');
  // Each message has a button that closes it, which has a sign and no words.
  const theme = useMemo(
    () => ({
      components: {
        Notification: { defaultProps: { closeButtonProps: { 'aria-label': close } } },
      },
    }),
    [close],
  );
  if (!wanted) return null;
  return (
    <MantineThemeProvider inherit theme={theme}>
      <Suspense>
        <Notifications position="top-center" limit={3} />
      </Suspense>
    </MantineThemeProvider>
  );
}
