import { MantineThemeProvider } from '@mantine/core';
import { lazy, Suspense, useEffect, useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { whenFirstMessage } from './showMessage';

const Notifications = lazy(() => import('./Notifications'));

/** Short messages (`showMessage`). Until there is one their code is not fetched; the first waits in its store. */
export function Messages(): ReactNode {
  const { t } = useTranslation('ui');
  const [wanted, setWanted] = useState(false);
  useEffect(() => whenFirstMessage(() => setWanted(true)), []);
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
