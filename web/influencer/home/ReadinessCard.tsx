import { Group, Stack, Text, Title } from '@mantine/core';
import { IconCircleDashed } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { useLanguage } from '../../ui/i18n/useLanguage';
import type { Readiness } from '../data/types';
import { Row, Rows } from '../list/Rows';
import { STEP_PATHS } from '../start/steps';

/** What is missing before money can be paid out; each line leads to the step. */
export function ReadinessCard({ readiness }: { readiness: Readiness }): ReactNode {
  const { t } = useTranslation('home');
  const language = useLanguage();
  const left = readiness.steps.filter((step) => !step.done);
  return (
    <Stack gap="xs" component="section">
      <Group justify="space-between" gap="xs">
        <Title order={2} size="h3">
          {t('readiness.title')}
        </Title>
        <Text size="sm" c="dimmed">
          {t('readiness.left', { count: left.length })}
        </Text>
      </Group>
      <Rows label={t('readiness.title')}>
        {left.map(({ step, missing }) => (
          <Row
            key={step}
            to={STEP_PATHS[step]}
            start={<IconCircleDashed size={22} stroke={1.7} aria-hidden />}
          >
            <Text fw={600}>{t(`readiness.${step}`)}</Text>
            {missing ? (
              <Text size="sm" c="dimmed">
                {missing[language]}
              </Text>
            ) : null}
          </Row>
        ))}
      </Rows>
    </Stack>
  );
}
