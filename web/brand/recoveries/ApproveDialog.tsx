import { Stack, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { CodeInput } from '../../ui/components/CodeInput';
import { ConfirmDialog } from '../../ui/components/ConfirmDialog';
import { useRecoveryCommands, type Recovery } from './useRecoveries';

/** The second person: asks by voice for the digits that only whoever used the link has seen. */
export function ApproveDialog(props: { recovery: Recovery; onClose: () => void }): ReactNode {
  const { recovery, onClose } = props;
  const { t } = useTranslation('recovery');
  const [code, setCode] = useState('');
  const { approve } = useRecoveryCommands();
  const { id, user } = recovery;
  return (
    <ConfirmDialog
      opened
      title={t('approve.title', { name: user.name || user.email })}
      confirmLabel={t('approve.confirm')}
      pending={approve.isPending}
      disabled={code.length < 6}
      error={approve.error}
      onClose={onClose}
      onConfirm={() => approve.mutate({ id, check_code: code }, { onSuccess: onClose })}
    >
      <Stack>
        <Text size="sm">{t('approve.text')}</Text>
        <CodeInput label={t('approve.code')} value={code} onChange={setCode} onComplete={setCode} />
        <Text size="sm" c="dimmed">
          {t('approve.after')}
        </Text>
      </Stack>
    </ConfirmDialog>
  );
}
