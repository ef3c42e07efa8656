import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconGavel } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { WAYS_OUT, type WayOut } from '../../../../domain/payouts/reviews';
import { ReasonText } from '../../../ui/components/ReasonText';
import { useMe } from '../../../ui/session/session';
import { SectionCard } from '../parts/SectionCard';
import type { Schema } from '../types';
import classes from './PayoutReview.module.css';
import { ProposalFacts } from './ProposalFacts';
import { againstIt, mayPropose } from './verdict';

type Case = Schema<'PayoutReviewCase'>;
type Proposal = Schema<'PayoutWayOut'>;

export type NextCardProps = {
  readonly payout: Case;
  readonly onPropose: (wayOut: WayOut) => void;
  readonly onDecide: (decision: 'confirm' | 'refuse') => void;
};

/** The ways out, each with what it does and what the provider's last word means for it. */
function Ways({ payout, onPropose }: Pick<NextCardProps, 'payout' | 'onPropose'>): ReactNode {
  const { t } = useTranslation('opsPayoutReviews');
  return (
    <ul className={classes.ways}>
      {WAYS_OUT.map((wayOut) => {
        const against = againstIt(wayOut, payout.told);
        return (
          <li key={wayOut} className={classes.way}>
            <Text fw={560} size="sm">
              {t(`way.${wayOut}`)}
            </Text>
            <Text size="sm" c="dimmed">
              {t(`way_text.${wayOut}`)}
            </Text>
            {against && payout.told ? (
              <Group gap={6} wrap="nowrap" align="flex-start">
                <IconAlertTriangle size={16} aria-hidden className={classes.sign} />
                <ReasonText reason={against} size="sm" />
              </Group>
            ) : null}
            <Group>
              <Button
                variant="default"
                size="sm"
                disabled={!mayPropose(wayOut, payout.told)}
                onClick={() => onPropose(wayOut)}
              >
                {t(`propose.open_${wayOut}`)}
              </Button>
            </Group>
          </li>
        );
      })}
    </ul>
  );
}

/** Why nothing is asked of this person now. */
function waiting(payout: Case, proposal: Proposal | null, userId: string): string {
  if (payout.state !== 'review') return 'next.over';
  if (proposal === null) return 'next.maker_proposes';
  if (proposal.state === 'confirmed')
    return proposal.way_out === 'resend' ? 'next.being_resent' : 'next.being_done';
  return proposal.proposed_by.id === userId ? 'next.yours_is_decided' : 'next.checker_decides';
}

function LastFailure({ payout }: { payout: Case }): ReactNode {
  const { t } = useTranslation('opsPayoutReviews');
  const [last] = payout.earlier;
  if (payout.state !== 'review' || payout.proposal || !last?.failure) return null;
  return (
    <Alert
      color="yellow"
      icon={<IconAlertTriangle aria-hidden />}
      title={t('next.failed', { what: t(`way.${last.way_out}`) })}
    >
      <ReasonText reason={last.failure} size="sm" />
    </Alert>
  );
}

/** Whose move it is, and the buttons of it. */
export function NextCard({ payout, onPropose, onDecide }: NextCardProps): ReactNode {
  const { t } = useTranslation('opsPayoutReviews');
  const { user } = useMe();
  const { proposal, allowed } = payout;
  const proposes = allowed.includes('propose');
  const decides = allowed.includes('decide');
  return (
    <SectionCard title={t('next.title')}>
      <Stack gap="md">
        {payout.reason ? <ReasonText reason={payout.reason} size="sm" fw={560} /> : null}
        <LastFailure payout={payout} />
        {proposal ? <ProposalFacts proposal={proposal} /> : null}
        {decides ? (
          <>
            <Text size="sm">{t('next.decide')}</Text>
            <Group gap="sm">
              <Button onClick={() => onDecide('confirm')}>{t('decide.open_confirm')}</Button>
              <Button variant="light" color="red" onClick={() => onDecide('refuse')}>
                {t('decide.open_refuse')}
              </Button>
            </Group>
          </>
        ) : null}
        {proposes ? (
          <>
            <Text size="sm">{t('next.propose')}</Text>
            <Ways payout={payout} onPropose={onPropose} />
          </>
        ) : null}
        {proposes || decides ? null : (
          <Alert color="gray" icon={<IconGavel aria-hidden />}>
            {t(waiting(payout, proposal, user.id))}
          </Alert>
        )}
      </Stack>
    </SectionCard>
  );
}
