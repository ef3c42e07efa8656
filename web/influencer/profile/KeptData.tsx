import { Card, List, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { PageHeader } from '../../ui/components/PageHeader';
import { BackLink } from '../list/BackLink';

const PARTS = ['phone', 'iin', 'instrument', 'money', 'clicks', 'sessions'] as const;

/** What the platform keeps about the person, what for, and what it never has. */
export default function KeptData(): ReactNode {
  const { t } = useTranslation('profile');
  return (
    <>
      <PageHeader
        above={<BackLink to="/profile">{t('title')}</BackLink>}
        title={t('data.title')}
        text={t('data.text')}
      />
      <Stack>
        {PARTS.map((part) => (
          <Card key={part} component="section">
            <Title order={2} size="h3">
              {t(`data.${part}`)}
            </Title>
            <Text size="sm" mt={4}>
              {t(`data.${part}_text`)}
            </Text>
          </Card>
        ))}
        <Card component="section">
          <Title order={2} size="h3">
            {t('data.never')}
          </Title>
          <List size="sm" mt={4} spacing={4} withPadding={false}>
            <List.Item>{t('data.never_card')}</List.Item>
            <List.Item>{t('data.never_brand')}</List.Item>
            <List.Item>{t('data.never_ads')}</List.Item>
          </List>
        </Card>
      </Stack>
    </>
  );
}
