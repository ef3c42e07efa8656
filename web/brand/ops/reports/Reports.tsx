import { Text } from '@mantine/core';
import { IconFlag } from '@tabler/icons-react';
import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { TableColumn } from '../../../ui/components/DataTable';
import { DateTime } from '../../../ui/components/DateTime';
import { FilterBar } from '../../../ui/components/FilterBar';
import { PageHeader } from '../../../ui/components/PageHeader';
import { REASONS } from '../links/useLinkDecisions';
import { Choice } from '../parts/Choice';
import { FilteredList } from '../parts/FilteredList';
import { oneOf } from '../parts/states';
import { useUrlFilters } from '../parts/useUrlFilters';
import { ReportBadge } from './ReportBadge';
import { ReportPanel } from './ReportPanel';
import { useReports, type Report } from './useReports';

const STATES = ['open', 'dismissed', 'taken_down'] as const;

function What({ report }: { report: Report }): ReactNode {
  const { t } = useTranslation('opsReports');
  const { link } = report;
  return (
    <div>
      <Text size="sm" fw={560} style={{ overflowWrap: 'anywhere' }}>
        {link?.title ?? report.address}
      </Text>
      <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
        {link === null
          ? t('list.no_link')
          : link.code === null
            ? t('link.whole_shop')
            : `${link.code} · ${link.programme}`}
      </Text>
    </div>
  );
}

function Why({ report }: { report: Report }): ReactNode {
  const { t } = useTranslation('opsReports');
  return (
    <div>
      <Text size="sm">{t(`reason.${report.reason}`)}</Text>
      {report.comment ? (
        <Text size="xs" c="dimmed" lineClamp={2} style={{ overflowWrap: 'anywhere' }}>
          {report.comment}
        </Text>
      ) : null}
    </div>
  );
}

function useColumns(): readonly TableColumn<Report>[] {
  const { t, i18n } = useTranslation('opsReports');
  return useMemo(
    () => [
      {
        key: 'what',
        header: t('list.what'),
        grow: 2,
        minWidth_px: 200,
        card: 'title',
        cell: (report) => <What report={report} />,
      },
      {
        key: 'reason',
        header: t('list.reason'),
        grow: 2,
        minWidth_px: 180,
        cell: (report) => <Why report={report} />,
      },
      {
        key: 'owner',
        header: t('list.owner'),
        minWidth_px: 130,
        cell: ({ link }) => link?.influencer?.name || link?.influencer?.id || '—',
      },
      {
        key: 'at',
        header: t('list.at'),
        minWidth_px: 100,
        grow: 0.7,
        cell: ({ created_at }) => <DateTime at={created_at} form="short" />,
      },
      {
        key: 'state',
        header: t('list.state'),
        minWidth_px: 140,
        card: 'figure',
        cell: ({ state }) => <ReportBadge state={state} />,
      },
      {
        key: 'open',
        header: t('list.open_reports'),
        align: 'end',
        minWidth_px: 110,
        grow: 0.7,
        card: 'hidden',
        cell: ({ link }) => link?.open_reports ?? '—',
      },
    ],
    // The words change with the language, though `t` may stay the same function.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [t, i18n.language],
  );
}

/** What strangers have said about links, newest first. */
export default function Reports(): ReactNode {
  const { t } = useTranslation('opsReports');
  const filters = useUrlFilters(['state', 'reason']);
  const state = oneOf(STATES, filters.get('state'));
  const reason = oneOf(REASONS, filters.get('reason'));
  const reports = useReports({ ...(state ? { state } : {}), ...(reason ? { reason } : {}) });
  const columns = useColumns();
  const opened = filters.get('open');
  const known = reports.data?.pages.flatMap(({ items }) => items).find(({ id }) => id === opened);
  return (
    <>
      <PageHeader title={t('title')} text={t('text')} />
      <FilterBar onClear={filters.any ? filters.clear : null}>
        <Choice
          label={t('list.state')}
          value={state ?? null}
          options={STATES.map((value) => ({ value, label: t(`state.${value}`) }))}
          onChange={(value) => filters.set({ state: value })}
        />
        <Choice
          label={t('list.reason')}
          value={reason ?? null}
          options={REASONS.map((value) => ({ value, label: t(`reason.${value}`) }))}
          onChange={(value) => filters.set({ reason: value })}
        />
      </FilterBar>
      <FilteredList
        list={reports}
        filters={filters}
        label={t('title')}
        columns={columns}
        rowId={({ id }) => id}
        onOpen={({ id }) => filters.set({ open: id })}
        empty={{ icon: IconFlag, title: t('empty.title'), text: t('empty.text') }}
      />
      <ReportPanel reportId={opened} known={known} onClose={() => filters.set({ open: null })} />
    </>
  );
}
