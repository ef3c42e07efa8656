import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { api, call } from '../../ui/api/client';
import { ProblemAlert } from '../../ui/components/ProblemAlert';
import { useLanguage } from '../../ui/i18n/useLanguage';
import type { Enrolment } from './enrolment';

/** As openapi.yaml has it; the server also refuses well-known passwords. */
const PASSWORD_MIN = 12;

export type AcceptStepProps = {
  readonly token: string;
  readonly email: string;
  readonly onEnrolment: (enrolment: Enrolment) => void;
};

export function AcceptStep({ token, email, onEnrolment }: AcceptStepProps): ReactNode {
  const { t } = useTranslation('invitation');
  const locale = useLanguage();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const accept = useMutation({
    mutationFn: () =>
      call(
        api.POST('/v1/auth/invitations/accept', {
          body: { token, name: name.trim(), password, locale },
        }),
      ),
    onSuccess: onEnrolment,
  });
  const complete = name.trim() !== '' && password.length >= PASSWORD_MIN;
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (complete && !accept.isPending) accept.mutate();
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
        <TextInput
          label={t('accept.name')}
          autoComplete="name"
          autoFocus
          maxLength={80}
          size="md"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <PasswordInput
          label={t('accept.password')}
          description={t('accept.password_rule', { count: PASSWORD_MIN })}
          autoComplete="new-password"
          size="md"
          visibilityToggleButtonProps={{ 'aria-label': t('accept.show') }}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <ProblemAlert error={accept.error} />
        <Button type="submit" size="md" fullWidth loading={accept.isPending} disabled={!complete}>
          {t('accept.next')}
        </Button>
      </Stack>
    </form>
  );
}
