import { Anchor, Button, Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { DateTime } from '../../../ui/components/DateTime';
import { Money } from '../../../ui/components/Money';
import { ProblemAlert } from '../../../ui/components/ProblemAlert';
import { StateBadge, type Tone } from '../../../ui/components/StateBadge';
import { formatCount, formatMoney } from '../../../ui/format/money';
import { Facts } from '../parts/Facts';
import { SectionCard } from '../parts/SectionCard';
import type { Schema } from '../types';
import { differenceOf } from './difference';
import { useLook } from './usePayoutReview';

type Case = Schema<'PayoutReviewCase'>;
type ToldState = NonNullable<Case['told']>['state'] | 'nothing';

/** What the platform sent, and under which reference the provider knows it. */
export function SentCard({ payout }: { payout: Case }): ReactNode {
  const { t } = useTranslation('opsPayoutReviews');
  const { influencer } = payout;
  const link = (to: string, words: string): ReactNode => (
    <Anchor component={Link} to={to} size="sm">
      {words}
    </Anchor>
  );
  return (
    <SectionCard title={t('sent.title')}>
      <Facts
        rows={[
          [
            t('sent.payee'),
            influencer
              ? link(`/ops/people/${influencer.id}`, influencer.name || influencer.id)
              : null,
          ],
          [t('sent.run'), link(`/ops/runs/${payout.batch_id}`, t('sent.open_run'))],
          [
            t('sent.net'),
            payout.net ? <Money key="net" tenge={payout.net} /> : t('sent.not_known'),
          ],
          [t('sent.amount'), <Money key="amount" tenge={payout.amount} />],
          [t('sent.reference'), payout.reference],
          [t('sent.attempt'), formatCount(payout.attempt)],
          [t('sent.sends'), formatCount(payout.sends)],
          [t('sent.since'), <DateTime key="since" at={payout.since} />],
        ]}
      />
    </SectionCard>
  );
}

const TONE: Readonly<Record<ToldState, Tone>> = {
  paid: 'good',
  refused: 'bad',
  processing: 'wait',
  not_found: 'attention',
  unknown: 'plain',
  nothing: 'plain',
};

/** Its amount beside ours: what is missing or too much is what the review is about. */
function Difference({ payout }: { payout: Case }): ReactNode {
  const { t } = useTranslation('opsPayoutReviews');
  const said = payout.told?.amount;
  const difference = said && payout.net ? differenceOf(said, payout.net) : null;
  if (difference === null) return t('told.not_said');
  if (difference.kind === 'same') return t('told.same');
  return t(`told.${difference.kind}`, { amount: formatMoney(difference.by) });
}

/** What the provider last said; every line stands from the start, so that an answer moves nothing. */
export function ToldCard({ payout, onAsked }: { payout: Case; onAsked: () => void }): ReactNode {
  const { t } = useTranslation('opsPayoutReviews');
  const look = useLook(payout.payout_id, onAsked);
  const { told } = payout;
  const state: ToldState = told?.state ?? 'nothing';
  return (
    <SectionCard
      title={t('told.title')}
      action={<StateBadge tone={TONE[state]} label={t(`told.${state}`)} />}
    >
      <Facts
        rows={[
          [t('told.provider'), payout.provider ?? t('told.not_said')],
          [t('told.reference'), told?.provider_reference ?? t('told.not_said')],
          [
            t('told.amount'),
            told?.amount ? <Money key="amount" tenge={told.amount} /> : t('told.not_said'),
          ],
          [t('told.difference'), <Difference key="difference" payout={payout} />],
          [t('told.at'), told?.at ? <DateTime key="at" at={told.at} /> : t('told.not_said')],
        ]}
      />
      {payout.allowed.includes('look') ? (
        <Group gap="sm">
          <Button variant="light" loading={look.isPending} onClick={() => look.mutate()}>
            {t('look.open')}
          </Button>
          <Text size="xs" c="dimmed">
            {t('look.hint')}
          </Text>
        </Group>
      ) : null}
      <ProblemAlert error={look.error} />
    </SectionCard>
  );
}
