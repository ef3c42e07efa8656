import { Button, Card, List, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconTrash } from '@tabler/icons-react';
import { lazy, Suspense, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';

import { showMessage } from '../../ui/app/showMessage';
import type { Link } from '../data/types';
import { useLinkDeletion } from './useLinkChange';

const ConfirmDialog = lazy(async () => ({
  default: (await import('../../ui/components/ConfirmDialog')).ConfirmDialog,
}));

function WhatStays(): ReactNode {
  const { t } = useTranslation('linkEdit');
  return (
    <List size="sm" spacing={4}>
      <List.Item>{t('delete.stops')}</List.Item>
      <List.Item>{t('delete.stays')}</List.Item>
      <List.Item>{t('delete.code')}</List.Item>
    </List>
  );
}

/** Deleting cannot be taken back, so it says beforehand what goes and what stays. */
export function DeletePart({ link }: { link: Link }): ReactNode {
  const { t } = useTranslation('linkEdit');
  const navigate = useNavigate();
  const [asking, { open, close }] = useDisclosure(false);
  const deletion = useLinkDeletion(link.id, () => {
    showMessage({ message: t('delete.done') });
    void navigate('/links', { replace: true });
  });
  return (
    <Card component="section">
      <Stack gap="sm" align="flex-start">
        <Title order={2} size="h3">
          {t('delete.title')}
        </Title>
        <Text size="sm" c="dimmed">
          {t('delete.pause_instead')}
        </Text>
        <Button
          variant="light"
          color="red"
          leftSection={<IconTrash size={20} aria-hidden />}
          onClick={open}
        >
          {t('delete.act')}
        </Button>
      </Stack>
      {asking ? (
        <Suspense>
          <ConfirmDialog
            opened
            danger
            title={t('delete.question')}
            confirmLabel={t('delete.act')}
            pending={deletion.isPending}
            error={deletion.error}
            onConfirm={() => deletion.mutate()}
            onClose={close}
          >
            <WhatStays />
          </ConfirmDialog>
        </Suspense>
      ) : null}
    </Card>
  );
}
