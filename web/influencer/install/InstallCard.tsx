import { Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { IconDeviceMobileDown } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { isInstalled, isIos, useInstallOffer } from './prompt';

/** How to have the app on the home screen; nothing where it is there already or cannot be. */
export function InstallCard({ onDismiss }: { onDismiss?: () => void }): ReactNode {
  const { t } = useTranslation('shell');
  const install = useInstallOffer();
  if (isInstalled() || (!install && !isIos())) return null;
  return (
    <Card component="section">
      <Stack gap="sm">
        <Group wrap="nowrap" align="flex-start">
          <IconDeviceMobileDown size={28} stroke={1.6} aria-hidden />
          <div>
            <Title order={2} size="h3">
              {t('install.title')}
            </Title>
            <Text size="sm" c="dimmed">
              {install ? t('install.text') : t('install.ios')}
            </Text>
          </div>
        </Group>
        <Group justify="flex-end" gap="xs">
          {onDismiss ? (
            <Button variant="subtle" color="gray" onClick={onDismiss}>
              {t('install.no')}
            </Button>
          ) : null}
          {install ? (
            <Button variant="light" onClick={install}>
              {t('install.yes')}
            </Button>
          ) : null}
        </Group>
      </Stack>
    </Card>
  );
}
