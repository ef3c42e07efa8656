import { Card, Group, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { Money } from '../../../ui/components/Money';
import type { Figures } from '../types';
import classes from './CostBar.module.css';

const PARTS = ['held', 'payable', 'paid'] as const;

/** Where the commission of the period is now: a brand asks first what is still to leave. */
export function CostBar({ cost }: { cost: Figures['cost'] | undefined }): ReactNode {
  const { t } = useTranslation('overview');
  return (
    <Card>
      <Stack gap="md">
        <Group justify="space-between" gap="xs">
          <Title order={2} size="h3">
            {t('cost.title')}
          </Title>
          <Text fw={640} component="div" flex="1 0 auto" ta="end">
            <Money tenge={cost?.total} />
          </Text>
        </Group>
        <div className={classes.bar} aria-hidden>
          {PARTS.filter((part) => Number(cost?.[part] ?? 0) > 0).map((part) => (
            <div
              key={part}
              className={classes.part}
              data-part={part}
              style={{ flexGrow: Number(cost?.[part]), flexBasis: 0 }}
            />
          ))}
        </div>
        <dl className={classes.parts}>
          {[...PARTS, 'cancelled' as const].map((part) => (
            <Group key={part} gap="xs" wrap="nowrap" align="flex-start">
              <Text component="dt" size="sm" c="dimmed" flex="1 1 0">
                <Group gap={8} wrap="nowrap" component="span">
                  <span className={classes.dot} data-part={part} aria-hidden />
                  {t(`cost.${part}`)}
                </Group>
              </Text>
              <Text component="dd" size="sm" m={0} miw="45%" ta="end">
                <Money tenge={cost?.[part]} />
              </Text>
            </Group>
          ))}
        </dl>
      </Stack>
    </Card>
  );
}
