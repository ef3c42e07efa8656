import { Alert, Card, Group, Stack, Text, Title } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';

import { COMPONENT_NAMES } from '../../../domain/tax/names';
import { CopyField } from '../../ui/components/CopyField';
import { Money } from '../../ui/components/Money';
import { PageHeader } from '../../ui/components/PageHeader';
import { ListSkeleton } from '../../ui/components/Skeletons';
import { Timeline, type TimelineStep } from '../../ui/components/Timeline';
import { useLanguage } from '../../ui/i18n/useLanguage';
import { payoutRead, payoutsRead } from '../data/reads';
import type { Payout, PayoutRow, PayoutState } from '../data/types';
import { useInfluencerId } from '../data/useInfluencerId';
import { BackLink } from '../list/BackLink';
import { Loaded } from '../loading/Loaded';
import { FigureLine } from '../payee/TaxLines';
import { PayoutStateBadge } from './PayoutStateBadge';

const NAMES: Readonly<Record<string, { ru: string; kk: string; en: string }>> = COMPONENT_NAMES;
const SETTLED: readonly PayoutState[] = ['paid', 'refused', 'cancelled'];
const WAITING: readonly PayoutState[] = ['requested', 'reserved'];
/** While money is on its way the page asks again by itself: the stream tells of notices only. */
const ASK_AGAIN_MS = 5_000;

function useSteps(payout: Payout, row: PayoutRow | undefined): TimelineStep[] {
  const { t } = useTranslation('wallet');
  const language = useLanguage();
  const { state } = payout;
  const words = row?.text[language] ?? t(`payout_text.${state}`);
  const asked: TimelineStep = {
    key: 'asked',
    title: t('payout.asked'),
    at: payout.created_at,
    state: 'done',
  };
  if (state === 'refused' || state === 'cancelled') {
    const title = t(`payout_state.${state}`);
    return [asked, { key: 'end', title, at: payout.settled_at, text: words, state: 'refused' }];
  }
  const sent = payout.submitted_at !== null || state === 'paid';
  const held = state === 'review' || state === 'unknown';
  return [
    asked,
    {
      key: 'sent',
      title: sent ? t('payout.sent') : t('payout.checking'),
      at: payout.submitted_at,
      text: state === 'paid' ? null : words,
      state: held ? 'attention' : state === 'paid' ? 'done' : 'current',
    },
    {
      key: 'paid',
      title: t('payout.arrived'),
      at: payout.settled_at,
      text: state === 'paid' ? words : null,
      state: state === 'paid' ? 'done' : 'ahead',
    },
  ];
}

function Breakdown({ payout }: { payout: Payout }): ReactNode {
  const { t } = useTranslation('wallet');
  const language = useLanguage();
  const { amounts, withholdings } = payout;
  return (
    <Card component="section">
      <Stack gap="sm">
        <Title order={2} size="h3">
          {t('payout.breakdown')}
        </Title>
        <FigureLine label={t('payout.amount')} tenge={amounts.amount} />
        {withholdings.map(({ component, base, amount }) => (
          <FigureLine
            key={component}
            label={NAMES[component]?.[language] ?? component}
            tenge={amount}
            note={
              <>
                {t('payout.base')} <Money tenge={base} />
              </>
            }
          />
        ))}
        {amounts.net === null ? (
          <Text size="sm" c="dimmed">
            {t('payout.taxes_later')}
          </Text>
        ) : (
          <FigureLine label={t('payout.net')} tenge={amounts.net} strong />
        )}
      </Stack>
    </Card>
  );
}

function PayoutBody({ payout, row }: { payout: Payout; row: PayoutRow | undefined }): ReactNode {
  const { t } = useTranslation('wallet');
  const language = useLanguage();
  const steps = useSteps(payout, row);
  const back = payout.state === 'refused' || payout.state === 'cancelled';
  return (
    <Stack>
      <Group justify="space-between">
        <Text fz={28} fw={680} lh={1.2} span>
          <Money tenge={payout.amounts.net ?? payout.amounts.amount} />
        </Text>
        <PayoutStateBadge state={payout.state} size="lg" />
      </Group>
      {/* Above everything whose words change with the state: amounts stay where they are. */}
      <Breakdown payout={payout} />
      {row?.reason ? (
        <Alert role="note" color={back ? 'red' : 'yellow'}>
          {row.reason[language]}
        </Alert>
      ) : null}
      {back ? (
        <Alert role="note" color="tide">
          {t('payout.money_back')}
        </Alert>
      ) : null}
      <Card component="section" aria-label={t('payout.progress')}>
        <Timeline steps={steps} />
      </Card>
      {WAITING.includes(payout.state) ? null : (
        <CopyField
          label={t('payout.reference')}
          description={t('payout.reference_note')}
          value={payout.provider?.reference ?? payout.reference}
        />
      )}
    </Stack>
  );
}

export default function PayoutPage(): ReactNode {
  const { t } = useTranslation('wallet');
  const payoutId = useParams()['payoutId'] ?? '';
  const query = useQuery({
    ...payoutRead(payoutId),
    refetchInterval: ({ state: { data } }) =>
      data && SETTLED.includes(data.state) ? false : ASK_AGAIN_MS,
  });
  // The list has the state and its reason in the person's words.
  const rows = useInfiniteQuery({
    ...payoutsRead(useInfluencerId()),
    refetchInterval: query.data && SETTLED.includes(query.data.state) ? false : ASK_AGAIN_MS,
  });
  const row = rows.data?.pages.flatMap((page) => page.items).find(({ id }) => id === payoutId);
  return (
    <>
      <PageHeader
        above={<BackLink to="/wallet/payouts">{t('payouts.title')}</BackLink>}
        title={t('payout.title')}
      />
      <Loaded query={query} skeleton={<ListSkeleton rows={3} height={144} />}>
        {(payout) => <PayoutBody payout={payout} row={row} />}
      </Loaded>
    </>
  );
}
