import { Button, Dialog, Group, Text } from '@mantine/core';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { registerSW } from 'virtual:pwa-register';

/** Registers the service worker and offers a new version; it never reloads under the person's hands. */
export default function UpdatePrompt(): ReactNode {
  const { t } = useTranslation('ui');
  const [update, setUpdate] = useState<(() => Promise<void>) | null>(null);
  useEffect(() => {
    const activate = registerSW({ onNeedRefresh: () => setUpdate(() => activate) });
  }, []);
  return (
    <Dialog opened={update !== null} position={{ bottom: 88, right: 16 }} withBorder>
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm">{t('update.title')}</Text>
        <Button size="sm" onClick={() => void update?.()}>
          {t('update.action')}
        </Button>
      </Group>
    </Dialog>
  );
}
