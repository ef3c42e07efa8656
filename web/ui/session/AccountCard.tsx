import { Button, Card, Group, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { api, call } from '../api/client';
import { LanguageMenu } from '../components/LanguageMenu';
import { ProblemAlert } from '../components/ProblemAlert';
import { ThemeMenu } from '../components/ThemeMenu';
import type { Language } from '../i18n/languages';
import { useMe, useRefreshMe } from './session';

/** Saves the viewer's language in the account, so that messages come in it. */
export function useSaveLanguage(): (locale: Language) => void {
  const refreshMe = useRefreshMe();
  const { mutate } = useMutation({
    mutationFn: (locale: Language) => call(api.PATCH('/v1/me', { body: { locale } })),
    onSuccess: refreshMe,
  });
  return mutate;
}

/** Name, language and appearance: the settings every account has. */
export function AccountCard(): ReactNode {
  const { t } = useTranslation('ui');
  const me = useMe();
  const refreshMe = useRefreshMe();
  const saveLanguage = useSaveLanguage();
  const [name, setName] = useState(me.user.name);
  const save = useMutation({
    mutationFn: (given: string) => call(api.PATCH('/v1/me', { body: { name: given } })),
    onSuccess: refreshMe,
  });
  const changed = name.trim() !== '' && name.trim() !== me.user.name;
  return (
    <Card>
      <Stack>
        <TextInput
          label={t('account.name')}
          autoComplete="name"
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <ProblemAlert error={save.error} />
        <Group justify="flex-end">
          <Button
            disabled={!changed}
            loading={save.isPending}
            onClick={() => save.mutate(name.trim())}
          >
            {t('account.save')}
          </Button>
        </Group>
        <Group justify="space-between">
          <Text>{t('language')}</Text>
          <LanguageMenu onChoose={saveLanguage} />
        </Group>
        <Group justify="space-between">
          <Text>{t('theme')}</Text>
          <ThemeMenu />
        </Group>
      </Stack>
    </Card>
  );
}
