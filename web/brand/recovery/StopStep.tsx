import { Alert, Button, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { api, call } from '../../ui/api/client';
import { ProblemAlert } from '../../ui/components/ProblemAlert';
import { StepHeading } from './StepHeading';

/** A button, not the link itself: programs that look through mail open links. */
export function StopStep({ token }: { token: string }): ReactNode {
  const { t } = useTranslation('recovery');
  const stop = useMutation({
    mutationFn: () => call(api.POST('/v1/auth/recovery/stop', { body: { token } })),
  });
  return (
    <Stack gap="xl">
      <StepHeading title={t('halt.title')} text={t('halt.text')} />
      {stop.data ? (
        <Alert color="green" role="status">
          {t('halt.done')}
        </Alert>
      ) : (
        <Stack>
          <ProblemAlert error={stop.error} />
          <Button
            color="red"
            size="md"
            fullWidth
            loading={stop.isPending}
            onClick={() => stop.mutate()}
          >
            {t('halt.stop')}
          </Button>
        </Stack>
      )}
    </Stack>
  );
}
