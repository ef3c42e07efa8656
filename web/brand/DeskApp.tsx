import { lazy, Suspense, type ReactNode } from 'react';
import { Navigate, Route, Routes } from 'react-router';

import { StepUpDialog } from '../ui/app/LazyStepUpDialog';
import { screen } from '../ui/app/screens';
import { ScreenFrame } from '../ui/app/ScreenFrame';
import { PageSkeleton } from '../ui/components/Skeletons';
import { ElsewherePage } from '../ui/session/ElsewherePage';
import { SessionGate } from '../ui/session/SessionGate';
import { useMe } from '../ui/session/session';

// Each area brings its own navigation, so that a brand's manager never fetches the operators' code.
const BrandArea = lazy(() => import('./brand/BrandArea'));
const OpsArea = lazy(() => import('./ops/OpsArea'));

const invitation = screen('/invitation', () => import('./invitation/Invitation'), [
  'signIn',
  'invitation',
]);
const signIn = screen('/sign-in', () => import('./signIn/SignIn'), ['signIn']);

/** `/` and areas of other people lead to one's own. */
function OwnArea(): ReactNode {
  return <Navigate to={`/${useMe().tenant.kind}`} replace />;
}

function Area({ kind, children }: { kind: 'brand' | 'ops'; children: ReactNode }): ReactNode {
  return useMe().tenant.kind === kind ? children : <OwnArea />;
}

function Inside(): ReactNode {
  return (
    <SessionGate kinds={['brand', 'ops']} elsewhere={<ElsewherePage href="/app/" />}>
      <Suspense fallback={<PageSkeleton />}>
        <Routes>
          <Route
            path="/brand/*"
            element={
              <Area kind="brand">
                <BrandArea />
              </Area>
            }
          />
          <Route
            path="/ops/*"
            element={
              <Area kind="ops">
                <OpsArea />
              </Area>
            }
          />
          <Route path="*" element={<OwnArea />} />
        </Routes>
      </Suspense>
      <StepUpDialog />
    </SessionGate>
  );
}

export function DeskApp(): ReactNode {
  return (
    <Routes>
      <Route path={signIn.path} element={<ScreenFrame>{signIn.element}</ScreenFrame>} />
      <Route path={invitation.path} element={<ScreenFrame>{invitation.element}</ScreenFrame>} />
      <Route path="*" element={<Inside />} />
    </Routes>
  );
}
