import { Card, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { ReasonText } from '../../../ui/components/ReasonText';
import { LineSkeleton } from '../../../ui/components/Skeletons';
import { formatCount } from '../../../ui/format/money';
import classes from './ClickReasons.module.css';
import type { ClickStatistics } from './useClicks';

/** Why clicks do not count, most first; nobody pays for them. */
export function ClickReasons({
  statistics,
}: {
  statistics: ClickStatistics | undefined;
}): ReactNode {
  const { t } = useTranslation('clicks');
  const reasons = statistics?.reasons;
  if (statistics?.total.clicks === 0) return null;
  const most = Math.max(1, ...(reasons ?? []).map(({ clicks }) => clicks));
  return (
    <Card component="section">
      <Title order={2} size="h3">
        {t('why_title')}
      </Title>
      <Text size="sm" c="dimmed" mt={4} mb="md">
        {t('why_text')}
      </Text>
      {reasons === undefined ? <LineSkeleton width="30ch" /> : null}
      {reasons?.length === 0 ? <Text size="sm">{t('why_none')}</Text> : null}
      <ul className={classes.list}>
        {(reasons ?? []).map(({ reason, clicks }) => (
          <li key={reason.code} className={classes.row}>
            <ReasonText reason={reason} size="sm" />
            <Text size="sm" fw={640} className="gamma-figures">
              {formatCount(clicks)}
            </Text>
            <span className={classes.track} aria-hidden>
              <span className={classes.fill} style={{ width: `${(clicks / most) * 100}%` }} />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
