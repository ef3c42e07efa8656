import { Alert, Anchor, Card, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';

import { Money } from '../../ui/components/Money';
import { PageHeader } from '../../ui/components/PageHeader';
import { ListSkeleton } from '../../ui/components/Skeletons';
import { Timeline, type TimelineStep } from '../../ui/components/Timeline';
import { useLanguage } from '../../ui/i18n/useLanguage';
import { orderRead } from '../data/reads';
import type { Order, OrderMovement, OrderStep } from '../data/types';
import { useInfluencerId } from '../data/useInfluencerId';
import { BackLink } from '../list/BackLink';
import { ProductHeader } from '../list/ProductHeader';
import { Loaded } from '../loading/Loaded';
import { FigureLine } from '../payee/TaxLines';
import { MovementLines } from './MovementLines';
import { OrderStateBadge } from './OrderStateBadge';

const LOOKS: Partial<Record<OrderStep, TimelineStep['state']>> = {
  cancelled: 'refused',
  refused: 'refused',
  returned: 'attention',
  review: 'attention',
  waiting: 'current',
};

type StepTextProps = {
  readonly text: string;
  readonly payable: string | null;
  readonly payoutId: string | null;
  readonly movement: OrderMovement | null;
};

function StepText({ text, payable, payoutId, movement }: StepTextProps): ReactNode {
  const { t } = useTranslation('orders');
  return (
    <Stack gap={2}>
      <span>{text}</span>
      {payable ? (
        <span>
          {t('your_part')}{' '}
          <Text span inherit fw={600}>
            <Money tenge={payable} />
          </Text>
        </span>
      ) : null}
      {movement ? <MovementLines movement={movement} /> : null}
      {payoutId ? (
        <Anchor
          component={Link}
          to={`/wallet/payouts/${payoutId}`}
          size="sm"
          py={10}
          w="fit-content"
        >
          {t('to_payout')}
        </Anchor>
      ) : null}
    </Stack>
  );
}

function useSteps({ steps, next }: Order): TimelineStep[] {
  const { t } = useTranslation('orders');
  const language = useLanguage();
  const past = steps.map(({ step, at, text, payable, payout_id, movement }, i): TimelineStep => {
    const last = i === steps.length - 1;
    return {
      key: `${step}-${at}-${i}`,
      title: t(`step.${step}`),
      at,
      text: (
        <StepText
          text={text[language]}
          payable={payable}
          payoutId={payout_id}
          movement={movement}
        />
      ),
      state: LOOKS[step] ?? (last && next && step === 'held' ? 'current' : 'done'),
    };
  });
  if (!next) return past;
  return [
    ...past,
    {
      key: 'next',
      title: t('next', { step: t(`step.${next.step}`) }),
      at: next.at,
      text: next.text[language],
      state: 'ahead',
    },
  ];
}

/** Of the last change after the release, what is promised and not released yet. */
function promisedMore({ steps }: Order): string | null {
  const last = steps.findLast(({ movement }) => movement !== null)?.movement;
  return last?.kind === 'promised' ? last.payable : null;
}

function Amounts({ amounts, more }: { amounts: Order['amounts']; more: string | null }): ReactNode {
  const { t } = useTranslation('orders');
  const { sale, commission, platform_fee, payable } = amounts;
  return (
    <Card component="section">
      <Stack gap="sm">
        <Title order={2} size="h3">
          {t('amounts.title')}
        </Title>
        <FigureLine label={t('amounts.sale')} tenge={sale} />
        {commission ? <FigureLine label={t('amounts.commission')} tenge={commission} /> : null}
        {platform_fee ? <FigureLine label={t('amounts.fee')} tenge={platform_fee} /> : null}
        {payable ? (
          <FigureLine
            label={t('amounts.yours')}
            tenge={payable}
            strong
            note={t('amounts.before_tax')}
          />
        ) : (
          <Text size="sm" c="dimmed">
            {t('amounts.unknown')}
          </Text>
        )}
        {more ? (
          <FigureLine label={t('amounts.more')} tenge={more} note={t('amounts.more_note')} />
        ) : null}
      </Stack>
    </Card>
  );
}

function OrderBody({ data }: { data: Order }): ReactNode {
  const { t } = useTranslation('orders');
  const language = useLanguage();
  const steps = useSteps(data);
  const { order } = data;
  const bad = order.state === 'CANCELLED' || order.state === 'REFUSED';
  return (
    <>
      <ProductHeader
        above={<BackLink to="/orders">{t('title')}</BackLink>}
        title={order.title ?? t('untitled')}
        text={order.programme.name}
      />
      <Stack>
        <Group justify="space-between">
          <Text fz={28} fw={680} lh={1.2} span>
            {order.payable === null ? '—' : <Money tenge={order.payable} />}
          </Text>
          <OrderStateBadge state={order.state} size="lg" />
        </Group>
        {/* Above everything that grows while one looks: amounts stay where they are. */}
        <Amounts amounts={data.amounts} more={promisedMore(data)} />
        {order.reason && (bad || order.state === 'REVIEW') ? (
          <Alert role="note" color={bad ? 'red' : 'yellow'}>
            {order.reason[language]}
          </Alert>
        ) : null}
        <Card component="section" aria-label={t('timeline')}>
          <Timeline steps={steps} />
        </Card>
        {order.link_id ? (
          <Anchor component={Link} to={`/links/${order.link_id}`} py={10} w="fit-content">
            {t('to_link')}
          </Anchor>
        ) : null}
      </Stack>
    </>
  );
}

export default function OrderPage(): ReactNode {
  const { t } = useTranslation('orders');
  const conversionId = useParams()['conversionId'] ?? '';
  const query = useQuery(orderRead(useInfluencerId(), conversionId));
  return (
    <>
      {query.data ? null : (
        <PageHeader above={<BackLink to="/orders">{t('title')}</BackLink>} title={t('order')} />
      )}
      <Loaded query={query} skeleton={<ListSkeleton rows={4} height={112} />}>
        {(data) => <OrderBody data={data} />}
      </Loaded>
    </>
  );
}
