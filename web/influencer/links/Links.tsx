import { Button, Stack, Text } from '@mantine/core';
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

export default function Links(): ReactNode {
  const { t } = useTranslation('links');
  const [search, setSearch] = useState('');
  const query = useInfiniteQuery(linksRead(useInfluencerId(), search.trim()));
  const links = query.data?.pages.flatMap((page) => page.items);
  useKeepLinks(search === '' ? links : undefined);
  const none = links?.length === 0;
  return (
    <>
      <PageHeader title={t('title')} actions={none && search === '' ? null : <NewLinkButton />} />
      {none && search === '' ? null : (
        <FilterBar search={{ label: t('search'), value: search, onChange: setSearch }} />
      )}
      <Loaded query={{ ...query, data: links }} skeleton={<ListSkeleton rows={6} height={76} />}>
        {(items) =>
          items.length > 0 ? (
            <Rows label={t('title')}>
              {items.map((link) => (
                <LinkRow key={link.id} link={link} />
              ))}
            </Rows>
          ) : search === '' ? (
            <EmptyState
              icon={IconLink}
              title={t('empty.title')}
              text={t('empty.text')}
              action={<NewLinkButton />}
            />
          ) : (
            <Stack align="center" py="xl">
              <Text c="dimmed">{t('nothing_found')}</Text>
            </Stack>
          )
        }
      </Loaded>
      <LoadMore {...query} automatic />
    </>
  );
}
