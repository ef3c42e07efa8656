import { lazy, Suspense, useEffect, useState, type ReactNode } from 'react';
import { Route, Routes } from 'react-router';

import { StepUpDialog } from '../ui/app/LazyStepUpDialog';
import { NotFound } from '../ui/app/NotFound';
import type { ScreenRoute } from '../ui/app/screens';
import { ScreenFrame } from '../ui/app/ScreenFrame';
import { useNetworkState } from '../ui/api/network';
import { PhoneShell } from '../ui/components/PhoneShell';
import { SessionGate } from '../ui/session/SessionGate';
import { ElsewherePage } from '../ui/session/ElsewherePage';
import { useSession } from '../ui/session/session';
import { FeedProvider } from './feed/FeedProvider';
import { report, signIn } from './firstScreen';
import { forgetLinks } from './offline/keptLinks';
import { navigation, plainRoutes, routes } from './routes';

const UpdatePrompt = lazy(() => import('./UpdatePrompt'));
const OfflinePage = lazy(() => import('./offline/OfflinePage'));

/** The service worker is nobody's first need: it comes when the page has been drawn. */
function useIdle(): boolean {
  const [idle, setIdle] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setIdle(true), 1_500);
    return () => clearTimeout(timer);
  }, []);
  return idle;
}

const routeOf = ({ path, element }: ScreenRoute): ReactNode => (
  <Route key={path} path={path} element={element} />
);

function WithNavigation(): ReactNode {
  return (
    <PhoneShell entries={navigation}>
      <ScreenFrame>
        <Routes>
          {routes.map(routeOf)}
          <Route path="*" element={<NotFound home="/" />} />
        </Routes>
      </ScreenFrame>
    </PhoneShell>
  );
}

function Inside(): ReactNode {
  return (
    <SessionGate kinds={['influencer']} elsewhere={<ElsewherePage href="/desk/" />}>
      <FeedProvider>
        <Routes>
          {plainRoutes.map(({ path, element }) => (
            <Route key={path} path={path} element={<ScreenFrame>{element}</ScreenFrame>} />
          ))}
          <Route path="*" element={<WithNavigation />} />
        </Routes>
      </FeedProvider>
      <StepUpDialog />
    </SessionGate>
  );
}

/** Opened where nothing can be asked: who this is cannot be known, and a skeleton would be a lie. */
function useOfflineStart(): boolean {
  const { state } = useSession();
  const offline = useNetworkState() === 'offline';
  useEffect(() => {
    if (state === 'signed_out') forgetLinks();
  }, [state]);
  return offline && (state === 'loading' || state === 'failed');
}

export function InfluencerApp(): ReactNode {
  const idle = useIdle();
  const offlineStart = useOfflineStart();
  if (offlineStart) return <OfflinePage />;
  return (
    <>
      <Routes>
        <Route path={signIn.path} element={<ScreenFrame>{signIn.element}</ScreenFrame>} />
        <Route path={report.path} element={<ScreenFrame>{report.element}</ScreenFrame>} />
        <Route path="*" element={<Inside />} />
      </Routes>
      {idle && import.meta.env.PROD ? (
        <Suspense>
          <UpdatePrompt />
        </Suspense>
      ) : null}
    </>
  );
}
