import { Suspense, useEffect, type ReactNode } from 'react';
import { useLocation } from 'react-router';

import { PageSkeleton } from '../components/Skeletons';
import { ErrorBoundary } from './ErrorBoundary';

/** What surrounds every screen: its skeleton while it comes, its failure if it fails, the top when it is new. */
export function ScreenFrame({ children }: { children: ReactNode }): ReactNode {
  const { pathname } = useLocation();
  useEffect(() => {
    // Newer browsers answer scrollTo with a promise, which must not become the effect’s clean-up.
    void window.scrollTo(0, 0);
  }, [pathname]);
  return (
    <ErrorBoundary resetKey={pathname}>
      <Suspense fallback={<PageSkeleton />}>{children}</Suspense>
    </ErrorBoundary>
  );
}
