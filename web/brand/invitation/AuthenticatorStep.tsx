import { Button, Center, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { hasCode } from '../../ui/api/problem';
import { CodeInput } from '../../ui/components/CodeInput';
import { CopyField } from '../../ui/components/CopyField';
import { ProblemAlert, useProblemText } from '../../ui/components/ProblemAlert';
import { QrCode } from '../../ui/components/QrCode';
import type { Enrolment } from './enrolment';

export type AuthenticatorStepProps<Done> = {
  readonly enrolment: Enrolment;
  readonly confirm: (given: { readonly challenge: string; readonly code: string }) => Promise<Done>;
  readonly onDone: (done: Done) => void;
  readonly onStartOver: () => void;
};

/** The secret goes into an authenticator app, and a first code proves that it has arrived. */
export function AuthenticatorStep<Done>(props: AuthenticatorStepProps<Done>): ReactNode {
  const { enrolment, onDone, onStartOver } = props;
  const { t } = useTranslation('invitation');
  const problemText = useProblemText();
  const [code, setCode] = useState('');
  const confirm = useMutation({
    mutationFn: (given: string) => props.confirm({ challenge: enrolment.challenge, code: given }),
    onSuccess: onDone,
    onError: () => setCode(''),
  });
  const wrong = hasCode(confirm.error, 'code_wrong');
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (code.length === 6 && !confirm.isPending) confirm.mutate(code);
      }}
    >
      <Stack>
        <Center>
          <QrCode value={enrolment.otpauth_url} label={t('totp.qr')} size_px={184} />
        </Center>
        <CopyField label={t('totp.secret')} value={enrolment.totp_secret} monospace />
        <CodeInput
          label={t('totp.code')}
          value={code}
          onChange={setCode}
          onComplete={(given) => confirm.mutate(given)}
          error={wrong ? problemText(confirm.error) : null}
          disabled={confirm.isPending}
        />
        {wrong ? null : <ProblemAlert error={confirm.error} />}
        <Button
          type="submit"
          size="md"
          fullWidth
          loading={confirm.isPending}
          disabled={code.length < 6}
        >
          {t('totp.next')}
        </Button>
        {hasCode(confirm.error, 'challenge_invalid') ? (
          <Button variant="subtle" onClick={onStartOver}>
            {t('totp.start_over')}
          </Button>
        ) : null}
      </Stack>
    </form>
  );
}
