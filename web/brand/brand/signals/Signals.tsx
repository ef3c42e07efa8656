import { Button, Card, Group, NativeSelect, Stack } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { IconClick, IconReceipt, IconShieldCheck } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { api, call } from '../../../ui/api/client';
import { EmptyState } from '../../../ui/components/EmptyState';
import { PageHeader } from '../../../ui/components/PageHeader';
import { ProblemAlert } from '../../../ui/components/ProblemAlert';
import { ListSkeleton } from '../../../ui/components/Skeletons';
import { almatyDay } from '../../../ui/format/dates';
import { useMe } from '../../../ui/session/session';
import { SignalCard } from '../../signals/SignalCard';
import { ClicksUnknown, SignalList, SignalNote } from '../../signals/SignalNote';
import { DAYS, signalKey, type Days, type Signal } from '../../signals/types';
import { ProgrammeSelect } from '../programmes/ProgrammeSelect';
import { useSearch } from '../useSearch';

function useSignals(days: Days, programmeId: string | null) {
  const { tenant } = useMe();
  const query = { days, ...(programmeId ? { programme_id: programmeId } : {}) };
  return useQuery({
    queryKey: ['signals', tenant.id, query],
    queryFn: () =>
      call(
        api.GET('/v1/brands/{brandId}/fraud-signals', {
          params: { path: { brandId: tenant.id }, query },
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data?.clicks_known === false ? 15_000 : false),
  });
}

/** Where to look: the clicks and the orders of the one person a signal is about. */
function Look({ signal }: { signal: Signal }): ReactNode {
  const { t } = useTranslation('signals');
  const [only, another] = signal.influencers;
  if (!only || another) return null;
  const from = almatyDay(new Date(signal.from));
  const to = almatyDay(new Date(signal.to));
  const programme = signal.programme ? `&programme=${signal.programme.id}` : '';
  return (
    <>
      <Button
        variant="default"
        component={Link}
        to={`/brand/clicks?influencer=${only.id}&from=${from}&to=${to}${programme}`}
        leftSection={<IconClick size={18} aria-hidden />}
      >
        {t('look.clicks')}
      </Button>
      <Button
        variant="default"
        component={Link}
        to={`/brand/orders?influencer=${only.id}${programme}`}
        leftSection={<IconReceipt size={18} aria-hidden />}
      >
        {t('look.orders')}
      </Button>
    </>
  );
}

/** What is worth a look in the clicks and orders of the brand's programmes. */
export default function Signals(): ReactNode {
  const { t } = useTranslation('signals');
  const { search, change } = useSearch();
  const programmeId = search.get('programme');
  const days = DAYS.find((one) => one === search.get('days')) ?? '7';
  const { data, error, refetch } = useSignals(days, programmeId);
  return (
    <>
      <PageHeader title={t('title')} text={t('text')} />
      <Stack gap="md">
        <SignalNote text={t('note.brand')} />
        <Group gap="sm" align="flex-end">
          <NativeSelect
            label={t('days_label')}
            value={days}
            data={DAYS.map((value) => ({ value, label: t('days', { count: Number(value) }) }))}
            onChange={({ currentTarget: { value } }) =>
              change({ days: value === '7' ? null : value })
            }
          />
          <ProgrammeSelect
            withAll
            value={programmeId}
            onChange={(id) => change({ programme: id })}
          />
        </Group>
        <ProblemAlert error={error} onRetry={() => void refetch()} />
        {data?.clicks_known === false ? <ClicksUnknown /> : null}
        {data || error ? null : <ListSkeleton rows={3} height={160} />}
        {data?.items.length === 0 ? (
          <Card>
            <EmptyState icon={IconShieldCheck} title={t('empty.title')} text={t('empty.text')} />
          </Card>
        ) : null}
        <SignalList label={t('title')}>
          {(data?.items ?? []).map((signal) => (
            <SignalCard
              key={signalKey(signal)}
              signal={signal}
              personPath={(id) => `/brand/influencers/${id}`}
              programmePath={(id) => `/brand/programmes/${id}`}
              actions={signal.influencers.length === 1 ? <Look signal={signal} /> : null}
            />
          ))}
        </SignalList>
      </Stack>
    </>
  );
}
