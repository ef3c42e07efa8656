import { IconUserShield } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { EmptyState } from '../../../ui/components/EmptyState';
import { PageHeader } from '../../../ui/components/PageHeader';
import { Recoveries } from '../../recoveries/Recoveries';

/** Accounts being won back, of everybody; a checker decides about ops people and where no other owner is left. */
export default function OpsRecoveries(): ReactNode {
  const { t } = useTranslation('recovery');
  return (
    <>
      <PageHeader title={t('ops.title')} text={t('ops.text')} />
      <Recoveries
        empty={
          <EmptyState
            icon={IconUserShield}
            title={t('ops.empty_title')}
            text={t('ops.empty_text')}
          />
        }
      />
    </>
  );
}
