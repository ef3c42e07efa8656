import { Button, Card, Group, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { api, call } from '../../ui/api/client';
import { showMessage } from '../../ui/app/showMessage';
import { ProblemAlert } from '../../ui/components/ProblemAlert';

export const PASSWORD_MIN_LENGTH = 12;

/** Changing it ends every other session: whoever knew the old one is out. */
export function PasswordCard(): ReactNode {
  const { t } = useTranslation('account');
  const queries = useQueryClient();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const change = useMutation({
    mutationFn: () =>
      call(
        api.POST('/v1/me/password', { body: { current_password: current, new_password: next } }),
      ),
    onSuccess: () => {
      setCurrent('');
      setNext('');
      void queries.invalidateQueries({ queryKey: ['sessions'] });
      showMessage({ message: t('password.changed'), color: 'green' });
    },
  });
  const long = next.length >= PASSWORD_MIN_LENGTH;
  const show = { 'aria-label': t('password.show') };
  return (
    <Card>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!change.isPending && long && current !== '') change.mutate();
        }}
      >
        <Stack>
          <Title order={2} size="h3">
            {t('password.title')}
          </Title>
          <Text size="sm" c="dimmed">
            {t('password.text')}
          </Text>
          <PasswordInput
            label={t('password.current')}
            autoComplete="current-password"
            visibilityToggleButtonProps={show}
            value={current}
            onChange={(event) => setCurrent(event.currentTarget.value)}
          />
          <PasswordInput
            label={t('password.next')}
            description={t('password.rule', { count: PASSWORD_MIN_LENGTH })}
            autoComplete="new-password"
            visibilityToggleButtonProps={show}
            value={next}
            onChange={(event) => setNext(event.currentTarget.value)}
          />
          <ProblemAlert error={change.error} />
          <Group justify="flex-end">
            <Button type="submit" loading={change.isPending} disabled={!long || current === ''}>
              {t('password.change')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}
