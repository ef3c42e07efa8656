import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconHelpCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { MoneyMutation } from '../../../ui/api/useMoneyMutation';
import { ProblemAlert } from '../../../ui/components/ProblemAlert';

type Shown = Pick<MoneyMutation<never, unknown>, 'unknown' | 'findAnswer' | 'pending' | 'error'>;

/** A command whose answer got lost must not be given anew: it is asked about. A refusal is said in words. */
export function MoneyOutcome({ of }: { of: Shown }): ReactNode {
  const { t } = useTranslation('ops');
  if (!of.unknown) return <ProblemAlert error={of.error} />;
  return (
    <Alert
      role="alert"
      color="yellow"
      icon={<IconHelpCircle aria-hidden />}
      title={t('outcome.title')}
    >
      <Stack gap="xs">
        <Text size="sm">{t('outcome.text')}</Text>
        <Group>
          <Button variant="default" size="sm" loading={of.pending} onClick={of.findAnswer}>
            {t('outcome.find')}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
