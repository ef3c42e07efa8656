import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { DateTime } from '../../../ui/components/DateTime';
import { formatMoney } from '../../../ui/format/money';
import { Facts } from '../parts/Facts';
import { useActorName } from '../parts/useActorName';
import type { Schema } from '../types';

/** What one person proposes, in the words in which the other one agrees to it. */
export function ProposalFacts({ proposal }: { proposal: Schema<'PayoutWayOut'> }): ReactNode {
  const { t } = useTranslation('opsPayoutReviews');
  const actorName = useActorName();
  return (
    <div>
      <Text fw={640} mb={4}>
        {t(`way.${proposal.way_out}`)}
      </Text>
      <Facts
        rows={[
          [t('propose.paid'), proposal.paid ? formatMoney(proposal.paid) : null],
          [t('told.reference'), proposal.provider_reference],
          [t('propose.by'), actorName(proposal.proposed_by)],
          [t('propose.at'), <DateTime key="at" at={proposal.proposed_at} />],
          [t('propose.reason'), proposal.reason],
        ]}
      />
    </div>
  );
}
