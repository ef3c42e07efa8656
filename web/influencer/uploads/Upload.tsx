import { Alert, Button, Card, Group, Progress, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { IconDownload } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation, useParams } from 'react-router';

import { api, call } from '../../ui/api/client';
import { DateTime } from '../../ui/components/DateTime';
import { PageHeader } from '../../ui/components/PageHeader';
import { ProblemAlert } from '../../ui/components/ProblemAlert';
import { ListSkeleton } from '../../ui/components/Skeletons';
import { StatTile } from '../../ui/components/StatTile';
import { TableStyleChoice, useTableStyle } from '../../ui/components/TableStyleChoice';
import { formatCount } from '../../ui/format/money';
import { uploadRead } from '../data/linkReads';
import { saveFile } from '../data/saveFile';
import type { LinkImport } from '../data/types';
import { useInfluencerId } from '../data/useInfluencerId';
import { BackLink } from '../list/BackLink';
import { Tiles } from '../list/Tiles';
import { Loaded } from '../loading/Loaded';
import { UploadRows } from './UploadRows';
import type { UploadState } from './useUpload';

function ResultFile({ upload }: { upload: LinkImport }): ReactNode {
  const { t } = useTranslation('uploads');
  const influencerId = useInfluencerId();
  const [table] = useTableStyle();
  const download = useMutation({
    mutationFn: () =>
      call(
        api.GET('/v1/influencers/{influencerId}/link-imports/{importId}/rows.csv', {
          params: { path: { influencerId, importId: upload.id }, query: { table } },
          parseAs: 'blob',
        }),
      ),
    onSuccess: (file) => saveFile(file, `gamma-links-${upload.id}.csv`),
  });
  return (
    <>
      <ProblemAlert error={download.error} />
      <TableStyleChoice />
      <Button
        variant="default"
        leftSection={<IconDownload size={20} aria-hidden />}
        loading={download.isPending}
        onClick={() => download.mutate()}
      >
        {t('download')}
      </Button>
    </>
  );
}

function HowFar({ upload }: { upload: LinkImport }): ReactNode {
  const { t } = useTranslation('uploads');
  const { total, waiting } = upload.rows;
  const done = total - waiting;
  return (
    <Card>
      <Group justify="space-between" mb="xs" role="status">
        <Text size="sm" fw={500}>
          {upload.finished_at ? t('finished') : t('running')}
        </Text>
        <Text size="sm" c="dimmed" className="gamma-figures">
          {t('done_of', { done: formatCount(done), total: formatCount(total) })}
        </Text>
      </Group>
      <Progress
        value={total === 0 ? 100 : (100 * done) / total}
        color={upload.finished_at ? 'green' : 'tide'}
        aria-label={t('progress')}
      />
    </Card>
  );
}

function UploadBody({ upload, again }: { upload: LinkImport; again: boolean }): ReactNode {
  const { t } = useTranslation('uploads');
  const { created, existing, refused } = upload.rows;
  return (
    <Stack>
      {again ? (
        <Alert color="tide" title={t('again.title')} role="status">
          {t('again.text')}
        </Alert>
      ) : null}
      <HowFar upload={upload} />
      <Tiles>
        <StatTile label={t('state.created')} value={formatCount(created)} />
        <StatTile label={t('state.existing')} value={formatCount(existing)} />
        <StatTile label={t('state.refused')} value={formatCount(refused)} />
      </Tiles>
      {refused > 0 && upload.finished_at ? (
        <Text size="sm" c="dimmed">
          {t('mend')}
        </Text>
      ) : null}
      <ResultFile upload={upload} />
      <UploadRows upload={upload} />
    </Stack>
  );
}

export default function Upload(): ReactNode {
  const { t } = useTranslation('uploads');
  const importId = useParams()['importId'] ?? '';
  const { state } = useLocation() as { state: UploadState | null };
  const query = useQuery(uploadRead(useInfluencerId(), importId));
  return (
    <>
      <PageHeader
        above={<BackLink to="/links/uploads">{t('header')}</BackLink>}
        title={query.data?.file_name || t('one')}
        text={query.data ? <DateTime at={query.data.created_at} /> : '\u00a0'}
      />
      <Loaded query={query} skeleton={<ListSkeleton rows={4} height={96} />}>
        {(upload) => <UploadBody upload={upload} again={state?.again ?? false} />}
      </Loaded>
    </>
  );
}
