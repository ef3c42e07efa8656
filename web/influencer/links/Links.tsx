import { Button, NativeSelect, Stack, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { IconLink, IconLinkPlus } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { EmptyState } from '../../ui/components/EmptyState';
import { FilterBar } from '../../ui/components/FilterBar';
import { LoadMore } from '../../ui/components/LoadMore';
import { PageHeader } from '../../ui/components/PageHeader';
import { ListSkeleton } from '../../ui/components/Skeletons';
import { linksRead } from '../data/reads';
import type { LinkFilterState } from '../data/types';
import { useInfluencerId } from '../data/useInfluencerId';
import { Rows } from '../list/Rows';
import { Loaded } from '../loading/Loaded';
import { useKeepLinks } from '../offline/keptLinks';
import { LinkRow } from './LinkRow';

function NewLinkButton(): ReactNode {
  const { t } = useTranslation('links');
  return (
    <Button component={Link} to="/links/new" leftSection={<IconLinkPlus size={20} aria-hidden />}>
      {t('new')}
    </Button>
  );
}

function UploadButton(): ReactNode {
  const { t } = useTranslation('links');
  return (
    <Button component={Link} to="/links/uploads" variant="default">
      {t('upload')}
    </Button>
  );
}

const STATES = ['active', 'paused', 'expired', 'taken_down', 'deleted'] as const;

type StateFilterProps = {
  readonly value: LinkFilterState | null;
  readonly onChange: (state: LinkFilterState | null) => void;
};

function StateFilter({ value, onChange }: StateFilterProps): ReactNode {
  const { t } = useTranslation('links');
  return (
    <NativeSelect
      aria-label={t('filter.label')}
      value={value ?? ''}
      onChange={(event) => {
        const chosen = event.currentTarget.value;
        onChange(STATES.find((one) => one === chosen) ?? null);
      }}
      data={[
        { value: '', label: t('filter.all') },
        ...STATES.map((one) => ({ value: one, label: t(`filter.${one}`) })),
      ]}
    />
  );
}

export default function Links(): ReactNode {
  const { t } = useTranslation('links');
  const [search, setSearch] = useState('');
  const [state, setState] = useState<LinkFilterState | null>(null);
  const query = useInfiniteQuery(linksRead(useInfluencerId(), search.trim(), state));
  const links = query.data?.pages.flatMap((page) => page.items);
  const filtered = search !== '' || state !== null;
  useKeepLinks(filtered ? undefined : links);
  const none = links?.length === 0 && !filtered;
  return (
    <>
      <PageHeader
        title={t('title')}
        actions={
          none ? null : (
            <>
              <NewLinkButton />
              <UploadButton />
            </>
          )
        }
      />
      {none ? null : (
        <FilterBar search={{ label: t('search'), value: search, onChange: setSearch }}>
          <StateFilter value={state} onChange={setState} />
        </FilterBar>
      )}
      <Loaded query={{ ...query, data: links }} skeleton={<ListSkeleton rows={6} height={76} />}>
        {(items) =>
          items.length > 0 ? (
            <Rows label={t('title')}>
              {items.map((link) => (
                <LinkRow key={link.id} link={link} />
              ))}
            </Rows>
          ) : filtered ? (
            <Stack align="center" py="xl">
              <Text c="dimmed">{t('nothing_found')}</Text>
            </Stack>
          ) : (
            <EmptyState
              icon={IconLink}
              title={t('empty.title')}
              text={t('empty.text')}
              action={
                <>
                  <NewLinkButton />
                  <UploadButton />
                </>
              }
            />
          )
        }
      </Loaded>
      <LoadMore {...query} automatic />
    </>
  );
}
