import { Button, Card, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { ReasonText } from '../../ui/components/ReasonText';
import { formatCount } from '../../ui/format/money';
import type { ClickStatistics } from '../data/types';
import classes from './Statistics.module.css';

export type ReasonsProps = {
  readonly statistics: ClickStatistics;
  readonly linkId: string | null;
};

/** Why clicks do not count, most frequent first, and the way to each one of them. */
export function Reasons({ statistics, linkId }: ReasonsProps): ReactNode {
  const { t } = useTranslation('statistics');
  const { reasons } = statistics;
  const query = new URLSearchParams({ counted: 'no', ...(linkId ? { link: linkId } : {}) });
  return (
    <Card component="section">
      <Stack gap="sm">
        <Title order={2} size="h3">
          {t('reasons.title')}
        </Title>
        {reasons.length > 0 ? (
          <ul className={classes.list} aria-label={t('reasons.title')}>
            {reasons.map(({ reason, clicks }) => (
              <li key={reason.code} className={classes.line}>
                <ReasonText reason={reason} size="sm" />
                <Text size="sm" fw={560} className="gamma-figures">
                  {formatCount(clicks)}
                </Text>
              </li>
            ))}
          </ul>
        ) : (
          <Text size="sm" c="dimmed">
            {statistics.clicks_known ? t('reasons.none') : t('unknown')}
          </Text>
        )}
        <Button component={Link} to={`/statistics/clicks?${query.toString()}`} variant="default">
          {t('reasons.each')}
        </Button>
      </Stack>
    </Card>
  );
}
