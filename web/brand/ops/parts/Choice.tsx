import { NativeSelect } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

export type ChoiceProps = {
  readonly label: string;
  readonly value: string | null;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly onChange: (value: string) => void;
  /** Words of the empty choice, when it means something else than any. */
  readonly emptyLabel?: string;
};

/** A filter of one value out of a closed list; the first one is none of them. */
export function Choice(props: ChoiceProps): ReactNode {
  const { label, value, options, onChange, emptyLabel } = props;
  const { t } = useTranslation('ops');
  return (
    <NativeSelect
      label={label}
      flex="1 1 10rem"
      maw={{ base: undefined, sm: 240 }}
      value={value ?? ''}
      data={[{ value: '', label: emptyLabel ?? t('any') }, ...options]}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
