import { Button, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { api, call } from '../../ui/api/client';
import { PhoneInput } from '../../ui/components/PhoneInput';
import { ProblemAlert } from '../../ui/components/ProblemAlert';
import { fullPhone } from '../../ui/format/phone';
import { useLanguage } from '../../ui/i18n/useLanguage';

export type PhoneStepProps = {
  readonly digits: string;
  readonly onDigits: (digits: string) => void;
  /** The number, and after how many seconds another code may be asked for. */
  readonly onSent: (phone: string, resendAfter_s: number) => void;
};

export function PhoneStep({ digits, onDigits, onSent }: PhoneStepProps): ReactNode {
  const { t } = useTranslation('signIn');
  const locale = useLanguage();
  const [incomplete, setIncomplete] = useState(false);
  const send = useMutation({
    mutationFn: (phone: string) => call(api.POST('/v1/auth/phone', { body: { phone, locale } })),
    onSuccess: (sent, phone) => onSent(phone, sent.resend_after_seconds),
  });
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const phone = fullPhone(digits);
        setIncomplete(phone === null);
        if (phone && !send.isPending) send.mutate(phone);
      }}
    >
      <Stack>
        <PhoneInput
          label={t('phone.label')}
          value={digits}
          placeholder="701 234 56 78"
          autoFocus
          error={incomplete ? t('phone.incomplete') : null}
          onChange={(next) => {
            setIncomplete(false);
            onDigits(next);
          }}
        />
        <ProblemAlert error={send.error} />
        <Button type="submit" fullWidth loading={send.isPending}>
          {t('phone.send')}
        </Button>
      </Stack>
    </form>
  );
}
