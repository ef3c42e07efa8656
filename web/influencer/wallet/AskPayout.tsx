import { Alert, Button, Card, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { Trans, useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';

import { api, call } from '../../ui/api/client';
import { useMoneyMutation, type MoneyMutation } from '../../ui/api/useMoneyMutation';
import { Money } from '../../ui/components/Money';
import { PageHeader } from '../../ui/components/PageHeader';
import { ProblemAlert } from '../../ui/components/ProblemAlert';
import { ListSkeleton } from '../../ui/components/Skeletons';
import { formatMoney, readMoney } from '../../ui/format/money';
import { useLanguage } from '../../ui/i18n/useLanguage';
import type { components } from '../../ui/api/schema';
import { MONEY_READS, previewRead, walletRead } from '../data/reads';
import type { PayoutPreview, Wallet } from '../data/types';
import { useInfluencerId } from '../data/useInfluencerId';
import { BackLink } from '../list/BackLink';
import { Loaded } from '../loading/Loaded';
import { CompleteProfile } from './CompleteProfile';
import { PreviewCard } from './PreviewCard';

type Input = components['schemas']['PayoutRequest'];
type Answer = components['schemas']['PayoutRequested'];

function usePayout(): MoneyMutation<Input, Answer> {
  const influencerId = useInfluencerId();
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMoneyMutation<Input, Answer>({
    name: 'payout',
    send: (body, key) =>
      call(
        api.POST('/v1/influencers/{influencerId}/payouts', {
          params: { path: { influencerId }, header: { 'Idempotency-Key': key } },
          body,
        }),
      ),
    onSuccess: ({ id }) => {
      void queries.invalidateQueries({ predicate: ({ queryKey }) => MONEY_READS.has(queryKey[0]) });
      void navigate(`/wallet/payouts/${id}`, { replace: true });
    },
  });
}

/** An answer that got lost: nobody has to guess, the same request is asked about again. */
function LostAnswer({ payout }: { payout: MoneyMutation<Input, Answer> }): ReactNode {
  const { t } = useTranslation('wallet');
  return (
    <Alert color="yellow" role="alert" title={t('ask.unknown')}>
      <Stack gap="sm">
        <Text size="sm">{t('ask.unknown_text')}</Text>
        <Button variant="default" loading={payout.pending} onClick={payout.findAnswer}>
          {t('ask.find')}
        </Button>
      </Stack>
    </Alert>
  );
}

type AmountFieldProps = {
  readonly value: string;
  readonly wallet: Wallet;
  readonly wrong: boolean;
  readonly disabled: boolean;
  readonly onChange: (typed: string) => void;
};

function AmountField({ value, wallet, wrong, disabled, onChange }: AmountFieldProps): ReactNode {
  const { t } = useTranslation('wallet');
  return (
    <TextInput
      label={t('ask.amount')}
      description={
        <Trans
          t={t}
          i18nKey="ask.limits"
          components={{
            minimum: <Money tenge={wallet.minimum} />,
            maximum: <Money tenge={wallet.money.available} />,
          }}
        />
      }
      error={wrong ? t('ask.amount_wrong') : null}
      inputMode="decimal"
      autoComplete="off"
      size="lg"
      rightSection={<Text c="dimmed">₸</Text>}
      disabled={disabled}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

/** `12345.60` as it is typed: `12345,60`. */
const typedOf = (tenge: string): string => tenge.replace('.', ',').replace(/,00$/, '');

type AskFormProps = { readonly wallet: Wallet; readonly payout: MoneyMutation<Input, Answer> };

function AskForm({ wallet, payout }: AskFormProps): ReactNode {
  const { t } = useTranslation('wallet');
  const language = useLanguage();
  const influencerId = useInfluencerId();
  const [typed, setTyped] = useState(typedOf(wallet.money.available));
  const amount = readMoney(typed);
  const all = amount === wallet.money.available;
  const [asked] = useDebouncedValue(amount, 300);
  const preview = useQuery({
    ...previewRead(influencerId, asked === wallet.money.available ? null : asked),
    enabled: asked !== null,
    placeholderData: keepPreviousData,
  });
  const shown: PayoutPreview | undefined = amount === null ? undefined : preview.data;
  const settled =
    amount !== null && asked === amount && !preview.isPlaceholderData && !preview.isFetching;
  const refusal = shown?.refusal ?? null;
  const ready = shown !== undefined && settled && refusal === null && amount !== null;
  const arrives = shown?.net ?? null;
  // All at once: the button must not move under the thumb when the figures come.
  if (preview.isLoading) return <ListSkeleton rows={3} height={120} />;
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) payout.submit(all ? {} : { amount });
      }}
    >
      <Stack>
        <Card>
          <AmountField
            value={typed}
            wallet={wallet}
            wrong={typed.trim() !== '' && amount === null}
            disabled={payout.pending}
            onChange={setTyped}
          />
        </Card>
        <PreviewCard preview={preview.data} stale={!settled} />
        {preview.error ? (
          <ProblemAlert error={preview.error} onRetry={() => void preview.refetch()} />
        ) : null}
        {refusal ? (
          <>
            <Alert color="yellow" role="status">
              {refusal[language]}
            </Alert>
            <CompleteProfile code={refusal.code} />
          </>
        ) : null}
        {payout.unknown ? (
          <LostAnswer payout={payout} />
        ) : (
          <>
            <ProblemAlert error={payout.error} />
            <Button type="submit" fullWidth size="lg" loading={payout.pending} disabled={!ready}>
              {ready && arrives
                ? t('ask.submit', { amount: formatMoney(arrives) })
                : t('ask.submit_plain')}
            </Button>
          </>
        )}
        <Text size="xs" c="dimmed" ta="center">
          {t('ask.code_note')}
        </Text>
      </Stack>
    </form>
  );
}

/** `/wallet/payout`: what is taken, what is withheld, what arrives, when and where, all before the tap. */
export default function AskPayout(): ReactNode {
  const { t } = useTranslation('wallet');
  const query = useQuery(walletRead(useInfluencerId()));
  // Here and not in the form: an open request is asked about even when its payout is already under way.
  const payout = usePayout();
  return (
    <>
      <PageHeader above={<BackLink to="/wallet">{t('title')}</BackLink>} title={t('ask.title')} />
      <Loaded query={query} skeleton={<ListSkeleton rows={3} height={120} />}>
        {(wallet) =>
          wallet.payout_in_progress ? (
            <Stack>
              {payout.unknown ? <LostAnswer payout={payout} /> : null}
              <Alert role="note" color="yellow" title={t('ask.running')}>
                <Button
                  component={Link}
                  to={`/wallet/payouts/${wallet.payout_in_progress.id}`}
                  variant="default"
                  mt="xs"
                >
                  {t('ask.see_running')}
                </Button>
              </Alert>
            </Stack>
          ) : (
            <AskForm wallet={wallet} payout={payout} />
          )
        }
      </Loaded>
    </>
  );
}
