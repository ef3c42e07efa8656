import { Card, Stack } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { IconShieldCheck } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { api, call } from '../../../ui/api/client';
import { EmptyState } from '../../../ui/components/EmptyState';
import { FilterBar } from '../../../ui/components/FilterBar';
import { PageHeader } from '../../../ui/components/PageHeader';
import { SignalCard } from '../../signals/SignalCard';
import { ClicksUnknown, SignalList, SignalNote } from '../../signals/SignalNote';
import { DAYS, signalKey, type Signals as SignalsData } from '../../signals/types';
import { LinkAction } from '../links/LinkAction';
import { SIGNALS_KEY } from '../links/useLinkDecisions';
import { Choice } from '../parts/Choice';
import { QueryBody } from '../parts/QueryBody';
import { oneOf } from '../parts/states';
import { useUrlFilters } from '../parts/useUrlFilters';
import type { Schema } from '../types';

const CODES = [
  'network_velocity',
  'link_velocity',
  'agent_velocity',
  'flat_hours',
  'night_heavy',
  'orders_too_fast',
  'orders_same_second',
  'orders_one_device',
  'payees_one_device',
] as const satisfies readonly Schema<'FraudSignalCode'>[];

type Filter = { readonly days?: string; readonly code?: (typeof CODES)[number] };

function useSignals(filter: Filter) {
  return useQuery({
    queryKey: [...SIGNALS_KEY, filter],
    queryFn: () => call(api.GET('/v1/ops/fraud-signals', { params: { query: filter } })),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data?.clicks_known === false ? 15_000 : false),
  });
}

function Cards({ signals }: { signals: SignalsData }): ReactNode {
  const { t } = useTranslation('signals');
  return (
    <Stack gap="md">
      {signals.clicks_known ? null : <ClicksUnknown />}
      {signals.items.length === 0 ? (
        <Card>
          <EmptyState icon={IconShieldCheck} title={t('empty.title')} text={t('empty.text')} />
        </Card>
      ) : null}
      <SignalList label={t('title')}>
        {signals.items.map((signal) => (
          <SignalCard
            key={signalKey(signal)}
            signal={signal}
            personPath={(id) => `/ops/people/${id}`}
            actions={signal.link ? <LinkAction link={signal.link} /> : null}
          />
        ))}
      </SignalList>
    </Stack>
  );
}

/** Signs of fraud in all programmes, gravest first. */
export default function Signals(): ReactNode {
  const { t } = useTranslation('signals');
  const filters = useUrlFilters(['days', 'code']);
  const days = oneOf(DAYS, filters.get('days'));
  const code = oneOf(CODES, filters.get('code'));
  const signals = useSignals({ ...(days ? { days } : {}), ...(code ? { code } : {}) });
  return (
    <>
      <PageHeader title={t('title')} text={t('text_ops')} />
      <Stack gap="md">
        <SignalNote text={t('note.ops')} />
        <FilterBar onClear={filters.any ? filters.clear : null}>
          <Choice
            label={t('days_label')}
            emptyLabel={t('days', { count: 7 })}
            value={days ?? null}
            options={DAYS.filter((value) => value !== '7').map((value) => ({
              value,
              label: t('days', { count: Number(value) }),
            }))}
            onChange={(value) => filters.set({ days: value })}
          />
          <Choice
            label={t('code_label')}
            value={code ?? null}
            options={CODES.map((value) => ({ value, label: t(`code.${value}`) }))}
            onChange={(value) => filters.set({ code: value })}
          />
        </FilterBar>
        <QueryBody query={signals}>{(data) => <Cards signals={data} />}</QueryBody>
      </Stack>
    </>
  );
}
