import { Button, Card, Stack, Text, Title } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { IconCircleCheck } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { EmptyState } from '../../ui/components/EmptyState';
import { LoadMore } from '../../ui/components/LoadMore';
import { Money } from '../../ui/components/Money';
import { PageHeader } from '../../ui/components/PageHeader';
import { ListSkeleton } from '../../ui/components/Skeletons';
import { debtsRead, walletRead } from '../data/reads';
import type { Debt } from '../data/types';
import { useInfluencerId } from '../data/useInfluencerId';
import { BackLink } from '../list/BackLink';
import { Loaded } from '../loading/Loaded';
import { DebtCard, isOpen } from './DebtCard';

/** What is owed in all, and that nobody will ask for it by hand. */
function Owed({ settled }: { settled: boolean }): ReactNode {
  const { t } = useTranslation('wallet');
  const wallet = useQuery(walletRead(useInfluencerId()));
  return (
    <Card component="section" aria-label={t('debts.left')}>
      <Stack gap={4}>
        <Text size="sm" c="dimmed">
          {t('debts.left')}
        </Text>
        <Text fz={28} fw={680} lh={1.2} component="div" data-testid="debt-left">
          <Money tenge={wallet.data?.money.debt} />
        </Text>
        <Text size="sm">{t(settled ? 'debts.settled_explain' : 'debts.explain')}</Text>
      </Stack>
    </Card>
  );
}

function Part({ title, debts }: { title: string; debts: readonly Debt[] }): ReactNode {
  if (debts.length === 0) return null;
  return (
    <Stack gap="xs" component="section" aria-label={title}>
      <Title order={2} size="h3">
        {title}
      </Title>
      {debts.map((debt) => (
        <DebtCard key={debt.id} debt={debt} />
      ))}
    </Stack>
  );
}

function NoDebts(): ReactNode {
  const { t } = useTranslation('wallet');
  return (
    <EmptyState
      icon={IconCircleCheck}
      title={t('debts.none')}
      text={t('debts.none_text')}
      action={
        <Button component={Link} to="/wallet">
          {t('debts.to_wallet')}
        </Button>
      }
    />
  );
}

/** Which orders came back after the payout, what of them is still owed, and which orders covered the rest. */
export default function Debts(): ReactNode {
  const { t } = useTranslation('wallet');
  const query = useInfiniteQuery(debtsRead(useInfluencerId()));
  const debts = query.data?.pages.flatMap((page) => page.items);
  return (
    <>
      <PageHeader above={<BackLink to="/wallet">{t('title')}</BackLink>} title={t('debts.title')} />
      <Loaded query={{ ...query, data: debts }} skeleton={<ListSkeleton rows={3} height={168} />}>
        {(items) =>
          items.length === 0 ? (
            <NoDebts />
          ) : (
            <Stack>
              <Owed settled={!items.some(isOpen)} />
              <Part title={t('debts.owed_title')} debts={items.filter(isOpen)} />
              <Part
                title={t('debts.settled_title')}
                debts={items.filter((debt) => !isOpen(debt))}
              />
            </Stack>
          )
        }
      </Loaded>
      <LoadMore {...query} automatic />
    </>
  );
}
