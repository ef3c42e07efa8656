import { Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { DateTime } from '../../ui/components/DateTime';
import { Money } from '../../ui/components/Money';
import type { Wallet } from '../data/types';
import { Row, Rows } from '../list/Rows';

/** A day of the wallet is a day in Almaty; noon there falls on the same date in any zone that reads it. */
const noonOf = (day: string): string => `${day}T12:00:00+05:00`;

/** When held money becomes free, day by day. */
export function Releases({ releases }: { releases: Wallet['releases'] }): ReactNode {
  const { t } = useTranslation('wallet');
  if (releases.length === 0) return null;
  return (
    <Stack gap="xs" component="section">
      <Title order={2} size="h3">
        {t('releases.title')}
      </Title>
      <Rows label={t('releases.title')}>
        {releases.map(({ date, amount, orders }) => (
          <Row
            key={date}
            end={
              <Text fw={600}>
                <Money tenge={amount} />
              </Text>
            }
          >
            <Text fw={500} component="div">
              <DateTime at={noonOf(date)} form="date" />
            </Text>
            <Text size="sm" c="dimmed">
              {t('releases.orders', { count: orders })}
            </Text>
          </Row>
        ))}
      </Rows>
      <Text size="xs" c="dimmed">
        {t('releases.note')}
      </Text>
    </Stack>
  );
}
