import { Suspense, type ReactNode } from 'react';

import { PageSkeleton } from '../../../ui/components/Skeletons';
import { StatusStrip } from './StatusStrip';

/** Around every ops page: whether money is moving, and whether it is real. */
export function OpsFrame({ children }: { children: ReactNode }): ReactNode {
  return (
    <>
      <StatusStrip />
      <Suspense fallback={<PageSkeleton />}>{children}</Suspense>
    </>
  );
}
