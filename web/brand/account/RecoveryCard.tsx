import { Button, Card, Group, Modal, Stack, Text, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { api, call } from '../../ui/api/client';
import { ConfirmDialog } from '../../ui/components/ConfirmDialog';
import { RecoveryCodes } from './RecoveryCodes';

/** New recovery codes; the old ones stop working at once. */
export function RecoveryCard(): ReactNode {
  const { t } = useTranslation('account');
  const [asking, setAsking] = useState(false);
  const renew = useMutation({
    mutationFn: () => call(api.POST('/v1/me/recovery-codes')),
    onSuccess: () => setAsking(false),
  });
  return (
    <Card>
      <Stack gap="sm">
        <Title order={2} size="h3">
          {t('recovery.title')}
        </Title>
        <Text size="sm" c="dimmed">
          {t('recovery.text')}
        </Text>
        <Group>
          <Button variant="default" onClick={() => setAsking(true)}>
            {t('recovery.renew')}
          </Button>
        </Group>
      </Stack>
      <ConfirmDialog
        opened={asking}
        title={t('recovery.renew')}
        confirmLabel={t('recovery.confirm')}
        pending={renew.isPending}
        error={renew.error}
        onClose={() => setAsking(false)}
        onConfirm={() => renew.mutate()}
      >
        <Text size="sm">{t('recovery.renew_text')}</Text>
      </ConfirmDialog>
      {renew.data ? (
        <Modal
          opened
          onClose={() => {}}
          withCloseButton={false}
          closeOnEscape={false}
          closeOnClickOutside={false}
          title={t('recovery.title')}
        >
          <RecoveryCodes
            codes={renew.data.recovery_codes}
            doneLabel={t('recovery.done')}
            onDone={renew.reset}
          />
        </Modal>
      ) : null}
    </Card>
  );
}
