import '@mantine/core/styles.layer.css';
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode, Suspense, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';

import '../theme/theme.css';
import { createQueryClient } from '../api/query';
import { PageSkeleton } from '../components/Skeletons';
import { startI18n, type Locales } from '../i18n/i18n';
import { meQuery, SessionProvider, type Me } from '../session/session';
import { createGammaTheme, cssVariables, type Density } from '../theme/theme';
import { ConnectionBanner } from './ConnectionBanner';
import { ErrorBoundary } from './ErrorBoundary';
import { Messages } from './Messages';

export type AppOptions = {
  /** `/app` or `/desk`, without the last slash. */
  readonly basename: string;
  readonly density: Density;
  readonly locales: Locales;
  /** Texts needed before the first screen. */
  readonly namespaces: readonly string[];
  /**
   * Fetches what will be seen first at an address below the app's own. `me` is null for people not signed in,
   * undefined when that is not known yet.
   */
  readonly first: (address: string, me: Me | null | undefined) => Promise<unknown>;
  readonly children: ReactNode;
};

/** The nonce the server put into this answer's Content-Security-Policy; Mantine's style elements carry it. */
const nonce =
  document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? undefined;

// Dialogs lock the page behind them with a style element of react-remove-scroll, which takes its nonce from here.
Object.assign(window, { __webpack_nonce__: nonce });

/** Starts an app in `#root`: language first, then providers in the order they need one another. */
export async function startApp(options: AppOptions): Promise<void> {
  const root = document.getElementById('root');
  if (!root) throw new Error('index.html has no #root');
  const queries = createQueryClient();
  void queries.prefetchQuery(meQuery);
  await startI18n(options.locales, options.namespaces);
  const address = window.location.pathname.slice(options.basename.length);
  // Drawn whole at once: React holds a screen that comes after its skeleton back for a third of a second.
  // A failure shows when the screen is opened, with a way to try again.
  await options.first(address, queries.getQueryData(meQuery.queryKey)).catch(() => undefined);
  createRoot(root).render(
    <StrictMode>
      <MantineProvider
        theme={createGammaTheme(options.density)}
        cssVariablesResolver={cssVariables}
        defaultColorScheme="auto"
        deduplicateInlineStyles
        {...(nonce ? { getStyleNonce: () => nonce } : {})}
      >
        <ErrorBoundary resetKey="app">
          <QueryClientProvider client={queries}>
            <SessionProvider>
              <BrowserRouter basename={options.basename}>
                <ConnectionBanner />
                <Messages />
                <Suspense fallback={<PageSkeleton />}>{options.children}</Suspense>
              </BrowserRouter>
            </SessionProvider>
          </QueryClientProvider>
        </ErrorBoundary>
      </MantineProvider>
    </StrictMode>,
  );
}
