import { Anchor, Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';

import { api, call } from '../../ui/api/client';
import { ProblemAlert } from '../../ui/components/ProblemAlert';
import { useSessionChange } from '../../ui/session/session';

/** Six digits are the authenticator's; anything longer is one of the codes on paper. */
const isTotp = (code: string): boolean => /^\d{6}$/.test(code);

/** Back after being shut out: with the password and factor one had, for the mailbox alone is not enough. */
export function ReopenStep({ token, email }: { token: string; email: string }): ReactNode {
  const { t } = useTranslation('invitation');
  const { signedIn } = useSessionChange();
  const navigate = useNavigate();
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const given = code.trim();
  const reopen = useMutation({
    mutationFn: async () => {
      const factor = isTotp(given) ? { code: given } : { recovery_code: given };
      await call(api.POST('/v1/auth/invitations/reopen', { body: { token, password, ...factor } }));
      await signedIn();
    },
    onSuccess: () => navigate('/', { replace: true }),
  });
  const complete = password !== '' && (isTotp(given) || given.length >= 16);
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (complete && !reopen.isPending) reopen.mutate();
      }}
    >
      <Stack>
        <TextInput
          label={t('accept.email')}
          value={email}
          readOnly
          autoComplete="username"
          size="md"
        />
        <PasswordInput
          label={t('reopen.password')}
          autoComplete="current-password"
          size="md"
          visibilityToggleButtonProps={{ 'aria-label': t('accept.show') }}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <TextInput
          label={t('reopen.code')}
          autoComplete="one-time-code"
          spellCheck={false}
          size="md"
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        <ProblemAlert error={reopen.error} />
        <Button type="submit" size="md" fullWidth loading={reopen.isPending} disabled={!complete}>
          {t('reopen.enter')}
        </Button>
        <Text size="sm" c="dimmed">
          {t('reopen.lost')}{' '}
          <Anchor component={Link} to="/recovery" inherit underline="always">
            {t('reopen.recover')}
          </Anchor>
        </Text>
      </Stack>
    </form>
  );
}
