import { Card, Stack, Text, TextInput, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { api, call } from '../../../ui/api/client';
import { Money } from '../../../ui/components/Money';
import { ProblemAlert } from '../../../ui/components/ProblemAlert';
import { formatBasisPoints, readMoney } from '../../../ui/format/money';
import { useLanguage } from '../../../ui/i18n/useLanguage';
import type { WorkedExample as Example } from '../types';
import classes from './WorkedExample.module.css';

export type WorkedExampleProps = {
  /** Any programme of the brand: the example changes nothing and takes its platform fee only. */
  readonly programmeId: string;
  /** Null: those in force. */
  readonly commissionBps: number | null;
};

/** A brand that has no programme yet is shown the terms it is about to make. */
export type FirstExampleProps = { readonly brandId: string; readonly commissionBps: number };

function Line(props: {
  label: ReactNode;
  tenge: string | undefined;
  strong?: boolean;
  inner?: boolean;
}): ReactNode {
  return (
    <div
      className={classes.line}
      data-weight={props.strong ? 'strong' : undefined}
      data-level={props.inner ? '2' : undefined}
    >
      <dt>{props.label}</dt>
      <dd>
        <Money tenge={props.tenge} />
      </dd>
    </div>
  );
}

function Regimes({ regimes }: { regimes: Example['regimes'] }): ReactNode {
  const { t } = useTranslation('programmes');
  const language = useLanguage();
  return (
    <Stack gap={6} className={classes.net}>
      <Text size="sm" c="dimmed">
        {t('example.nets')}
      </Text>
      <dl className={classes.lines}>
        {regimes.map(({ regime, name, net }) =>
          net === null ? null : <Line key={regime} label={name[language]} tenge={net} />,
        )}
      </dl>
    </Stack>
  );
}

const terms = (bps: number): { readonly terms: { readonly commission_bps: number } } => ({
  terms: { commission_bps: bps },
});

/** What one sale costs the brand and brings the creator, computed by the functions that price real orders. */
export function WorkedExample({ programmeId, commissionBps }: WorkedExampleProps): ReactNode {
  const ask: Ask = (sale_amount, bps) =>
    call(
      api.POST('/v1/programmes/{programmeId}/example', {
        params: { path: { programmeId } },
        body: { sale_amount, ...(bps === null ? {} : terms(bps)) },
      }),
    );
  return <ExampleCard of={programmeId} commissionBps={commissionBps} ask={ask} />;
}

export function FirstExample({ brandId, commissionBps }: FirstExampleProps): ReactNode {
  const ask: Ask = (sale_amount, bps) =>
    call(
      api.POST('/v1/brands/{brandId}/example', {
        params: { path: { brandId } },
        body: { sale_amount, ...terms(bps ?? commissionBps) },
      }),
    );
  return <ExampleCard of={brandId} commissionBps={commissionBps} ask={ask} />;
}

type Ask = (saleAmount: string, commissionBps: number | null) => Promise<Example>;

function ExampleCard(props: {
  /** Whose example it is, for the cache. */
  of: string;
  commissionBps: number | null;
  ask: Ask;
}): ReactNode {
  const { of, commissionBps, ask } = props;
  const { t } = useTranslation('programmes');
  const [typed, setTyped] = useState('10000');
  const [asked] = useDebouncedValue({ sale: readMoney(typed), bps: commissionBps }, 250);
  const { data, error, refetch } = useQuery({
    queryKey: ['example', of, asked],
    enabled: asked.sale !== null,
    queryFn: () => ask(asked.sale ?? '0', asked.bps),
    placeholderData: keepPreviousData,
  });
  return (
    <Card>
      <Stack gap="sm">
        <Title order={3}>{t('example.title')}</Title>
        <TextInput
          label={t('example.sale')}
          inputMode="decimal"
          maw={220}
          value={typed}
          error={readMoney(typed) === null ? t('example.sale_wrong') : null}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <ProblemAlert error={error} onRetry={() => void refetch()} />
        <dl className={classes.lines} aria-live="polite">
          <Line
            strong
            label={t('example.commission', {
              rate: data ? formatBasisPoints(data.terms.commission_bps) : '',
            })}
            tenge={data?.commission}
          />
          <Line inner label={t('example.fee')} tenge={data?.platform_fee} />
          <Line inner label={t('example.gross')} tenge={data?.influencer_gross} />
        </dl>
        {data ? <Regimes regimes={data.regimes} /> : null}
      </Stack>
    </Card>
  );
}
