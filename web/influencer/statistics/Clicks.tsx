import { Alert, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { IconHandClick } from '@tabler/icons-react';
import { useEffect, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';

import { DateTime } from '../../ui/components/DateTime';
import { EmptyState } from '../../ui/components/EmptyState';
import { LoadMore } from '../../ui/components/LoadMore';
import { PageHeader } from '../../ui/components/PageHeader';
import { ReasonText } from '../../ui/components/ReasonText';
import { ListSkeleton } from '../../ui/components/Skeletons';
import { StateBadge } from '../../ui/components/StateBadge';
import { APP_NAMES, productName } from '../data/appNames';
import { clicksRead, type Counted } from '../data/linkReads';
import type { OwnClick } from '../data/types';
import { useInfluencerId } from '../data/useInfluencerId';
import { useFeed } from '../feed/FeedProvider';
import { BackLink } from '../list/BackLink';
import { Row, Rows } from '../list/Rows';
import { Loaded } from '../loading/Loaded';
import classes from './Statistics.module.css';

const COUNTED = ['all', 'yes', 'no'] as const;

function CountedBadge({ click }: { click: OwnClick }): ReactNode {
  const { t } = useTranslation('statistics');
  if (!click.counted) return <StateBadge tone="wait" label={t('click.not_counted')} size="sm" />;
  return click.unique ? (
    <StateBadge tone="good" label={t('click.counted')} size="sm" />
  ) : (
    <StateBadge tone="plain" label={t('click.repeat')} size="sm" />
  );
}

/** What is known of the visitor's side: app or site it came from, kind of device, browser. */
function useFrom(): (click: OwnClick) => string {
  const { t } = useTranslation('statistics');
  return ({ app, referrer, device, browser }) =>
    [
      app ? (APP_NAMES[app] ?? t('other_app')) : referrer,
      device ? t(`device.${device}`, t('device.other')) : null,
      browser,
    ]
      .filter(Boolean)
      .join(' · ');
}

/** Links nobody named are told by what they lead to. */
const titleOf = ({ title, product, programme }: OwnClick): string | undefined =>
  title || (product ? productName(product) : programme?.name);

function ClickRow({ click }: { click: OwnClick }): ReactNode {
  const from = useFrom()(click);
  return (
    <Row>
      <Group justify="space-between" gap="xs">
        <Text size="sm" c="dimmed" component="div">
          <DateTime at={click.at} />
        </Text>
        <CountedBadge click={click} />
      </Group>
      <Text size="sm" fw={500} lineClamp={2} className={classes.name ?? ''}>
        {titleOf(click)}
      </Text>
      {from ? (
        <Text size="xs" c="dimmed">
          {from}
        </Text>
      ) : null}
      {click.reason ? <ReasonText reason={click.reason} size="sm" mt={4} /> : null}
    </Row>
  );
}

/** The newest click of the live feed: the list is read again when there is another. */
function useFresh(): void {
  const queries = useQueryClient();
  const influencerId = useInfluencerId();
  const newest = useFeed().items.find(({ type }) => type === 'click')?.at;
  useEffect(() => {
    if (newest) void queries.invalidateQueries({ queryKey: ['clicks', influencerId] });
  }, [newest, queries, influencerId]);
}

/** "Why does this click not count": every own click with its reason. */
export default function Clicks(): ReactNode {
  const { t } = useTranslation('statistics');
  const [search, setSearch] = useSearchParams();
  const linkId = search.get('link');
  const counted: Counted = COUNTED.find((one) => one === search.get('counted')) ?? 'all';
  useFresh();
  const query = useInfiniteQuery(clicksRead(useInfluencerId(), counted, linkId));
  const clicks = query.data?.pages.flatMap((page) => page.items);
  const known = query.data?.pages[0]?.clicks_known ?? true;
  return (
    <>
      <PageHeader
        above={
          <BackLink to={linkId ? `/statistics?link=${linkId}` : '/statistics'}>
            {t('title')}
          </BackLink>
        }
        title={t('clicks.title')}
        text={t('clicks.text')}
      />
      <Stack>
        <SegmentedControl
          className={classes.period ?? ''}
          fullWidth
          aria-label={t('clicks.which')}
          value={counted}
          onChange={(value) =>
            setSearch({ ...(linkId ? { link: linkId } : {}), counted: value }, { replace: true })
          }
          data={COUNTED.map((one) => ({ value: one, label: t(`clicks.${one}`) }))}
        />
        {known ? null : <Alert color="yellow">{t('unknown')}</Alert>}
        <Loaded query={{ ...query, data: clicks }} skeleton={<ListSkeleton rows={6} height={88} />}>
          {(items) =>
            items.length > 0 ? (
              <Rows label={t('clicks.title')}>
                {items.map((click) => (
                  <ClickRow key={click.id} click={click} />
                ))}
              </Rows>
            ) : known ? (
              <EmptyState icon={IconHandClick} title={t('clicks.none')} text={t('clicks.soon')} />
            ) : null
          }
        </Loaded>
        <LoadMore {...query} />
      </Stack>
    </>
  );
}
