import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { api, call } from '../../ui/api/client';
import { ProblemAlert } from '../../ui/components/ProblemAlert';

export function PasswordStep({
  onChallenge,
}: {
  onChallenge: (challenge: string) => void;
}): ReactNode {
  const { t } = useTranslation('signIn');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const send = useMutation({
    mutationFn: () =>
      call(api.POST('/v1/auth/password', { body: { email: email.trim(), password } })),
    onSuccess: ({ challenge }) => onChallenge(challenge),
  });
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!send.isPending) send.mutate();
      }}
    >
      <Stack>
        <TextInput
          label={t('password.email')}
          type="email"
          autoComplete="username"
          autoFocus
          size="md"
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <PasswordInput
          label={t('password.password')}
          autoComplete="current-password"
          size="md"
          visibilityToggleButtonProps={{ 'aria-label': t('password.show') }}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <ProblemAlert error={send.error} />
        <Button
          type="submit"
          size="md"
          fullWidth
          loading={send.isPending}
          disabled={email.trim() === '' || password === ''}
        >
          {t('password.next')}
        </Button>
      </Stack>
    </form>
  );
}
