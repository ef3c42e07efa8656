import { Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { PageHeader } from '../../ui/components/PageHeader';
import { AccountCard } from '../../ui/session/AccountCard';
import { useMay, useMe } from '../../ui/session/session';
import { PasswordCard } from './PasswordCard';
import { RecoveryCard } from './RecoveryCard';
import { SessionsCard } from './SessionsCard';

/** Own name, language, password, recovery codes, and where one is signed in. */
export default function Account(): ReactNode {
  const { t } = useTranslation(['account', 'shell']);
  const { role, tenant } = useMe();
  const mayPassword = useMay('changePassword');
  const mayRecovery = useMay('renewRecoveryCodes');
  return (
    <>
      <PageHeader
        title={t('title')}
        text={`${tenant.name} · ${t(`role.${role}`, { ns: 'shell' })}`}
      />
      <Stack maw={620}>
        <AccountCard />
        {mayPassword ? <PasswordCard /> : null}
        {mayRecovery ? <RecoveryCard /> : null}
        <SessionsCard />
      </Stack>
    </>
  );
}
