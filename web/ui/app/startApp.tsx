import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode, Suspense, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';

import '../theme/theme.css';
import { createQueryClient } from '../api/query';
import { PageSkeleton } from '../components/Skeletons';
import { startI18n, type Locales } from '../i18n/i18n';
import { meQuery, SessionProvider } from '../session/session';
import { sessionMayExist } from '../session/sessionHint';
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
  /** What people who are not signed in will see first; fetched beside the texts, not after them. */
  readonly signIn: WarmUp;
  /** The same for the app's home, when it is what was asked for. */
  readonly home?: WarmUp;
  readonly children: ReactNode;
};

export type WarmUp = {
  readonly load: () => Promise<unknown>;
  readonly namespaces: readonly string[];
};

/** The nonce the server put into this answer's Content-Security-Policy; Mantine's style elements carry it. */
const nonce =
  document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? undefined;

// Dialogs lock the page behind them with a style element of react-remove-scroll, which takes its nonce from here.
Object.assign(window, { __webpack_nonce__: nonce });

/** The first screen, as far as it can be known before anything has been asked. */
function firstScreen({ basename, signIn, home }: AppOptions): WarmUp | null {
  if (!sessionMayExist()) return signIn;
  return home && window.location.pathname.replace(/\/$/, '') === basename ? home : null;
}

/** Starts an app in `#root`: language first, then providers in the order they need one another. */
export async function startApp(options: AppOptions): Promise<void> {
  const root = document.getElementById('root');
  if (!root) throw new Error('index.html has no #root');
  const queries = createQueryClient();
  const first = firstScreen(options);
  void queries.prefetchQuery(meQuery);
  // A failure shows when the screen is opened, with a way to try again.
  first?.load().catch(() => undefined);
  await startI18n(options.locales, [...options.namespaces, ...(first?.namespaces ?? [])]);
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
