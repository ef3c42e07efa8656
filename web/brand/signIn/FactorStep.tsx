import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { api, call } from '../../ui/api/client';
import { CodeInput } from '../../ui/components/CodeInput';
import { ProblemAlert } from '../../ui/components/ProblemAlert';
import { useSessionChange } from '../../ui/session/session';

type Factor = { readonly code: string } | { readonly recovery_code: string };

export type FactorStepProps = { readonly challenge: string; readonly onStartOver: () => void };

/** The second factor: six digits, or one of the recovery codes kept on paper. */
export function FactorStep({ challenge, onStartOver }: FactorStepProps): ReactNode {
  const { t } = useTranslation('signIn');
  const { signedIn } = useSessionChange();
  const [byRecovery, setByRecovery] = useState(false);
  const [code, setCode] = useState('');
  const verify = useMutation({
    mutationFn: async (factor: Factor) => {
      await call(api.POST('/v1/auth/totp', { body: { challenge, ...factor } }));
      await signedIn();
    },
    onError: () => setCode(''),
  });
  const factor: Factor = byRecovery ? { recovery_code: code.trim() } : { code };
  const complete = byRecovery ? code.trim() !== '' : code.length === 6;
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (complete && !verify.isPending) verify.mutate(factor);
      }}
    >
      <Stack>
        {byRecovery ? (
          <TextInput
            key="recovery"
            label={t('factor.recovery_code')}
            description={t('factor.recovery_text')}
            size="md"
            autoFocus
            autoComplete="off"
            spellCheck={false}
            ff="monospace"
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
          />
        ) : (
          <CodeInput
            key="totp"
            label={t('factor.code')}
            value={code}
            onChange={setCode}
            onComplete={(given) => verify.mutate({ code: given })}
            disabled={verify.isPending}
          />
        )}
        <ProblemAlert error={verify.error} />
        <Button type="submit" size="md" fullWidth loading={verify.isPending} disabled={!complete}>
          {t('factor.enter')}
        </Button>
        <Group justify="space-between" gap="xs">
          <Button variant="subtle" color="gray" onClick={onStartOver}>
            {t('factor.back')}
          </Button>
          <Button
            variant="subtle"
            onClick={() => {
              setCode('');
              setByRecovery(!byRecovery);
            }}
          >
            {byRecovery ? t('factor.use_totp') : t('factor.use_recovery')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
