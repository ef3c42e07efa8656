import { Button } from '@mantine/core';
import { IconMapSearch } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { EmptyState } from '../components/EmptyState';

export function NotFound({ home }: { home: string }): ReactNode {
  const { t } = useTranslation('ui');
  return (
    <EmptyState
      order={1}
      icon={IconMapSearch}
      title={t('not_found.title')}
      text={t('not_found.text')}
      action={
        <Button component={Link} to={home}>
          {t('not_found.home')}
        </Button>
      }
    />
  );
}
