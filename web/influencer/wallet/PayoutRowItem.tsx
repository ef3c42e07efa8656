import { Text } from '@mantine/core';
import type { ReactNode } from 'react';

import { DateTime } from '../../ui/components/DateTime';
import { Money } from '../../ui/components/Money';
import { useLanguage } from '../../ui/i18n/useLanguage';
import type { PayoutRow } from '../data/types';
import { Row } from '../list/Rows';
import { PayoutStateBadge } from './PayoutStateBadge';

/** What arrives (or what was asked for, until that is known), and how far it is. */
export function PayoutRowItem({ payout }: { payout: PayoutRow }): ReactNode {
  const language = useLanguage();
  return (
    <Row to={`/wallet/payouts/${payout.id}`} end={<PayoutStateBadge state={payout.state} />}>
      <Text fw={600}>
        <Money tenge={payout.net ?? payout.amount} />
      </Text>
      <Text size="sm" c="dimmed" lineClamp={2}>
        {payout.text[language]}
      </Text>
      <Text size="xs" c="dimmed" component="div">
        <DateTime at={payout.created_at} form="short" />
      </Text>
    </Row>
  );
}
