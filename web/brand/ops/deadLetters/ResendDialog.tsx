import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { ConfirmDialog } from '../../../ui/components/ConfirmDialog';
import { DateTime } from '../../../ui/components/DateTime';
import { Facts } from '../parts/Facts';
import { MoneyOutcome } from '../parts/MoneyOutcome';
import type { Schema } from '../types';
import type { useResend } from './useDeadLetters';
import { useLetterWords } from './useLetterWords';

export type ResendDialogProps = {
  readonly letter: Schema<'DeadLetter'>;
  readonly resend: ReturnType<typeof useResend>;
  readonly onClose: () => void;
};

/** Sends one again from the beginning, with what it was about and why it was given up. */
export function ResendDialog({ letter, resend, onClose }: ResendDialogProps): ReactNode {
  const { t } = useTranslation('opsDeadLetters');
  const words = useLetterWords();
  return (
    <ConfirmDialog
      opened
      title={t('resend.title')}
      confirmLabel={t('resend.confirm')}
      pending={resend.pending}
      disabled={resend.unknown}
      onConfirm={() => resend.submit({ id: letter.id })}
      onClose={onClose}
    >
      <Facts
        rows={[
          [t('list.what'), words.topic(letter.topic)],
          [t('list.subject'), letter.subject_id],
          [t('list.why'), words.why(letter.last_error)],
          [t('list.dead_at'), <DateTime key="at" at={letter.dead_at} />],
        ]}
      />
      <Text size="sm">{t('resend.text')}</Text>
      <MoneyOutcome of={resend} />
    </ConfirmDialog>
  );
}
