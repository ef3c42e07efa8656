import { Group, Text, VisuallyHidden } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { Money } from '../../ui/components/Money';
import { formatCount } from '../../ui/format/money';
import type { Link } from '../data/types';
import { Row } from '../list/Rows';
import { StandingBadge } from './StandingBadge';

/** A link with its numbers; needs the `links` texts. */
export function LinkRow({ link }: { link: Link }): ReactNode {
  const { t } = useTranslation('links');
  const { clicks, orders, earned } = link.stats;
  return (
    <Row to={`/links/${link.id}`}>
      <Text fw={500} lineClamp={2}>
        {link.title}
      </Text>
      <Group justify="space-between" gap="xs" wrap="nowrap" align="flex-end">
        <Group gap="xs">
          <Text size="sm" c="dimmed">
            {clicks === null
              ? t('clicks_unknown')
              : t('clicks', { count: clicks, shown: formatCount(clicks) })}
            {' · '}
            {t('orders', { count: orders, shown: formatCount(orders) })}
          </Text>
          <StandingBadge link={link} size="sm" />
        </Group>
        <Text fw={600}>
          <VisuallyHidden>{t('page.earned')}</VisuallyHidden> <Money tenge={earned} />
        </Text>
      </Group>
    </Row>
  );
}
