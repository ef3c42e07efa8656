import { Anchor, Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconArrowUpRight } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { Money } from '../../ui/components/Money';
import { PageHeader } from '../../ui/components/PageHeader';
import { ListSkeleton } from '../../ui/components/Skeletons';
import { isZero } from '../../ui/format/money';
import { useLanguage } from '../../ui/i18n/useLanguage';
import { walletRead } from '../data/reads';
import type { Wallet } from '../data/types';
import { useInfluencerId } from '../data/useInfluencerId';
import { Loaded } from '../loading/Loaded';
import { FigureLine } from '../payee/TaxLines';
import { CompleteProfile } from './CompleteProfile';
import { Entries } from './Entries';
import { PayoutRowItem } from './PayoutRowItem';
import { Releases } from './Releases';
import { Rows } from '../list/Rows';
import classes from './WalletPage.module.css';

/** Available money, what of it would arrive, and the way to it; limits are said before the tap. */
function AvailableCard({ wallet }: { wallet: Wallet }): ReactNode {
  const { t } = useTranslation('wallet');
  const language = useLanguage();
  const { money, minimum, estimate } = wallet;
  const refusal = estimate.refusal;
  return (
    <Card component="section" aria-label={t('available')}>
      <Stack gap="sm">
        <Stack gap={2}>
          <Text size="sm" c="dimmed">
            {t('available')}
          </Text>
          <div className={classes.figure}>
            <Money tenge={money.available} />
          </div>
          <Text size="sm" c="dimmed" component="div">
            {estimate.net !== null && !refusal ? (
              <>
                {t('would_arrive')} <Money tenge={estimate.net} fw={600} />
              </>
            ) : (
              <>
                {t('minimum')} <Money tenge={minimum} />
              </>
            )}
          </Text>
        </Stack>
        {refusal ? (
          <Text size="sm">{refusal[language]}</Text>
        ) : (
          <Button
            component={Link}
            to="/wallet/payout"
            fullWidth
            leftSection={<IconArrowUpRight size={20} aria-hidden />}
          >
            {t('withdraw')}
          </Button>
        )}
      </Stack>
    </Card>
  );
}

function OtherMoney({ money }: { money: Wallet['money'] }): ReactNode {
  const { t } = useTranslation('wallet');
  return (
    <Card component="section" aria-label={t('other')}>
      <Stack gap="sm">
        <FigureLine label={t('held')} tenge={money.held} note={t('held_note')} />
        <FigureLine label={t('reserved')} tenge={money.reserved} note={t('reserved_note')} />
        {isZero(money.debt) ? null : (
          <FigureLine
            label={t('debt')}
            tenge={money.debt}
            note={
              <>
                {t('debt_note')}
                <br />
                <Anchor
                  component={Link}
                  to="/wallet/debts"
                  size="sm"
                  py={10}
                  display="inline-block"
                >
                  {t('debt_link')}
                </Anchor>
              </>
            }
          />
        )}
        <FigureLine label={t('paid')} tenge={money.paid} note={t('paid_note')} />
        <FigureLine label={t('withheld')} tenge={money.withheld} note={t('withheld_note')} />
      </Stack>
    </Card>
  );
}

function WalletBody({ wallet }: { wallet: Wallet }): ReactNode {
  const { t } = useTranslation('wallet');
  const running = wallet.payout_in_progress;
  return (
    <Stack>
      <AvailableCard wallet={wallet} />
      {wallet.estimate.refusal ? <CompleteProfile code={wallet.estimate.refusal.code} /> : null}
      {running ? (
        <Stack gap="xs" component="section">
          <Title order={2} size="h3">
            {t('in_progress')}
          </Title>
          <Rows label={t('in_progress')}>
            <PayoutRowItem payout={running} />
          </Rows>
        </Stack>
      ) : null}
      <OtherMoney money={wallet.money} />
      <Releases releases={wallet.releases} />
      <Stack gap="xs" component="section">
        <Group justify="space-between">
          <Title order={2} size="h3">
            {t('entries.title')}
          </Title>
          <Anchor component={Link} to="/wallet/payouts" size="sm" py={12}>
            {t('all_payouts')}
          </Anchor>
        </Group>
        <Entries />
      </Stack>
    </Stack>
  );
}

export default function WalletPage(): ReactNode {
  const { t } = useTranslation('wallet');
  const query = useQuery(walletRead(useInfluencerId()));
  return (
    <>
      <PageHeader title={t('title')} />
      <Loaded query={query} skeleton={<ListSkeleton rows={3} height={168} />}>
        {(wallet) => <WalletBody wallet={wallet} />}
      </Loaded>
    </>
  );
}
