import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { IconCash } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { EmptyState } from '../../ui/components/EmptyState';
import { LoadMore } from '../../ui/components/LoadMore';
import { PageHeader } from '../../ui/components/PageHeader';
import { ListSkeleton } from '../../ui/components/Skeletons';
import { payoutsRead } from '../data/reads';
import { useInfluencerId } from '../data/useInfluencerId';
import { BackLink } from '../list/BackLink';
import { Rows } from '../list/Rows';
import { Loaded } from '../loading/Loaded';
import { PayoutRowItem } from './PayoutRowItem';

export default function Payouts(): ReactNode {
  const { t } = useTranslation('wallet');
  const query = useInfiniteQuery(payoutsRead(useInfluencerId()));
  const payouts = query.data?.pages.flatMap((page) => page.items);
  return (
    <>
      <PageHeader
        above={<BackLink to="/wallet">{t('title')}</BackLink>}
        title={t('payouts.title')}
      />
      <Loaded query={{ ...query, data: payouts }} skeleton={<ListSkeleton rows={5} height={88} />}>
        {(items) =>
          items.length === 0 ? (
            <EmptyState
              icon={IconCash}
              title={t('payouts.none')}
              text={t('payouts.none_text')}
              action={
                <Button component={Link} to="/wallet">
                  {t('payouts.to_wallet')}
                </Button>
              }
            />
          ) : (
            <Rows label={t('payouts.title')}>
              {items.map((payout) => (
                <PayoutRowItem key={payout.id} payout={payout} />
              ))}
            </Rows>
          )
        }
      </Loaded>
      <LoadMore {...query} automatic />
    </>
  );
}
