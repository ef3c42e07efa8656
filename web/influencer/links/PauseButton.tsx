import { Button, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { lazy, Suspense, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { api, call } from '../../ui/api/client';
import { ProblemAlert } from '../../ui/components/ProblemAlert';
import { linkRead } from '../data/reads';
import type { Link } from '../data/types';
import { useInfluencerId } from '../data/useInfluencerId';

const ConfirmDialog = lazy(async () => ({
  default: (await import('../../ui/components/ConfirmDialog')).ConfirmDialog,
}));

/** Pausing is asked about, because posts that hold the link stop earning; letting it work again is not. */
export function PauseButton({ link }: { link: Link }): ReactNode {
  const { t } = useTranslation('links');
  const influencerId = useInfluencerId();
  const queries = useQueryClient();
  const [asking, { open, close }] = useDisclosure(false);
  const change = useMutation({
    mutationFn: (state: 'active' | 'paused') =>
      call(
        api.PATCH('/v1/influencers/{influencerId}/links/{linkId}', {
          params: { path: { influencerId, linkId: link.id } },
          body: { state },
        }),
      ),
    onSuccess: (changed) => {
      queries.setQueryData(linkRead(influencerId, link.id).queryKey, changed);
      void queries.invalidateQueries({ queryKey: ['links', influencerId] });
      close();
    },
  });
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
          onClick={() => change.mutate('active')}
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
            onConfirm={() => change.mutate('paused')}
            onClose={close}
          >
            <Text size="sm">{t('pause.text')}</Text>
          </ConfirmDialog>
        </Suspense>
      ) : null}
    </>
  );
}
