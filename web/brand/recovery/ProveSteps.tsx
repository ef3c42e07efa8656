import { Button, Card, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { api, call } from '../../ui/api/client';
import type { components } from '../../ui/api/schema';
import { ProblemAlert } from '../../ui/components/ProblemAlert';
import { ListSkeleton } from '../../ui/components/Skeletons';
import { AuthenticatorStep } from '../invitation/AuthenticatorStep';
import { CodesCard } from '../invitation/CodesCard';
import type { Enrolment } from '../invitation/enrolment';
import { StepHeading } from './StepHeading';

type Proved = components['schemas']['RecoveryProved'];

const PASSWORD_MIN = 12;

function PasswordForm(props: {
  token: string;
  email: string;
  onEnrolment: (enrolment: Enrolment) => void;
}): ReactNode {
  const { token, email, onEnrolment } = props;
  const { t } = useTranslation(['recovery', 'invitation']);
  const [password, setPassword] = useState('');
  const prepare = useMutation({
    mutationFn: () => call(api.POST('/v1/auth/recovery/prepare', { body: { token, password } })),
    onSuccess: onEnrolment,
  });
  const complete = password.length >= PASSWORD_MIN;
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (complete && !prepare.isPending) prepare.mutate();
      }}
    >
      <Stack>
        <TextInput
          label={t('ask.email')}
          value={email}
          readOnly
          autoComplete="username"
          size="md"
        />
        <PasswordInput
          label={t('prove.password')}
          description={t('accept.password_rule', { ns: 'invitation', count: PASSWORD_MIN })}
          autoComplete="new-password"
          autoFocus
          size="md"
          visibilityToggleButtonProps={{ 'aria-label': t('accept.show', { ns: 'invitation' }) }}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <ProblemAlert error={prepare.error} />
        <Button type="submit" size="md" fullWidth loading={prepare.isPending} disabled={!complete}>
          {t('prove.next')}
        </Button>
      </Stack>
    </form>
  );
}

/** What the person has to do now: call the second person and tell the six digits. */
function Waiting({ proved }: { proved: Proved }): ReactNode {
  const { t } = useTranslation(['recovery', 'invitation']);
  return (
    <Stack gap="lg">
      <StepHeading title={t('waiting.title')} text={t(`waiting.text_${proved.approved_by}`)} />
      <Card>
        <Text size="sm" c="dimmed" ta="center">
          {t('waiting.code')}
        </Text>
        <Text ff="monospace" size="xl" fw={640} ta="center">
          {proved.check_code}
        </Text>
      </Card>
      <Text size="sm">{t('waiting.after')}</Text>
      <Stack>
        <Text fw={560}>{t('waiting.codes')}</Text>
        <CodesCard codes={proved.recovery_codes} />
      </Stack>
    </Stack>
  );
}

/** From the link of the mail: new password, new authenticator, and then a second person's turn. */
export function ProveSteps({ token }: { token: string }): ReactNode {
  const { t } = useTranslation(['recovery', 'invitation']);
  const [enrolment, setEnrolment] = useState<Enrolment | null>(null);
  const [proved, setProved] = useState<Proved | null>(null);
  const offer = useQuery({
    queryKey: ['recovery', token],
    queryFn: () => call(api.POST('/v1/auth/recovery/look', { body: { token } })),
    // The link is used up by the steps that follow; asking again would say so in their midst.
    staleTime: Infinity,
    retry: false,
  });
  if (proved) return <Waiting proved={proved} />;
  if (enrolment)
    return (
      <Stack gap="lg">
        <StepHeading
          title={t('totp.title', { ns: 'invitation' })}
          text={t('totp.text', { ns: 'invitation' })}
        />
        <AuthenticatorStep
          enrolment={enrolment}
          confirm={(body) => call(api.POST('/v1/auth/recovery/confirm', { body }))}
          onDone={setProved}
          onStartOver={() => setEnrolment(null)}
        />
      </Stack>
    );
  if (offer.isLoading) return <ListSkeleton rows={3} />;
  if (!offer.data)
    return (
      <Stack>
        <StepHeading title={t('unusable.title')} text={t('unusable.text')} />
        <ProblemAlert error={offer.error} />
        <Button component="a" href="/desk/recovery" variant="default">
          {t('unusable.again')}
        </Button>
      </Stack>
    );
  return (
    <Stack gap="xl">
      <StepHeading title={t('prove.title')} text={t('prove.text')} />
      <PasswordForm token={token} email={offer.data.email} onEnrolment={setEnrolment} />
    </Stack>
  );
}
