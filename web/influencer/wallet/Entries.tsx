import { Stack, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { DateTime } from '../../ui/components/DateTime';
import { LoadMore } from '../../ui/components/LoadMore';
import { Money } from '../../ui/components/Money';
import { ListSkeleton } from '../../ui/components/Skeletons';
import { useLanguage } from '../../ui/i18n/useLanguage';
import { entriesRead } from '../data/reads';
import type { WalletEntry } from '../data/types';
import { useInfluencerId } from '../data/useInfluencerId';
import { Row, Rows } from '../list/Rows';
import { Loaded } from '../loading/Loaded';

const PATHS: Record<WalletEntry['subject']['kind'], string | null> = {
  order: '/orders/',
  payout: '/wallet/payouts/',
  other: null,
};

function EntryRow({ entry }: { entry: WalletEntry }): ReactNode {
  const { t } = useTranslation('wallet');
  const language = useLanguage();
  const { subject, after } = entry;
  const path = PATHS[subject.kind];
  return (
    <Row
      {...(path ? { to: `${path}${subject.id}` } : {})}
      end={
        <>
          <Text fw={600}>
            <Money tenge={entry.amount} signed />
          </Text>
          <Text size="xs" c="dimmed" component="div">
            {t('entries.left')} <Money tenge={after.available} />
          </Text>
        </>
      }
    >
      <Text size="sm" fw={500}>
        {entry.text[language]}
      </Text>
      <Text size="xs" c="dimmed" component="div">
        {subject.title ? `${subject.title} · ` : null}
        <DateTime at={entry.at} form="short" /> <DateTime at={entry.at} form="time" />
      </Text>
    </Row>
  );
}

/** Every movement with what was available right after it, newest first. */
export function Entries(): ReactNode {
  const { t } = useTranslation('wallet');
  const query = useInfiniteQuery(entriesRead(useInfluencerId()));
  const entries = query.data?.pages.flatMap((page) => page.items);
  return (
    <Stack gap="xs">
      <Loaded query={{ ...query, data: entries }} skeleton={<ListSkeleton rows={4} height={72} />}>
        {(items) =>
          items.length === 0 ? (
            <Text size="sm" c="dimmed">
              {t('entries.none')}
            </Text>
          ) : (
            <Rows label={t('entries.title')}>
              {items.map((entry) => (
                <EntryRow key={entry.id} entry={entry} />
              ))}
            </Rows>
          )
        }
      </Loaded>
      <LoadMore {...query} />
    </Stack>
  );
}
