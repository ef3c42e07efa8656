import { Alert, Button, Card, Group, Stack, Title } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { IconLink, IconReceipt } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';

import { api, call } from '../../../ui/api/client';
import { ApiProblem } from '../../../ui/api/problem';
import { NotFound } from '../../../ui/app/NotFound';
import { PageHeader } from '../../../ui/components/PageHeader';
import { ProblemAlert } from '../../../ui/components/ProblemAlert';
import { LineSkeleton } from '../../../ui/components/Skeletons';
import { useMe } from '../../../ui/session/session';
import { BackLink } from '../BackLink';
import { DayCard } from '../charts/DayCard';
import { isMetric } from '../figures';
import { MetricTiles } from '../overview/MetricTiles';
import { PeriodPicker, usePeriod } from '../period/PeriodPicker';
import { useSearch } from '../useSearch';
import { Products } from './Products';

function useInfluencer(influencerId: string) {
  const { tenant } = useMe();
  const { from, to } = usePeriod();
  return useQuery({
    queryKey: ['influencer', tenant.id, influencerId, from, to],
    queryFn: () =>
      call(
        api.GET('/v1/brands/{brandId}/influencers/{influencerId}', {
          params: { path: { brandId: tenant.id, influencerId }, query: { from, to } },
        }),
      ),
    placeholderData: keepPreviousData,
  });
}

/** One creator's work for the brand: figures, days, and the pages that sell. */
export default function Influencer(): ReactNode {
  const { t } = useTranslation(['influencers', 'brand']);
  const { influencerId = '' } = useParams();
  const { search, change } = useSearch();
  const { data, error, refetch } = useInfluencer(influencerId);
  const asked = search.get('metric');
  const metric = isMetric(asked) ? asked : 'sales';
  if (error instanceof ApiProblem && error.status === 404) {
    return <NotFound home="/brand/influencers" />;
  }
  return (
    <>
      <PageHeader
        above={<BackLink to="/brand/influencers" label={t('title')} />}
        title={data?.influencer.display_name ?? t('one')}
        text={data ? t('code', { code: data.influencer.ref }) : <LineSkeleton width="16ch" />}
        actions={
          <Button
            variant="default"
            component={Link}
            to={`/brand/orders?influencer=${influencerId}`}
            leftSection={<IconReceipt size={18} aria-hidden />}
          >
            {t('orders')}
          </Button>
        }
      />
      <Stack gap="md">
        <Group>
          <PeriodPicker />
        </Group>
        {data ? null : <ProblemAlert error={error} onRetry={() => void refetch()} />}
        <MetricTiles
          total={data?.influencer.figures}
          previous={null}
          chosen={metric}
          onChoose={(next) => change({ metric: next === 'sales' ? null : next })}
        />
        <DayCard metric={metric} series={data?.series} previous={null} />
        <Card>
          <Group gap="xs" mb="md">
            <IconLink size={20} aria-hidden />
            <Title order={2} size="h3">
              {t('products')}
            </Title>
          </Group>
          <Products rows={data?.products} />
        </Card>
        {/* Below the figures: what comes late must not move a sum somebody is reading. */}
        {data ? <ProblemAlert error={error} onRetry={() => void refetch()} /> : null}
        {data?.clicks_known === false ? (
          <Alert color="yellow" role="status" title={t('clicks_unknown.title', { ns: 'brand' })}>
            {t('clicks_unknown.text', { ns: 'brand' })}
          </Alert>
        ) : null}
      </Stack>
    </>
  );
}
