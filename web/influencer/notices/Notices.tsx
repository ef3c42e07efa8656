import { Text } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { IconBell } from '@tabler/icons-react';
import { useEffect, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { api, call } from '../../ui/api/client';
import { DateTime } from '../../ui/components/DateTime';
import { EmptyState } from '../../ui/components/EmptyState';
import { LoadMore } from '../../ui/components/LoadMore';
import { PageHeader } from '../../ui/components/PageHeader';
import { ListSkeleton } from '../../ui/components/Skeletons';
import { noticesRead } from '../data/reads';
import type { Notice } from '../data/types';
import { useInfluencerId } from '../data/useInfluencerId';
import { BackLink } from '../list/BackLink';
import { Row, Rows } from '../list/Rows';
import { Loaded } from '../loading/Loaded';
import classes from './Notices.module.css';
import { useNoticeText } from './useNoticeText';

const OTHER_PLACES: Partial<Record<Notice['code'], string>> = {
  instrument_changed: '/profile',
  instrument_stopped: '/start/instrument',
  debt_netted: '/wallet/debts',
  tax_status_pending: '/profile',
  tax_status_confirmed: '/profile',
  tax_status_rejected: '/start/tax',
  tax_status_expiring: '/start/tax',
};

function placeOf({ code, subject }: Notice): string | undefined {
  if (subject?.kind === 'order') return `/orders/${subject.id}`;
  if (subject?.kind === 'link') return `/links/${subject.id}`;
  if (subject?.kind === 'payout') return `/wallet/payouts/${subject.id}`;
  return OTHER_PLACES[code];
}

function NoticeRow({ notice }: { notice: Notice }): ReactNode {
  const { t } = useTranslation('notices');
  const textOf = useNoticeText();
  const to = placeOf(notice);
  return (
    <Row
      {...(to ? { to } : {})}
      start={
        notice.read ? (
          <span className={classes.read} />
        ) : (
          <span className={classes.unread} role="img" aria-label={t('unread')} />
        )
      }
    >
      <Text fw={notice.read ? 400 : 600}>{textOf(notice)}</Text>
      <Text size="xs" c="dimmed" component="div">
        <DateTime at={notice.at} form="relative" />
      </Text>
    </Row>
  );
}

/** What is shown has been read; the marks stay for this visit, so that one sees what is new. */
function useMarkRead(newest: Notice | undefined, unread: number): void {
  const influencerId = useInfluencerId();
  const queries = useQueryClient();
  const { mutate } = useMutation({
    mutationFn: (upTo: string) =>
      call(
        api.POST('/v1/influencers/{influencerId}/notices/read', {
          params: { path: { influencerId } },
          body: { up_to: upTo },
        }),
      ),
    onSuccess: () => void queries.invalidateQueries({ queryKey: ['home', influencerId] }),
  });
  const upTo = unread > 0 ? newest?.id : undefined;
  useEffect(() => {
    if (upTo) mutate(upTo);
  }, [upTo, mutate]);
}

export default function Notices(): ReactNode {
  const { t } = useTranslation('notices');
  const query = useInfiniteQuery({ ...noticesRead(useInfluencerId()), refetchOnMount: 'always' });
  const pages = query.data?.pages;
  const notices = pages?.flatMap((page) => page.items);
  useMarkRead(notices?.[0], pages?.[0]?.unread ?? 0);
  return (
    <>
      <PageHeader above={<BackLink to="/">{t('home')}</BackLink>} title={t('title')} />
      <Loaded query={{ ...query, data: notices }} skeleton={<ListSkeleton rows={5} height={72} />}>
        {(items) =>
          items.length === 0 ? (
            <EmptyState icon={IconBell} title={t('empty.title')} text={t('empty.text')} />
          ) : (
            <Rows label={t('title')}>
              {items.map((notice) => (
                <NoticeRow key={notice.id} notice={notice} />
              ))}
            </Rows>
          )
        }
      </Loaded>
      <LoadMore {...query} automatic />
    </>
  );
}
