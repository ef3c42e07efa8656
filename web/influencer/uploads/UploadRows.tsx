import { NativeSelect, Stack, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { LoadMore } from '../../ui/components/LoadMore';
import { ReasonText } from '../../ui/components/ReasonText';
import { ListSkeleton } from '../../ui/components/Skeletons';
import { StateBadge, type Tone } from '../../ui/components/StateBadge';
import { uploadRowsRead } from '../data/linkReads';
import type { LinkImport, LinkImportRow, LinkImportRowState } from '../data/types';
import { useInfluencerId } from '../data/useInfluencerId';
import { Row, Rows } from '../list/Rows';
import { Loaded } from '../loading/Loaded';
import classes from './UploadRows.module.css';

const STATES = ['refused', 'created', 'existing', 'waiting'] as const;
const TONE: Readonly<Record<LinkImportRowState, Tone>> = {
  created: 'good',
  existing: 'plain',
  refused: 'bad',
  waiting: 'wait',
};

/** What became of a row: its link, or why there is none in words that say what to write instead. */
function ResultRow({ row }: { row: LinkImportRow }): ReactNode {
  const { t } = useTranslation('uploads');
  return (
    <Row {...(row.link_id ? { to: `/links/${row.link_id}` } : {})}>
      <div className={classes.head}>
        <Text size="sm" c="dimmed">
          {t('row', { number: row.row })}
        </Text>
        <StateBadge tone={TONE[row.state]} label={t(`state.${row.state}`)} size="sm" />
      </div>
      <Text size="sm" fw={500} lineClamp={2} className={classes.address ?? ''}>
        {row.short_url ?? (row.url || t('no_address'))}
      </Text>
      {row.problem ? <ReasonText reason={row.problem} size="sm" /> : null}
      {row.short_url ? (
        <Text size="xs" c="dimmed" lineClamp={1} className={classes.address ?? ''}>
          {row.title ?? row.url}
        </Text>
      ) : null}
    </Row>
  );
}

export function UploadRows({ upload }: { upload: LinkImport }): ReactNode {
  const { t } = useTranslation('uploads');
  const [state, setState] = useState<LinkImportRowState | null>(null);
  const done = upload.rows.total - upload.rows.waiting;
  const query = useInfiniteQuery(uploadRowsRead(useInfluencerId(), upload.id, state, done));
  const rows = query.data?.pages.flatMap((page) => page.items);
  return (
    <Stack gap="sm" component="section">
      <NativeSelect
        label={t('which')}
        value={state ?? ''}
        onChange={(event) => {
          const chosen = event.currentTarget.value;
          setState(STATES.find((one) => one === chosen) ?? null);
        }}
        data={[
          { value: '', label: t('all') },
          ...STATES.map((one) => ({ value: one, label: t(`state.${one}`) })),
        ]}
      />
      <Loaded query={{ ...query, data: rows }} skeleton={<ListSkeleton rows={4} height={88} />}>
        {(items) =>
          items.length > 0 ? (
            <Rows label={t('rows')}>
              {items.map((row) => (
                <ResultRow key={row.row} row={row} />
              ))}
            </Rows>
          ) : (
            <Text c="dimmed">{t('nothing')}</Text>
          )
        }
      </Loaded>
      <LoadMore {...query} />
    </Stack>
  );
}
