import { Anchor, Stack, Text, Title } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, Navigate, useLocation } from 'react-router';

import { nextPath } from '../../ui/session/nextPath';
import { useSession } from '../../ui/session/session';
import { FactorStep } from './FactorStep';
import { PasswordStep } from './PasswordStep';
import { SignInFrame } from './SignInFrame';

function Form(): ReactNode {
  const { t } = useTranslation('signIn');
  const [challenge, setChallenge] = useState<string | null>(null);
  return (
    <Stack gap="xl">
      <Stack gap="xs">
        <Title order={1}>{challenge ? t('factor.title') : t('password.title')}</Title>
        <Text c="dimmed">{challenge ? t('factor.text') : t('password.text')}</Text>
      </Stack>
      {challenge ? (
        <FactorStep challenge={challenge} onStartOver={() => setChallenge(null)} />
      ) : (
        <PasswordStep onChallenge={setChallenge} />
      )}
      {challenge ? null : (
        <Text size="sm" c="dimmed">
          {t('recovery.question')}{' '}
          <Anchor component={Link} to="/recovery" inherit underline="always">
            {t('recovery.link')}
          </Anchor>
          <br />
          {t('app.question')}{' '}
          <Anchor href="/app/" inherit underline="always">
            {t('app.link')}
          </Anchor>
        </Text>
      )}
    </Stack>
  );
}

/** E-mail and password → code of the authenticator app → in. */
export default function SignIn(): ReactNode {
  const session = useSession();
  const { search } = useLocation();
  if (session.state === 'signed_in') return <Navigate to={nextPath(search)} replace />;
  return (
    <SignInFrame>
      <Form />
    </SignInFrame>
  );
}
