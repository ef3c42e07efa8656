import { Alert, Button, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { api, call } from '../../ui/api/client';
import { ProblemAlert } from '../../ui/components/ProblemAlert';
import { useLanguage } from '../../ui/i18n/useLanguage';

/** Says the same for every address. */
export function AskStep(): ReactNode {
  const { t } = useTranslation('recovery');
  const locale = useLanguage();
  const [email, setEmail] = useState('');
  const ask = useMutation({
    mutationFn: () =>
      call(api.POST('/v1/auth/recovery', { body: { email: email.trim(), locale } })),
  });
  if (ask.data)
    return (
      <Alert color="green" role="status" title={t('ask.sent_title')}>
        {t('ask.sent_text')}
      </Alert>
    );
  const complete = /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email.trim());
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (complete && !ask.isPending) ask.mutate();
      }}
    >
      <Stack>
        <TextInput
          label={t('ask.email')}
          type="email"
          autoComplete="username"
          autoFocus
          size="md"
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <ProblemAlert error={ask.error} />
        <Button type="submit" size="md" fullWidth loading={ask.isPending} disabled={!complete}>
          {t('ask.send')}
        </Button>
      </Stack>
    </form>
  );
}
