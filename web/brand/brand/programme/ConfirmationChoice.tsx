import { Radio, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

export type Confirmation = 'postback' | 'auto';

/** How an order is confirmed after the return period. */
export function ConfirmationChoice(props: {
  value: Confirmation;
  onChange: (value: Confirmation) => void;
}): ReactNode {
  const { t } = useTranslation(['programmes', 'brand']);
  return (
    <Radio.Group
      label={t('confirmation.label')}
      value={props.value}
      onChange={(value) => props.onChange(value)}
    >
      <Stack gap="md" mt="sm">
        {(['postback', 'auto'] as const).map((value) => (
          <Radio
            key={value}
            value={value}
            label={t(`confirmation.${value}`, { ns: 'brand' })}
            description={t(`confirmation.${value}_text`)}
          />
        ))}
      </Stack>
    </Radio.Group>
  );
}
