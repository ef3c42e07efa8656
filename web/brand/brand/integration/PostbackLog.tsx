import { Alert, Group, NativeSelect, Stack, Text } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { DataTable, type TableColumn } from '../../../ui/components/DataTable';
import { DateTime } from '../../../ui/components/DateTime';
import { EmptyState } from '../../../ui/components/EmptyState';
import { LoadMore } from '../../../ui/components/LoadMore';
import { Money } from '../../../ui/components/Money';
import { ProblemAlert } from '../../../ui/components/ProblemAlert';
import { ListSkeleton } from '../../../ui/components/Skeletons';
import { StateBadge } from '../../../ui/components/StateBadge';
import { StreamBadge } from '../../../ui/components/StreamBadge';
import { useLanguage } from '../../../ui/i18n/useLanguage';
import type { Postback } from '../types';
import { useSearch } from '../useSearch';
import { PostbackDetail } from './PostbackDetail';
import { isTenge, VERDICT_TONE, VERDICTS } from './postbacks';
import { usePostbacks } from './usePostbacks';

function useColumns(): readonly TableColumn<Postback>[] {
  const { t } = useTranslation('integration');
  const language = useLanguage();
  return useMemo(() => {
    const why = ({ problem, reason }: Postback): string | null =>
      problem?.text[language] ?? reason?.[language] ?? null;
    return [
      {
        key: 'verdict',
        header: t('log.verdict'),
        grow: 1.5,
        minWidth_px: 150,
        card: 'title',
        cell: ({ verdict }) => (
          <StateBadge tone={VERDICT_TONE[verdict]} label={t(`verdict.${verdict}`)} />
        ),
      },
      {
        key: 'at',
        header: t('log.at'),
        grow: 1.3,
        minWidth_px: 130,
        card: 'figure',
        cell: ({ at }) => (
          <Text span size="sm" fw={400}>
            <DateTime at={at} form="relative" />
          </Text>
        ),
      },
      {
        key: 'order',
        header: t('log.order'),
        grow: 1.4,
        minWidth_px: 140,
        cell: ({ transaction_id }) => (
          <span style={{ overflowWrap: 'anywhere' }}>{transaction_id ?? '—'}</span>
        ),
      },
      {
        key: 'status',
        header: t('log.status'),
        grow: 1.1,
        minWidth_px: 110,
        cell: ({ order_status }) => order_status ?? '—',
      },
      {
        key: 'sale',
        header: t('log.sale'),
        align: 'end',
        grow: 1.1,
        minWidth_px: 110,
        cell: ({ sale }) =>
          sale !== null && isTenge(sale) ? <Money tenge={sale} /> : (sale ?? '—'),
      },
      {
        key: 'why',
        header: t('log.why'),
        grow: 2,
        minWidth_px: 200,
        cell: (postback) => why(postback) ?? '—',
      },
    ];
  }, [t, language]);
}

/** What the shop sends, as it comes; refused attempts too, with what to mend. */
export function PostbackLog({ programmeId }: { programmeId: string }): ReactNode {
  const { t } = useTranslation('integration');
  const { search, change } = useSearch();
  const verdict = VERDICTS.find((one) => one === search.get('verdict')) ?? null;
  const { list, stream } = usePostbacks(programmeId, verdict);
  const columns = useColumns();
  const [shown, setShown] = useState<Postback | null>(null);
  const { data, error, refetch } = list;
  const rows = useMemo(() => data?.pages.flatMap(({ items }) => items) ?? [], [data]);
  return (
    <Stack gap="md">
      <Group justify="space-between" gap="sm">
        <NativeSelect
          aria-label={t('log.verdict')}
          value={verdict ?? ''}
          data={[
            { value: '', label: t('log.any') },
            ...VERDICTS.map((value) => ({ value, label: t(`verdict.${value}`) })),
          ]}
          onChange={(event) => change({ verdict: event.currentTarget.value })}
        />
        <StreamBadge stream={stream} label={(state) => t(`stream.${state}`)} size="lg" />
      </Group>
      {data?.pages[0]?.attempts_known === false ? (
        <Alert color="yellow">{t('log.attempts_unknown')}</Alert>
      ) : null}
      <ProblemAlert error={error} onRetry={() => void refetch()} />
      {data || error ? null : <ListSkeleton rows={6} height={52} />}
      {data ? (
        <DataTable
          label={t('tab.log')}
          columns={columns}
          rows={rows}
          rowId={({ id }) => id}
          onOpen={setShown}
          maxHeight="60dvh"
          empty={
            <EmptyState
              icon={IconPlugConnectedX}
              title={t(verdict ? 'log.none_such' : 'log.empty_title')}
              text={verdict ? '' : t('log.empty_text')}
            />
          }
        />
      ) : null}
      <LoadMore {...list} />
      <PostbackDetail postback={shown} onClose={() => setShown(null)} />
    </Stack>
  );
}
