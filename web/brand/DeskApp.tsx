import { Suspense, type ReactNode } from 'react';
import { Navigate, Route, Routes } from 'react-router';

import { StepUpDialog } from '../ui/app/LazyStepUpDialog';
import { ScreenFrame } from '../ui/app/ScreenFrame';
import { PageSkeleton } from '../ui/components/Skeletons';
import { ElsewherePage } from '../ui/session/ElsewherePage';
import { SessionGate } from '../ui/session/SessionGate';
import { useMe } from '../ui/session/session';
import { brandArea, invitation, opsArea, recovery, signIn } from './areas';

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
          <Route path={brandArea.path} element={<Area kind="brand">{brandArea.element}</Area>} />
          <Route path={opsArea.path} element={<Area kind="ops">{opsArea.element}</Area>} />
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
      <Route path={recovery.path} element={<ScreenFrame>{recovery.element}</ScreenFrame>} />
      <Route path="*" element={<Inside />} />
    </Routes>
  );
}
