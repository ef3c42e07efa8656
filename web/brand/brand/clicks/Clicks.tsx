import { Alert, Button, Group, SimpleGrid, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconClick, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { api, call } from '../../../ui/api/client';
import { PageHeader } from '../../../ui/components/PageHeader';
import { ProblemAlert } from '../../../ui/components/ProblemAlert';
import { StatTile } from '../../../ui/components/StatTile';
import { formatDate } from '../../../ui/format/dates';
import { formatShare } from '../../../ui/format/money';
import { useMe } from '../../../ui/session/session';
import { PeriodPicker, usePeriod } from '../period/PeriodPicker';
import { ProgrammeSelect } from '../programmes/ProgrammeSelect';
import { useSearch } from '../useSearch';
import { ClickDays } from './ClickDays';
import { ClickReasons } from './ClickReasons';
import { ClickSources } from './ClickSources';
import { figure, FIGURES, type FigureName } from './figure';
import { CUTS, useClickStatistics, type ClickFigures } from './useClicks';

/** The share of all clicks; for all of them what they are. */
function useNote(): (total: ClickFigures, name: FigureName) => string {
  const { t } = useTranslation('clicks');
  return (total, name) => {
    const [clicks, count] = [total.clicks, total[name]];
    if (name === 'clicks' || !clicks || count === null) return t(`note.${name}`);
    return t('note.share', { share: formatShare(count / clicks), what: t(`note.${name}`) });
  };
}

function Totals({ total }: { total: ClickFigures | undefined }): ReactNode {
  const { t } = useTranslation('clicks');
  const noteOf = useNote();
  return (
    <SimpleGrid cols={{ base: 2, lg: 4 }} spacing="sm" role="group" aria-label={t('totals')}>
      {FIGURES.map((name) => (
        <StatTile
          key={name}
          label={t(`figure.${name}`)}
          value={
            total ? <span data-testid={`clicks-${name}`}>{figure(total[name])}</span> : undefined
          }
          note={total ? noteOf(total, name) : t(`note.${name}`)}
        />
      ))}
    </SimpleGrid>
  );
}

/** Whose clicks only, by name, with the way back to everybody's. */
function OnlyInfluencer({ id, onClear }: { id: string; onClear: () => void }): ReactNode {
  const { t } = useTranslation('clicks');
  const { tenant } = useMe();
  const { from, to } = usePeriod();
  const { data } = useQuery({
    queryKey: ['influencer', tenant.id, id, from, to],
    queryFn: () =>
      call(
        api.GET('/v1/brands/{brandId}/influencers/{influencerId}', {
          params: { path: { brandId: tenant.id, influencerId: id }, query: { from, to } },
        }),
      ),
  });
  return (
    <Button variant="light" rightSection={<IconX size={16} aria-hidden />} onClick={onClear}>
      {t('only', { name: data?.influencer.display_name ?? t('one_influencer') })}
    </Button>
  );
}

/** Where clicks come from, which of them count, and why the others do not. */
export default function Clicks(): ReactNode {
  const { t } = useTranslation(['clicks', 'brand']);
  const { search, change } = useSearch();
  const period = usePeriod();
  const influencerId = search.get('influencer');
  const by = CUTS.find((cut) => cut === search.get('by')) ?? 'influencer';
  const { data, error, refetch } = useClickStatistics('day');
  return (
    <>
      <PageHeader
        title={t('title')}
        text={t('dates', { from: formatDate(period.from), to: formatDate(period.to) })}
      />
      <Stack gap="md">
        <Group gap="sm" align="flex-end">
          <PeriodPicker />
          <ProgrammeSelect
            withAll
            value={search.get('programme')}
            onChange={(id) => change({ programme: id })}
          />
          {influencerId ? (
            <OnlyInfluencer id={influencerId} onClear={() => change({ influencer: null })} />
          ) : null}
        </Group>
        <ProblemAlert error={error} onRetry={() => void refetch()} />
        {data?.clicks_known === false ? (
          <Alert
            color="yellow"
            role="status"
            icon={<IconClick aria-hidden />}
            title={t('clicks_unknown.title', { ns: 'brand' })}
          >
            {t('unknown_text')}
          </Alert>
        ) : null}
        {error && !data ? null : (
          <>
            <Totals total={data?.total} />
            <ClickDays statistics={data} />
            {/* Without the click store nobody knows: neither "none" nor "all count" may be said. */}
            {data?.clicks_known === false ? null : (
              <>
                <ClickReasons statistics={data} />
                <ClickSources
                  by={by}
                  onChoose={(next) => change({ by: next === 'influencer' ? null : next })}
                />
              </>
            )}
          </>
        )}
      </Stack>
    </>
  );
}
