import { Button, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { api, call } from '../../ui/api/client';
import { hasCode } from '../../ui/api/problem';
import { CodeInput } from '../../ui/components/CodeInput';
import { ProblemAlert, useProblemText } from '../../ui/components/ProblemAlert';
import { useLanguage } from '../../ui/i18n/useLanguage';
import { useSessionChange } from '../../ui/session/session';

type Countdown = { readonly left_s: number; readonly restart: (seconds: number) => void };

/** Seconds until `from` have passed; by the clock, because timers sleep with the phone. */
function useCountdown(from: number): Countdown {
  const [until, setUntil] = useState(() => Date.now() + from * 1000);
  const [left_s, setLeft] = useState(from);
  useEffect(() => {
    const timer = setInterval(
      () => setLeft(Math.max(0, Math.ceil((until - Date.now()) / 1000))),
      500,
    );
    return () => clearInterval(timer);
  }, [until]);
  const restart = (seconds: number): void => {
    setUntil(Date.now() + seconds * 1000);
    setLeft(seconds);
  };
  return { left_s, restart };
}

function ResendButton({ phone, after_s }: { phone: string; after_s: number }): ReactNode {
  const { t } = useTranslation('signIn');
  const locale = useLanguage();
  const { left_s, restart } = useCountdown(after_s);
  const resend = useMutation({
    mutationFn: () => call(api.POST('/v1/auth/phone', { body: { phone, locale } })),
    onSuccess: (sent) => restart(sent.resend_after_seconds),
  });
  return (
    <>
      <Button
        variant="subtle"
        disabled={left_s > 0}
        loading={resend.isPending}
        onClick={() => resend.mutate()}
      >
        {left_s > 0 ? t('code.again_in', { count: left_s }) : t('code.again')}
      </Button>
      {resend.error ? <ProblemAlert error={resend.error} /> : null}
    </>
  );
}

export type CodeStepProps = {
  readonly phone: string;
  readonly resendAfter_s: number;
  readonly onOtherPhone: () => void;
};

export function CodeStep({ phone, resendAfter_s, onOtherPhone }: CodeStepProps): ReactNode {
  const { t } = useTranslation('signIn');
  const problemText = useProblemText();
  const { signedIn } = useSessionChange();
  const [code, setCode] = useState('');
  const verify = useMutation({
    mutationFn: async (given: string) => {
      await call(api.POST('/v1/auth/phone/verify', { body: { phone, code: given } }));
      await signedIn();
    },
    onError: () => setCode(''),
  });
  const refused = hasCode(verify.error, 'code_wrong') || hasCode(verify.error, 'code_exhausted');
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (code.length === 6 && !verify.isPending) verify.mutate(code);
      }}
    >
      <Stack>
        <CodeInput
          label={t('code.label')}
          value={code}
          onChange={setCode}
          onComplete={(given) => verify.mutate(given)}
          error={refused ? problemText(verify.error) : null}
          disabled={verify.isPending}
        />
        {verify.error && !refused ? <ProblemAlert error={verify.error} /> : null}
        <Button type="submit" fullWidth loading={verify.isPending} disabled={code.length < 6}>
          {t('code.enter')}
        </Button>
        <Stack gap={4}>
          <ResendButton phone={phone} after_s={resendAfter_s} />
          <Button variant="subtle" color="gray" onClick={onOtherPhone}>
            {t('code.other_phone')}
          </Button>
        </Stack>
      </Stack>
    </form>
  );
}
