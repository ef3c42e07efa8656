import { Text, TextInput, type TextInputProps } from '@mantine/core';
import type { ReactNode } from 'react';

import { groupDigits, nationalDigits } from '../format/phone';

export type PhoneInputProps = Omit<TextInputProps, 'value' | 'onChange' | 'type'> & {
  /** The ten national digits, `7011234567`. */
  readonly value: string;
  readonly onChange: (digits: string) => void;
};

export function PhoneInput({ value, onChange, ...rest }: PhoneInputProps): ReactNode {
  return (
    <TextInput
      type="tel"
      inputMode="tel"
      autoComplete="tel"
      leftSection={<Text inherit>+7</Text>}
      leftSectionWidth={44}
      value={groupDigits(value)}
      onChange={(event) => onChange(nationalDigits(event.currentTarget.value))}
      {...rest}
    />
  );
}
