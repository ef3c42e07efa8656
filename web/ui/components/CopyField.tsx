import { ActionIcon, CopyButton, TextInput } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

export type CopyFieldProps = {
  readonly label: string;
  readonly value: string;
  readonly description?: string;
  readonly monospace?: boolean;
};

const MONOSPACE = { input: { fontFamily: 'var(--mantine-font-family-monospace)' } };

/** A value to take away: link, key, reference. One tap copies it, and says so. */
export function CopyField({ label, value, description, monospace }: CopyFieldProps): ReactNode {
  const { t } = useTranslation('ui');
  return (
    <CopyButton value={value} timeout={2500}>
      {({ copied, copy }) => (
        <TextInput
          readOnly
          label={label}
          {...(description ? { description } : {})}
          value={value}
          {...(monospace ? { styles: MONOSPACE } : {})}
          onFocus={(event) => event.currentTarget.select()}
          rightSectionWidth={48}
          rightSection={
            <ActionIcon
              aria-label={copied ? t('copied') : t('copy_what', { what: label })}
              title={copied ? t('copied') : t('copy')}
              color={copied ? 'green' : 'tide'}
              onClick={copy}
            >
              {copied ? <IconCheck size={20} /> : <IconCopy size={20} />}
            </ActionIcon>
          }
        />
      )}
    </CopyButton>
  );
}
