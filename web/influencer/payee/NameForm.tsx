import { Button, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { api, call } from '../../ui/api/client';
import { ProblemAlert } from '../../ui/components/ProblemAlert';
import { useRefreshMe } from '../../ui/session/session';
import { useInfluencerId } from '../data/useInfluencerId';
import { useProfileChange } from './useProfileChange';

/** What the API takes: something to read, and nothing that could be markup or a control character. */
const isName = (name: string): boolean =>
  name.length > 0 && name.length <= 80 && !/[\u0000-\u001f\u007f<>]/.test(name);

function useSaveName(onDone: () => void) {
  const influencerId = useInfluencerId();
  const refreshMe = useRefreshMe();
  const profileChanged = useProfileChange();
  return useMutation({
    mutationFn: async (name: string) => {
      await call(
        api.PATCH('/v1/influencers/{influencerId}/profile', {
          params: { path: { influencerId } },
          body: { name },
        }),
      );
      await call(api.PATCH('/v1/me', { body: { name } }));
      await Promise.all([refreshMe(), profileChanged()]);
    },
    onSuccess: onDone,
  });
}

export type NameFormProps = {
  readonly initial: string;
  readonly submitLabel: string;
  readonly onDone: () => void;
  /** In the profile there is nothing to save until it was changed; at sign-up the name as it is may be fine. */
  readonly onlyChanged?: boolean;
};

export function NameForm({ initial, submitLabel, onDone, onlyChanged }: NameFormProps): ReactNode {
  const { t } = useTranslation('payee');
  const [name, setName] = useState(initial);
  const [refused, setRefused] = useState(false);
  const save = useSaveName(onDone);
  const given = name.trim();
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setRefused(!isName(given));
        if (isName(given) && !save.isPending) save.mutate(given);
      }}
    >
      <Stack>
        <TextInput
          label={t('name.label')}
          description={t('name.hint')}
          error={refused ? t('name.refused') : null}
          autoComplete="name"
          maxLength={80}
          autoFocus={!onlyChanged}
          value={name}
          onChange={(event) => {
            setName(event.currentTarget.value);
            setRefused(false);
          }}
        />
        <ProblemAlert error={save.error} />
        <Button
          type="submit"
          fullWidth
          variant={onlyChanged ? 'default' : 'filled'}
          disabled={onlyChanged === true && given === initial}
          loading={save.isPending}
        >
          {submitLabel}
        </Button>
      </Stack>
    </form>
  );
}
