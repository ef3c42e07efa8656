import { Button, Card, Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { Money } from '../../ui/components/Money';
import type { Home } from '../data/types';
import classes from './MoneyCard.module.css';

/** What can be had now, large; what waits, beside it. The size is the same before the figures are there. */
export function MoneyCard({ money }: { money: Home['money'] | undefined }): ReactNode {
  const { t } = useTranslation('home');
  return (
    <Card component="section" aria-label={t('money')} className={classes.card ?? ''}>
      <Stack gap={2}>
        <Text size="sm" c="dimmed">
          {t('available')}
        </Text>
        <div className={classes.figure}>
          <Money tenge={money?.available} />
        </div>
      </Stack>
      <Group justify="space-between" align="flex-end" gap="sm" mt="sm">
        <Stack gap={0}>
          <Text size="sm" c="dimmed">
            {t('held')}
          </Text>
          <Text fw={600} span>
            <Money tenge={money?.held} />
          </Text>
        </Stack>
        <Button component={Link} to="/wallet" variant="light">
          {t('to_wallet')}
        </Button>
      </Group>
    </Card>
  );
}
