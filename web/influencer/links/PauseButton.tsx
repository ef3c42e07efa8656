import { Button, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { lazy, Suspense, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { ProblemAlert } from '../../ui/components/ProblemAlert';
import type { Link } from '../data/types';
import { useLinkChange } from './useLinkChange';

const ConfirmDialog = lazy(async () => ({
  default: (await import('../../ui/components/ConfirmDialog')).ConfirmDialog,
}));

/** Pausing is asked about, because posts that hold the link stop earning; letting it work again is not. */
export function PauseButton({ link }: { link: Link }): ReactNode {
  const { t } = useTranslation('links');
  const [asking, { open, close }] = useDisclosure(false);
  const change = useLinkChange(link.id, close);
  if (link.state === 'paused') {
    return (
      <Stack gap="xs">
        <Text size="sm" c="dimmed">
          {t('pause.is_paused')}
        </Text>
        <ProblemAlert error={change.error} />
        <Button
          fullWidth
          leftSection={<IconPlayerPlay size={20} aria-hidden />}
          loading={change.isPending}
          onClick={() => change.mutate({ state: 'active' })}
        >
          {t('pause.resume')}
        </Button>
      </Stack>
    );
  }
  return (
    <>
      <Button
        variant="default"
        fullWidth
        leftSection={<IconPlayerPause size={20} aria-hidden />}
        onClick={open}
      >
        {t('pause.pause')}
      </Button>
      {asking ? (
        <Suspense>
          <ConfirmDialog
            opened
            title={t('pause.title')}
            confirmLabel={t('pause.pause')}
            pending={change.isPending}
            error={change.error}
            onConfirm={() => change.mutate({ state: 'paused' })}
            onClose={close}
          >
            <Text size="sm">{t('pause.text')}</Text>
          </ConfirmDialog>
        </Suspense>
      ) : null}
    </>
  );
}
