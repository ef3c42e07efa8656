import { Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { PageHeader } from '../../ui/components/PageHeader';
import { BackLink } from '../list/BackLink';
import { Catalogue } from './Catalogue';
import { PasteForm } from './PasteForm';

export default function NewLink(): ReactNode {
  const { t } = useTranslation('links');
  return (
    <>
      <PageHeader above={<BackLink to="/links">{t('title')}</BackLink>} title={t('make.title')} />
      <Stack gap="xl">
        <PasteForm />
        <Catalogue />
      </Stack>
    </>
  );
}
