import { Button, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { IconCreditCardOff } from '@tabler/icons-react';
import { useEffect, useRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useSearchParams } from 'react-router';

import { api, call } from '../../ui/api/client';
import { EmptyState } from '../../ui/components/EmptyState';
import { PageHeader } from '../../ui/components/PageHeader';
import { ProblemAlert } from '../../ui/components/ProblemAlert';
import { ListSkeleton } from '../../ui/components/Skeletons';
import { useInfluencerId } from '../data/useInfluencerId';
import { takeReturn } from './cardReturn';
import { useProfileChange } from './useProfileChange';

type CardToken = { readonly token: string; readonly state: string };

function SaveCard({ card }: { card: CardToken }): ReactNode {
  const { t } = useTranslation('payee');
  const influencerId = useInfluencerId();
  const navigate = useNavigate();
  const profileChanged = useProfileChange();
  const sent = useRef(false);
  const { mutate, error, isPending } = useMutation({
    mutationFn: () =>
      call(
        api.PUT('/v1/influencers/{influencerId}/instrument', {
          params: { path: { influencerId } },
          body: { kind: 'card', ...card },
        }),
      ),
    onSuccess: async () => {
      await profileChanged();
      // The token leaves the address bar and the history with this page.
      await navigate(takeReturn(), { replace: true, state: { cardSaved: true } });
    },
  });
  useEffect(() => {
    // A token is good once; development mounts an effect twice.
    if (sent.current) return;
    sent.current = true;
    mutate();
  }, [mutate]);
  if (!error) return <ListSkeleton rows={1} height={120} />;
  return (
    <Stack>
      <ProblemAlert error={error} />
      <Button fullWidth loading={isPending} onClick={() => mutate()}>
        {t('retry', { ns: 'ui' })}
      </Button>
      <Button fullWidth variant="default" component={Link} to="/start/instrument">
        {t('card.again')}
      </Button>
    </Stack>
  );
}

/** `/card-return`: the provider's page has sent the browser back, with a token or with nothing. */
export default function CardReturn(): ReactNode {
  const { t } = useTranslation('payee');
  const [search] = useSearchParams();
  const token = search.get('token');
  const state = search.get('state');
  return (
    <>
      <PageHeader title={t('card.return_title')} />
      {token && state ? (
        <Stack>
          <Text c="dimmed">{t('card.saving')}</Text>
          <SaveCard card={{ token, state }} />
        </Stack>
      ) : (
        <EmptyState
          icon={IconCreditCardOff}
          title={t('card.cancelled')}
          text={t('card.cancelled_text')}
          action={
            <Button component={Link} to="/start/instrument">
              {t('card.again')}
            </Button>
          }
        />
      )}
    </>
  );
}
