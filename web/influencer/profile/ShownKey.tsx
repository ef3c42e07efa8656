import { Alert, Button, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { CopyField } from '../../ui/components/CopyField';

/** A key is shown once; it is gone when the person says it is kept. */
export function ShownKey({ value, onDone }: { value: string; onDone: () => void }): ReactNode {
  const { t } = useTranslation('profile');
  return (
    <Alert role="note" color="yellow" title={t('keys.shown_once')}>
      <Stack gap="sm">
        <CopyField label={t('keys.key')} value={value} monospace />
        <Button variant="default" onClick={onDone}>
          {t('keys.kept')}
        </Button>
      </Stack>
    </Alert>
  );
}
