import { Affix, Alert, Button, Group, Text } from '@mantine/core';
import { IconShieldExclamation } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { DateTime } from '../../ui/components/DateTime';
import { ProblemAlert } from '../../ui/components/ProblemAlert';
import { useRecoveries, useRecoveryCommands } from './useRecoveries';

/** Over every screen of whoever's account is being won back: they alone know whether it is them. */
export function OwnRecovery(): ReactNode {
  const { t } = useTranslation('recovery');
  const own = useRecoveries().data?.items.find((one) => one.own);
  const { stop } = useRecoveryCommands();
  if (!own) return null;
  // Beside the page, not above it: what is being read must not move when this arrives.
  return (
    <Affix position={{ bottom: 16, left: 16, right: 16 }}>
      <Alert
        color="red"
        icon={<IconShieldExclamation aria-hidden />}
        title={t('own.title')}
        role="alert"
        variant="filled"
        maw={720}
        mx="auto"
      >
        <Group justify="space-between" gap="sm">
          <Text size="sm">
            {own.effective_at ? (
              <>
                {t('own.effective')} <DateTime at={own.effective_at} />
              </>
            ) : (
              t('own.waits')
            )}
          </Text>
          <Button
            variant="white"
            color="red"
            loading={stop.isPending}
            onClick={() => stop.mutate(own.id)}
          >
            {t('own.stop')}
          </Button>
        </Group>
        <ProblemAlert error={stop.error} />
      </Alert>
    </Affix>
  );
}
