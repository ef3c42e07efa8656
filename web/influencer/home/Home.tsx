import { Button, Indicator, Stack } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { IconBell, IconChartBar, IconLinkPlus } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, Navigate } from 'react-router';

import { DateTime } from '../../ui/components/DateTime';
import { Money } from '../../ui/components/Money';
import { PageHeader } from '../../ui/components/PageHeader';
import { ProblemAlert } from '../../ui/components/ProblemAlert';
import { StatTile } from '../../ui/components/StatTile';
import { formatCount } from '../../ui/format/money';
import { useMe } from '../../ui/session/session';
import { homeRead, linksRead } from '../data/reads';
import type { Home as HomeFigures, Link as SharedLink } from '../data/types';
import { useInfluencerId } from '../data/useInfluencerId';
import { FeedCard } from '../feed/FeedCard';
import { InstallHint } from '../install/InstallHint';
import { Tiles } from '../list/Tiles';
import { BestLinks } from './BestLinks';
import { FirstLink } from './FirstLink';
import { MoneyCard } from './MoneyCard';
import { ReadinessCard } from './ReadinessCard';

function NoticesButton({ unread }: { unread: number }): ReactNode {
  const { t } = useTranslation('home');
  return (
    <Indicator disabled={unread === 0} label={unread > 99 ? '99+' : unread} size={18} offset={6}>
      <Button
        component={Link}
        to="/notices"
        variant="default"
        radius="xl"
        w={44}
        p={0}
        aria-label={unread > 0 ? t('notices_unread', { count: unread }) : t('notices')}
      >
        <IconBell size={22} stroke={1.7} aria-hidden />
      </Button>
    </Indicator>
  );
}

function Today({ home }: { home: HomeFigures | undefined }): ReactNode {
  const { t } = useTranslation('home');
  const clicks = home && (home.clicks_today === null ? '—' : formatCount(home.clicks_today));
  return (
    <Tiles>
      <StatTile
        label={t('clicks')}
        value={clicks}
        note={home && !home.clicks_known ? t('clicks_unknown') : t('today')}
      />
      <StatTile
        label={t('orders')}
        value={home && formatCount(home.orders_today)}
        note={t('today')}
      />
      <StatTile
        label={t('earned')}
        value={home ? <Money tenge={home.earned_7_days} /> : undefined}
        note={home ? t('earned_note', { count: home.orders_7_days }) : '\u00a0'}
      />
    </Tiles>
  );
}

/** The best earners; before anything was earned the newest links, so that a link just made is not called none. */
function useHomeLinks(home: HomeFigures | undefined): readonly SharedLink[] | undefined {
  const none = home?.best_links.length === 0;
  const newest = useInfiniteQuery({ ...linksRead(useInfluencerId(), ''), enabled: none });
  return none ? newest.data?.pages[0]?.items.slice(0, 5) : home?.best_links;
}

export default function Home(): ReactNode {
  const { t } = useTranslation('home');
  const me = useMe();
  const query = useQuery(homeRead(useInfluencerId()));
  const home = query.data;
  const links = useHomeLinks(home);
  if (me.user.name === '') return <Navigate to="/start" replace />;
  const fresh = links?.length === 0;
  return (
    <>
      <PageHeader
        title={t('title', { name: me.user.name })}
        text={<DateTime at={new Date().toISOString()} form="date" />}
        actions={<NoticesButton unread={home?.unread_notices ?? 0} />}
      />
      <Stack>
        {query.error && !home ? (
          <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />
        ) : null}
        <MoneyCard money={home?.money} />
        <Today home={home} />
        {fresh ? (
          <FirstLink />
        ) : (
          <>
            <Button
              component={Link}
              to="/links/new"
              fullWidth
              leftSection={<IconLinkPlus size={20} aria-hidden />}
            >
              {t('make_link')}
            </Button>
            <Button
              component={Link}
              to="/statistics"
              variant="default"
              fullWidth
              leftSection={<IconChartBar size={20} aria-hidden />}
            >
              {t('statistics')}
            </Button>
          </>
        )}
        {home && !home.readiness.ready ? <ReadinessCard readiness={home.readiness} /> : null}
        {home && links && !fresh ? (
          <>
            <FeedCard />
            <BestLinks
              title={home.best_links.length > 0 ? t('best_links') : t('own_links')}
              links={links}
            />
            <InstallHint />
          </>
        ) : null}
      </Stack>
    </>
  );
}
