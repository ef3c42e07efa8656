import { Alert, Stack, Text } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

/** A signal is a question, not a verdict: said before any of them is read. */
export function SignalNote({ text }: { text: string }): ReactNode {
  const { t } = useTranslation('signals');
  return (
    <Alert icon={<IconInfoCircle aria-hidden />} title={t('note.title')}>
      <Text size="sm">{text}</Text>
    </Alert>
  );
}

/** Signals of clicks cannot be computed now; those of orders are there. */
export function ClicksUnknown(): ReactNode {
  const { t } = useTranslation('signals');
  return (
    <Alert color="yellow" role="status" title={t('clicks_unknown.title')}>
      {t('clicks_unknown.text')}
    </Alert>
  );
}

/** The cards below each other, gravest first. */
export function SignalList({ label, children }: { label: string; children: ReactNode }): ReactNode {
  return (
    <Stack gap="md" role="region" aria-label={label}>
      {children}
    </Stack>
  );
}
