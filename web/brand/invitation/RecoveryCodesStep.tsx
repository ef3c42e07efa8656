import { Button, Checkbox, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';

import { ProblemAlert } from '../../ui/components/ProblemAlert';
import { useSessionChange } from '../../ui/session/session';
import { CodesCard } from './CodesCard';

/** Shown this once: the way in when the phone is lost. The desk opens only after the person says they are kept. */
export function RecoveryCodesStep({ codes }: { codes: readonly string[] }): ReactNode {
  const { t } = useTranslation('invitation');
  const { signedIn } = useSessionChange();
  const navigate = useNavigate();
  const [kept, setKept] = useState(false);
  const enter = useMutation({
    mutationFn: signedIn,
    onSuccess: () => navigate('/', { replace: true }),
  });
  return (
    <Stack>
      <CodesCard codes={codes} />
      <Checkbox
        label={t('codes.kept')}
        checked={kept}
        onChange={(event) => setKept(event.currentTarget.checked)}
      />
      <ProblemAlert error={enter.error} />
      <Button
        size="md"
        fullWidth
        disabled={!kept}
        loading={enter.isPending}
        onClick={() => enter.mutate()}
      >
        {t('codes.enter')}
      </Button>
    </Stack>
  );
}
