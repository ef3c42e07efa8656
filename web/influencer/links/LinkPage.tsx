import { Alert, Button, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconCircleCheck } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation, useParams } from 'react-router';

import { DateTime } from '../../ui/components/DateTime';
import { Money } from '../../ui/components/Money';
import { PageHeader } from '../../ui/components/PageHeader';
import { ListSkeleton } from '../../ui/components/Skeletons';
import { StateBadge } from '../../ui/components/StateBadge';
import { StatTile } from '../../ui/components/StatTile';
import { formatCount } from '../../ui/format/money';
import { useLanguage } from '../../ui/i18n/useLanguage';
import { linkRead } from '../data/reads';
import type { Link as SharedLink } from '../data/types';
import { useInfluencerId } from '../data/useInfluencerId';
import { BackLink } from '../list/BackLink';
import { ProductHeader } from '../list/ProductHeader';
import { Tiles } from '../list/Tiles';
import { Loaded } from '../loading/Loaded';
import { PauseButton } from './PauseButton';
import { ShareCard } from './ShareCard';
import type { FreshLink } from './useCreateLink';

function Numbers({ link }: { link: SharedLink }): ReactNode {
  const { t } = useTranslation('links');
  const { clicks, orders, earned } = link.stats;
  return (
    <Tiles>
      <StatTile label={t('page.clicks')} value={clicks === null ? '—' : formatCount(clicks)} />
      <StatTile label={t('page.orders')} value={formatCount(orders)} />
      <StatTile label={t('page.earned')} value={<Money tenge={earned} />} />
    </Tiles>
  );
}

function About({ link }: { link: SharedLink }): ReactNode {
  const { t } = useTranslation('links');
  return (
    <Stack gap={4}>
      <Text size="sm" c="dimmed" component="div">
        {t('page.made')} <DateTime at={link.created_at} form="date" />
      </Text>
      {link.target_url ? (
        <Text size="sm" c="dimmed" lineClamp={3}>
          {t('page.leads_to')} {link.target_url}
        </Text>
      ) : null}
    </Stack>
  );
}

function LinkBody({ link, fresh }: { link: SharedLink; fresh: SharedLink | null }): ReactNode {
  const { t } = useTranslation('links');
  const language = useLanguage();
  return (
    <>
      <ProductHeader
        above={<BackLink to="/links">{t('title')}</BackLink>}
        title={link.title}
        text={link.programme.name}
        actions={
          link.state === 'paused' ? <StateBadge tone="plain" label={t('paused')} size="lg" /> : null
        }
      />
      <Stack>
        {fresh ? (
          <Alert color="green" icon={<IconCircleCheck aria-hidden />} role="status">
            {t('page.ready')}
          </Alert>
        ) : null}
        {link.state === 'active' && link.works ? (
          <Alert color="red" title={t('broken')}>
            {link.works[language]}
          </Alert>
        ) : null}
        {link.state === 'active' ? <ShareCard link={fresh ?? link} /> : null}
        <Numbers link={link} />
        <About link={link} />
        {fresh ? (
          <Button component={Link} to="/links/new" variant="default" fullWidth>
            {t('page.one_more')}
          </Button>
        ) : null}
        <PauseButton link={link} />
      </Stack>
    </>
  );
}

export default function LinkPage(): ReactNode {
  const { t } = useTranslation('links');
  const linkId = useParams()['linkId'] ?? '';
  const { state } = useLocation() as { state: FreshLink | null };
  const fresh = state?.fresh?.id === linkId ? state.fresh : null;
  const query = useQuery({
    ...linkRead(useInfluencerId(), linkId),
    placeholderData: fresh ?? undefined,
  });
  return (
    <>
      {query.data ? null : (
        <PageHeader above={<BackLink to="/links">{t('title')}</BackLink>} title={t('link')} />
      )}
      <Loaded query={query} skeleton={<ListSkeleton rows={4} height={112} />}>
        {(link) => <LinkBody link={link} fresh={fresh} />}
      </Loaded>
    </>
  );
}
