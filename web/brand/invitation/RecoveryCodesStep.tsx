import { Button, Card, Checkbox, CopyButton, SimpleGrid, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';

import { ProblemAlert } from '../../ui/components/ProblemAlert';
import { useSessionChange } from '../../ui/session/session';

/** Shown this once: the way in when the phone is lost. The desk opens only after the person says they are kept. */
export function RecoveryCodesStep({ codes }: { codes: readonly string[] }): ReactNode {
  const { t } = useTranslation(['invitation', 'ui']);
  const { signedIn } = useSessionChange();
  const navigate = useNavigate();
  const [kept, setKept] = useState(false);
  const enter = useMutation({
    mutationFn: signedIn,
    onSuccess: () => navigate('/', { replace: true }),
  });
  return (
    <Stack>
      <Card>
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs">
          {codes.map((code) => (
            <Text key={code} ff="monospace" size="sm" ta="center">
              {code}
            </Text>
          ))}
        </SimpleGrid>
      </Card>
      <CopyButton value={codes.join('\n')} timeout={2500}>
        {({ copied, copy }) => (
          <Button variant="default" size="md" onClick={copy}>
            {copied ? t('copied', { ns: 'ui' }) : t('codes.copy')}
          </Button>
        )}
      </CopyButton>
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
