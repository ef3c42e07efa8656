import { Button, Card, FileButton, List, Stack, Text, Title } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { IconDownload, IconFileUpload } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { DateTime } from '../../ui/components/DateTime';
import { LoadMore } from '../../ui/components/LoadMore';
import { PageHeader } from '../../ui/components/PageHeader';
import { ProblemAlert } from '../../ui/components/ProblemAlert';
import { ListSkeleton } from '../../ui/components/Skeletons';
import { StateBadge } from '../../ui/components/StateBadge';
import { TableStyleChoice, useTableStyle } from '../../ui/components/TableStyleChoice';
import { formatCount } from '../../ui/format/money';
import { uploadsRead } from '../data/linkReads';
import { saveFile } from '../data/saveFile';
import type { LinkImport } from '../data/types';
import { useInfluencerId } from '../data/useInfluencerId';
import { BackLink } from '../list/BackLink';
import { Row, Rows } from '../list/Rows';
import { Loaded } from '../loading/Loaded';
import { templateFile } from './template';
import { useUpload } from './useUpload';

function UploadCard(): ReactNode {
  const { t } = useTranslation('uploads');
  const upload = useUpload();
  const [table] = useTableStyle();
  return (
    <Card>
      <Stack gap="sm">
        <Text>{t('text')}</Text>
        <List size="sm" c="dimmed" spacing={4}>
          <List.Item>{t('columns')}</List.Item>
          <List.Item>{t('limits')}</List.Item>
          <List.Item>{t('again_safe')}</List.Item>
        </List>
        <ProblemAlert error={upload.error} />
        <FileButton
          accept=".csv,.tsv,.txt,text/csv"
          inputProps={{ 'aria-label': t('choose') }}
          onChange={(file) => {
            if (file && !upload.isPending) upload.mutate(file);
          }}
        >
          {(props) => (
            <Button
              {...props}
              loading={upload.isPending}
              leftSection={<IconFileUpload size={20} aria-hidden />}
            >
              {t('choose')}
            </Button>
          )}
        </FileButton>
        <TableStyleChoice />
        <Button
          variant="default"
          leftSection={<IconDownload size={20} aria-hidden />}
          onClick={() => saveFile(templateFile(table), 'gamma-links.csv')}
        >
          {t('template')}
        </Button>
      </Stack>
    </Card>
  );
}

function UploadRow({ upload }: { upload: LinkImport }): ReactNode {
  const { t } = useTranslation('uploads');
  const { total, created, refused } = upload.rows;
  return (
    <Row
      to={`/links/uploads/${upload.id}`}
      end={
        upload.finished_at === null ? (
          <StateBadge tone="wait" label={t('running')} size="sm" />
        ) : refused > 0 ? (
          <StateBadge
            tone="bad"
            label={t('refused_count', { count: refused, shown: formatCount(refused) })}
            size="sm"
          />
        ) : null
      }
    >
      <Text fw={500} lineClamp={2} style={{ overflowWrap: 'anywhere' }}>
        {upload.file_name || t('nameless')}
      </Text>
      <Text size="sm" c="dimmed" component="div">
        <DateTime at={upload.created_at} />
        {' · '}
        {t('made_of', { created: formatCount(created), total: formatCount(total) })}
      </Text>
    </Row>
  );
}

export default function Uploads(): ReactNode {
  const { t } = useTranslation('uploads');
  const query = useInfiniteQuery(uploadsRead(useInfluencerId()));
  const uploads = query.data?.pages.flatMap((page) => page.items);
  return (
    <>
      <PageHeader
        above={<BackLink to="/links">{t('title', { ns: 'links' })}</BackLink>}
        title={t('header')}
      />
      <Stack gap="xl">
        <UploadCard />
        <Stack gap="xs" component="section">
          <Title order={2} size="h3">
            {t('earlier')}
          </Title>
          <Loaded
            query={{ ...query, data: uploads }}
            skeleton={<ListSkeleton rows={3} height={72} />}
          >
            {(items) =>
              items.length > 0 ? (
                <Rows label={t('earlier')}>
                  {items.map((upload) => (
                    <UploadRow key={upload.id} upload={upload} />
                  ))}
                </Rows>
              ) : (
                <Text c="dimmed">{t('none')}</Text>
              )
            }
          </Loaded>
          <LoadMore {...query} />
        </Stack>
      </Stack>
    </>
  );
}
