import { Button, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';

import { api, call } from '../../ui/api/client';
import type { components } from '../../ui/api/schema';
import { ProblemAlert } from '../../ui/components/ProblemAlert';
import { ListSkeleton } from '../../ui/components/Skeletons';
import { SignInFrame } from '../signIn/SignInFrame';
import { AcceptStep } from './AcceptStep';
import { AuthenticatorStep } from './AuthenticatorStep';
import type { Enrolment } from './enrolment';
import { ReopenStep } from './ReopenStep';
import { RecoveryCodesStep } from './RecoveryCodesStep';

export type Offer = components['schemas']['InvitationOffer'];

/** The token travels behind `#`, which browsers send to no server and into no log. */
const tokenOf = (hash: string): string => new URLSearchParams(hash.slice(1)).get('token') ?? '';

function Heading({ title, text }: { title: string; text: string }): ReactNode {
  return (
    <Stack gap="xs">
      <Title order={1}>{title}</Title>
      <Text c="dimmed">{text}</Text>
    </Stack>
  );
}

function Unusable(props: { title: string; text: string; error?: unknown }): ReactNode {
  const { t } = useTranslation('invitation');
  return (
    <Stack>
      <Heading title={props.title} text={props.text} />
      <ProblemAlert error={props.error} />
      <Button component={Link} to="/sign-in" variant="default">
        {t('unusable.sign_in')}
      </Button>
    </Stack>
  );
}

function Steps({ token, offer }: { token: string; offer: Offer }): ReactNode {
  const { t } = useTranslation(['invitation', 'shell']);
  const [enrolment, setEnrolment] = useState<Enrolment | null>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  if (codes) {
    return (
      <Stack gap="xl">
        <Heading title={t('codes.title')} text={t('codes.text')} />
        <RecoveryCodesStep codes={codes} />
      </Stack>
    );
  }
  if (enrolment) {
    return (
      <Stack gap="lg">
        <Heading title={t('totp.title')} text={t('totp.text')} />
        <AuthenticatorStep
          enrolment={enrolment}
          confirm={(body) => call(api.POST('/v1/auth/invitations/confirm', { body }))}
          onDone={({ recovery_codes }) => setCodes(recovery_codes)}
          onStartOver={() => setEnrolment(null)}
        />
      </Stack>
    );
  }
  const role = t(`role.${offer.role}`, { ns: 'shell' });
  if (offer.account === 'shut_out') {
    return (
      <Stack gap="xl">
        <Heading
          title={t('reopen.title', { organisation: offer.organisation })}
          text={t('reopen.text', { role })}
        />
        <ReopenStep token={token} email={offer.email} />
      </Stack>
    );
  }
  if (offer.account === 'taken')
    return <Unusable title={t('taken.title')} text={t('taken.text')} />;
  return (
    <Stack gap="xl">
      <Heading
        title={t('accept.title', { organisation: offer.organisation })}
        text={t('accept.text', { role })}
      />
      <AcceptStep token={token} email={offer.email} onEnrolment={setEnrolment} />
    </Stack>
  );
}

/** From an invitation's link to the desk: name and password, authenticator, recovery codes. */
export default function Invitation(): ReactNode {
  const { t } = useTranslation('invitation');
  const token = tokenOf(useLocation().hash);
  const offer = useQuery({
    queryKey: ['invitation', token],
    queryFn: () => call(api.POST('/v1/auth/invitations/look', { body: { token } })),
    enabled: token !== '',
    // The offer is used up by the steps that follow; asking again would say so in their midst.
    staleTime: Infinity,
  });
  return (
    <SignInFrame>
      {offer.data ? <Steps token={token} offer={offer.data} /> : null}
      {offer.isLoading ? <ListSkeleton rows={4} /> : null}
      {offer.error || token === '' ? (
        <Unusable
          title={t('unusable.title')}
          text={t('unusable.text')}
          error={offer.error ?? undefined}
        />
      ) : null}
    </SignInFrame>
  );
}
