import { Alert, Button, Group, Stack, Switch } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { IconClick, IconRocket } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { api, call } from '../../../ui/api/client';
import { EmptyState } from '../../../ui/components/EmptyState';
import { PageHeader } from '../../../ui/components/PageHeader';
import { ProblemAlert } from '../../../ui/components/ProblemAlert';
import { formatDate } from '../../../ui/format/dates';
import { useMay, useMe } from '../../../ui/session/session';
import { DayCard } from '../charts/DayCard';
import { isMetric } from '../figures';
import { PeriodPicker, usePeriod } from '../period/PeriodPicker';
import { ProgrammeSelect } from '../programmes/ProgrammeSelect';
import { useProgrammes } from '../programmes/useProgrammes';
import { useSearch } from '../useSearch';
import { Breakdown, CUTS, type Cut } from './Breakdown';
import { CostBar } from './CostBar';
import { MetricTiles } from './MetricTiles';

function useOverview(by: Cut, compared: boolean, programmeId: string | null) {
  const { tenant } = useMe();
  const { from, to } = usePeriod();
  const query = {
    from,
    to,
    by,
    compare: compared ? ('previous' as const) : ('none' as const),
    ...(programmeId ? { programme_id: programmeId } : {}),
  };
  return useQuery({
    queryKey: ['overview', tenant.id, query],
    queryFn: () =>
      call(
        api.GET('/v1/brands/{brandId}/overview', {
          params: { path: { brandId: tenant.id }, query },
        }),
      ),
    placeholderData: keepPreviousData,
    // While clicks are missing the screen asks again by itself.
    refetchInterval: ({ state }) => (state.data?.clicks_known === false ? 15_000 : false),
  });
}

/** Nothing can be seen before there is a programme: say what to do first. */
function FirstSteps(): ReactNode {
  const { t } = useTranslation('overview');
  return (
    <EmptyState
      icon={IconRocket}
      title={t('first.title')}
      text={t('first.text')}
      action={
        useMay('createProgramme') ? (
          <Button component={Link} to="/brand/programmes/new">
            {t('first.action')}
          </Button>
        ) : null
      }
    />
  );
}

function Figures(): ReactNode {
  const { t } = useTranslation(['overview', 'brand']);
  const { search, change } = useSearch();
  const compared = search.get('compare') !== 'none';
  const programmeId = search.get('programme');
  const metric = search.get('metric');
  const chosen = isMetric(metric) ? metric : 'sales';
  const by = CUTS.find((cut) => cut === search.get('by')) ?? 'influencer';
  const { data, error, refetch } = useOverview(by, compared, programmeId);
  return (
    <Stack gap="md">
      <Group gap="sm" align="flex-end">
        <PeriodPicker />
        <ProgrammeSelect withAll value={programmeId} onChange={(id) => change({ programme: id })} />
        <Switch
          label={t('compare')}
          py={8}
          checked={compared}
          onChange={(event) => change({ compare: event.currentTarget.checked ? null : 'none' })}
        />
      </Group>
      {data ? null : <ProblemAlert error={error} onRetry={() => void refetch()} />}
      {error && !data ? null : (
        <>
          <MetricTiles
            total={data?.total}
            previous={compared ? (data?.previous ?? null) : null}
            chosen={chosen}
            onChoose={(next) => change({ metric: next === 'sales' ? null : next })}
          />
          <DayCard
            metric={chosen}
            series={data?.series}
            previous={compared ? (data?.previous_series ?? null) : null}
          />
          <CostBar cost={data?.total.cost} />
          <Breakdown
            overview={data}
            by={by}
            onChoose={(next) => change({ by: next === 'influencer' ? null : next })}
          />
        </>
      )}
      {/* Below the figures: what comes late must not move a sum somebody is reading. */}
      {data ? <ProblemAlert error={error} onRetry={() => void refetch()} /> : null}
      {data?.clicks_known === false ? (
        <Alert
          color="yellow"
          role="status"
          icon={<IconClick aria-hidden />}
          title={t('clicks_unknown.title', { ns: 'brand' })}
        >
          {t('clicks_unknown.text', { ns: 'brand' })}
        </Alert>
      ) : null}
    </Stack>
  );
}

/** The brand's home: what came in, what it cost, who brought it. */
export default function Overview(): ReactNode {
  const { t } = useTranslation('overview');
  const { tenant } = useMe();
  const { from, to } = usePeriod();
  const programmes = useProgrammes();
  const none = programmes.data?.length === 0;
  return (
    <>
      <PageHeader
        title={t('title')}
        text={none ? tenant.name : t('dates', { from: formatDate(from), to: formatDate(to) })}
      />
      {none ? <FirstSteps /> : <Figures />}
    </>
  );
}
