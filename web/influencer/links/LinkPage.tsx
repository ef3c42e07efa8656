import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconChartBar, IconCircleCheck, IconPencil } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation, useParams } from 'react-router';

import { DateTime } from '../../ui/components/DateTime';
import { Money } from '../../ui/components/Money';
import { PageHeader } from '../../ui/components/PageHeader';
import { ListSkeleton } from '../../ui/components/Skeletons';
import { StatTile } from '../../ui/components/StatTile';
import { formatCount } from '../../ui/format/money';
import { useLanguage } from '../../ui/i18n/useLanguage';
import { productName } from '../data/appNames';
import { linkRead } from '../data/reads';
import type { Link as SharedLink } from '../data/types';
import { useInfluencerId } from '../data/useInfluencerId';
import { BackLink } from '../list/BackLink';
import { ProductHeader } from '../list/ProductHeader';
import { Tiles } from '../list/Tiles';
import { Loaded } from '../loading/Loaded';
import { formatEnd } from './linkEnd';
import { linkStanding, type LinkStanding } from '../../ui/components/LinkStandingBadge';
import { PauseButton } from './PauseButton';
import { Preview } from './Preview';
import { ShareCard } from './ShareCard';
import { StandingBadge } from './StandingBadge';
import type { FreshLink } from './useCreateLink';

/** Sharing what leads nowhere for good helps nobody; a shop that rests comes back. */
const SHARED: ReadonlySet<LinkStanding> = new Set(['works', 'broken']);
const ALERT_COLOR = { expired: 'yellow', taken_down: 'red', broken: 'red', deleted: 'gray' };

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
      {link.expires_at ? (
        <Text size="sm" c="dimmed">
          {t('page.ends')} {formatEnd(link.expires_at)}
        </Text>
      ) : null}
      {link.product?.shop ? (
        <Text size="sm" c="dimmed" lineClamp={2}>
          {t('page.product')} {productName(link.product.key)}
        </Text>
      ) : null}
      {link.target_url ? (
        <Text size="sm" c="dimmed" lineClamp={3}>
          {t('page.leads_to')} {link.target_url}
        </Text>
      ) : null}
    </Stack>
  );
}

/** Why the link does not lead to its shop, in the API's words; a pause is said beside its own button. */
function Stopped({ link }: { link: SharedLink }): ReactNode {
  const { t } = useTranslation('links');
  const language = useLanguage();
  const standing = linkStanding(link);
  if (!link.works || standing === 'works' || standing === 'paused') return null;
  return (
    <Alert color={ALERT_COLOR[standing]} title={t(`stopped.${standing}`)}>
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{link.works[language]}</Text>
        {standing === 'taken_down' && link.taken_down_at ? (
          <Text size="sm" component="div">
            {t('stopped.since')} <DateTime at={link.taken_down_at} form="date" />
          </Text>
        ) : null}
        {standing === 'expired' ? (
          <Button component={Link} to={`/links/${link.id}/edit`} size="sm" mih={44}>
            {t('stopped.extend')}
          </Button>
        ) : null}
      </Stack>
    </Alert>
  );
}

function Acts({ link }: { link: SharedLink }): ReactNode {
  const { t } = useTranslation('links');
  const standing = linkStanding(link);
  return (
    <Stack gap="sm">
      <Group grow preventGrowOverflow={false} gap="sm">
        <Button
          component={Link}
          to={`/statistics?link=${link.id}`}
          variant="default"
          leftSection={<IconChartBar size={20} aria-hidden />}
        >
          {t('page.statistics')}
        </Button>
        {standing === 'deleted' ? null : (
          <Button
            component={Link}
            to={`/links/${link.id}/edit`}
            variant="default"
            leftSection={<IconPencil size={20} aria-hidden />}
          >
            {t('page.edit')}
          </Button>
        )}
      </Group>
      {SHARED.has(standing) || standing === 'paused' ? <PauseButton link={link} /> : null}
    </Stack>
  );
}

function LinkBody({ link, fresh }: { link: SharedLink; fresh: SharedLink | null }): ReactNode {
  const { t } = useTranslation('links');
  const shared = SHARED.has(linkStanding(link));
  return (
    <>
      <ProductHeader
        above={<BackLink to="/links">{t('title')}</BackLink>}
        title={link.title}
        text={link.programme.name}
        actions={<StandingBadge link={link} size="lg" />}
      />
      <Stack>
        {fresh ? (
          <Alert color="green" icon={<IconCircleCheck aria-hidden />} role="status">
            {t('page.ready')}
          </Alert>
        ) : null}
        <Stopped link={link} />
        {shared ? <ShareCard link={fresh ?? link} /> : null}
        <Numbers link={link} />
        {shared ? <Preview link={link} /> : null}
        <About link={link} />
        {fresh ? (
          <Button component={Link} to="/links/new" variant="default" fullWidth>
            {t('page.one_more')}
          </Button>
        ) : null}
        <Acts link={link} />
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
