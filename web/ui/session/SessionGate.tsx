import { Button, Stack } from '@mantine/core';
import { IconCloudOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ReactNode } from 'react';
import { Navigate, useLocation } from 'react-router';

import { useNetworkState } from '../api/network';
import { CenteredPage } from '../components/CenteredPage';
import { EmptyState } from '../components/EmptyState';
import { PageSkeleton } from '../components/Skeletons';
import { ProblemAlert } from '../components/ProblemAlert';
import { useSession, type TenantKind } from './session';

export type SessionGateProps = {
  /** Kinds of tenant this part of the app is for. */
  readonly kinds: readonly TenantKind[];
  /** Where people of another kind belong. */
  readonly elsewhere: ReactNode;
  readonly children: ReactNode;
};

/** The app has started from the device, and cannot say whose it is yet. It goes on by itself. */
function OfflinePage(): ReactNode {
  const { t } = useTranslation('ui');
  return (
    <CenteredPage>
      <EmptyState
        icon={IconCloudOff}
        order={1}
        title={t('offline.title')}
        text={t('offline.text')}
        action={<Button onClick={() => window.location.reload()}>{t('reload')}</Button>}
      />
    </CenteredPage>
  );
}

/** Shows its children to signed-in people of the right kind; others go to sign-in and come back after it. */
export function SessionGate({ kinds, elsewhere, children }: SessionGateProps): ReactNode {
  const session = useSession();
  const location = useLocation();
  const { t } = useTranslation('ui');
  const network = useNetworkState();
  if (session.state === 'loading')
    return network === 'offline' ? <OfflinePage /> : <PageSkeleton />;
  if (session.state === 'failed') {
    return (
      <CenteredPage>
        <Stack>
          <ProblemAlert error={session.error} />
          <Button onClick={session.retry}>{t('retry')}</Button>
        </Stack>
      </CenteredPage>
    );
  }
  if (session.state === 'signed_out') {
    const next = `${location.pathname}${location.search}`;
    const search = next === '/' ? '' : `?next=${encodeURIComponent(next)}`;
    return <Navigate to={`/sign-in${search}`} replace />;
  }
  return kinds.includes(session.me.tenant.kind) ? children : elsewhere;
}
