import { Grid, Group, Stack } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';

import type { WayOut } from '../../../../domain/payouts/reviews';
import { PageHeader } from '../../../ui/components/PageHeader';
import { BackLink } from '../parts/BackLink';
import { MoneyOutcome } from '../parts/MoneyOutcome';
import { QueryBody } from '../parts/QueryBody';
import { PayoutBadge } from '../parts/states';
import { WorkflowLink } from '../parts/WorkflowLink';
import type { Schema } from '../types';
import { SentCard, ToldCard } from './CaseCards';
import { DecideDialog } from './DecideDialog';
import { History } from './History';
import { NextCard } from './NextCard';
import { ProposeDialog } from './ProposeDialog';
import { usePayoutReview, useWayOutCommands } from './usePayoutReview';

type Case = Schema<'PayoutReviewCase'>;
type Asked =
  | { readonly propose: WayOut }
  | { readonly decide: 'confirm' | 'refuse'; readonly proposal: Schema<'PayoutWayOut'> }
  | null;

function Body({ payout, onAsked }: { payout: Case; onAsked: () => void }): ReactNode {
  const [asked, setAsked] = useState<Asked>(null);
  const commands = useWayOutCommands(payout, () => setAsked(null));
  const { propose, decide } = commands;
  const close = (): void => {
    propose.reset();
    decide.reset();
    setAsked(null);
  };
  const { proposal, earlier } = payout;
  return (
    <Stack gap="lg">
      {asked === null && propose.unknown ? <MoneyOutcome of={propose} /> : null}
      {asked === null && decide.unknown ? <MoneyOutcome of={decide} /> : null}
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 6 }}>
          <Stack gap="lg">
            <SentCard payout={payout} />
            <ToldCard payout={payout} onAsked={onAsked} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 6 }}>
          <Stack gap="lg">
            <NextCard
              payout={payout}
              onPropose={(wayOut) => setAsked({ propose: wayOut })}
              onDecide={(decision) => proposal && setAsked({ decide: decision, proposal })}
            />
            <History proposals={earlier} />
          </Stack>
        </Grid.Col>
      </Grid>
      {asked && 'propose' in asked ? (
        <ProposeDialog payout={payout} wayOut={asked.propose} commands={commands} onClose={close} />
      ) : null}
      {asked && 'decide' in asked ? (
        <DecideDialog
          payout={payout}
          proposal={asked.proposal}
          decision={asked.decide}
          commands={commands}
          onClose={close}
        />
      ) : null}
    </Stack>
  );
}

export default function PayoutReviewScreen(): ReactNode {
  const { t } = useTranslation(['opsPayoutReviews', 'ops']);
  const { payoutId = '' } = useParams();
  const { query, hurry } = usePayoutReview(payoutId);
  const payout = query.data;
  return (
    <>
      <PageHeader
        above={<BackLink to="/ops/payout-reviews" label={t('nav.payout_reviews', { ns: 'ops' })} />}
        title={
          payout
            ? t('title', { name: payout.influencer?.name || payout.payout_id })
            : t('title_loading')
        }
        text={
          <Group gap="sm" mih={28}>
            {payout ? <PayoutBadge state={payout.state} /> : null}
            {payout ? <WorkflowLink url={payout.workflow_url} of={payout.payout_id} /> : null}
          </Group>
        }
      />
      <QueryBody query={query}>
        {(data) => <Body key={data.payout_id} payout={data} onAsked={hurry} />}
      </QueryBody>
    </>
  );
}
