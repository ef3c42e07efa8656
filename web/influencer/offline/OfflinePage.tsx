import { Button, Card, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { BrandMark } from '../../ui/components/BrandMark';
import { CenteredPage } from '../../ui/components/CenteredPage';
import { CopyField } from '../../ui/components/CopyField';
import { keptLinks } from './keptLinks';

/** Opened without a connection: money is not shown from memory, but links can still be shared. */
export default function OfflinePage(): ReactNode {
  const { t } = useTranslation('shell');
  const links = keptLinks();
  return (
    <CenteredPage>
      <Stack>
        <BrandMark />
        <Title order={1}>{t('offline.title')}</Title>
        <Text c="dimmed">{t('offline.start')}</Text>
        <Button variant="default" onClick={() => window.location.reload()}>
          {t('retry', { ns: 'ui' })}
        </Button>
        {links.length > 0 ? (
          <Card component="section">
            <Stack gap="md">
              <Title order={2} size="h3">
                {t('offline.links')}
              </Title>
              {links.map((link) => (
                <CopyField key={link.id} label={link.title} value={link.short_url} />
              ))}
            </Stack>
          </Card>
        ) : null}
      </Stack>
    </CenteredPage>
  );
}
