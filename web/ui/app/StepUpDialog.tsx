import { Button, Modal, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { api, call } from '../api/client';
import { ApiProblem } from '../api/problem';
import { finishStepUp } from '../api/stepUp';
import { CodeInput } from '../components/CodeInput';
import { ProblemAlert, useProblemText } from '../components/ProblemAlert';
import { useMe, useRefreshMe } from '../session/session';

function StepUpForm({ onDone, onCancel }: { onDone: () => void; onCancel: () => void }): ReactNode {
  const { t } = useTranslation('ui');
  const problemText = useProblemText();
  const bySms = useMe().factor.method === 'sms';
  const refreshMe = useRefreshMe();
  const [code, setCode] = useState('');
  const start = useMutation({ mutationFn: () => call(api.POST('/v1/auth/factor/start')) });
  const verify = useMutation({
    mutationFn: (given: string) => call(api.POST('/v1/auth/factor', { body: { code: given } })),
    onSuccess: () => {
      void refreshMe();
      onDone();
    },
    onError: () => setCode(''),
  });
  const { mutate: sendSms } = start;
  useEffect(() => {
    if (bySms) sendSms();
  }, [bySms, sendSms]);
  const refused = verify.error instanceof ApiProblem && verify.error.status !== 0;
  return (
    <Stack>
      <Text size="sm">{bySms ? t('step_up.text_sms') : t('step_up.text_totp')}</Text>
      <ProblemAlert error={start.error} onRetry={() => sendSms()} />
      <CodeInput
        label={t('step_up.code')}
        value={code}
        onChange={setCode}
        onComplete={(given) => verify.mutate(given)}
        error={refused ? problemText(verify.error) : null}
        disabled={verify.isPending}
      />
      {verify.error && !refused ? <ProblemAlert error={verify.error} /> : null}
      <Stack gap={4}>
        <Button
          fullWidth
          loading={verify.isPending}
          disabled={code.length < 6}
          onClick={() => verify.mutate(code)}
        >
          {t('step_up.confirm')}
        </Button>
        {bySms ? (
          <Button variant="subtle" loading={start.isPending} onClick={() => sendSms()}>
            {t('step_up.again')}
          </Button>
        ) : null}
        <Button variant="subtle" color="gray" onClick={onCancel}>
          {t('cancel')}
        </Button>
      </Stack>
    </Stack>
  );
}

/** Asks for a fresh factor when a call needs one; the call goes on by itself afterwards. */
export default function StepUpDialog({ onClosed }: { onClosed: () => void }): ReactNode {
  const { t } = useTranslation('ui');
  const close = (given: boolean): void => {
    onClosed();
    finishStepUp(given);
  };
  return (
    <Modal
      opened
      onClose={() => close(false)}
      title={t('step_up.title')}
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <StepUpForm onDone={() => close(true)} onCancel={() => close(false)} />
    </Modal>
  );
}
