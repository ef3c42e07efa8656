import { TextInput } from '@mantine/core';
import type { ReactNode } from 'react';

import { plain } from '../../../domain/plain';
import classes from './CodeInput.module.css';

export type CodeInputProps = {
  readonly label: string;
  readonly value: string;
  readonly onChange: (code: string) => void;
  /** All digits are in: send without a further tap. */
  readonly onComplete: (code: string) => void;
  readonly length?: number;
  readonly description?: string;
  readonly error?: string | null;
  readonly disabled?: boolean;
};

/**
 * A one-time code in one field, not six boxes: phones offer the code from the SMS only to one field, pasting
 * just works, and a screen reader says it once.
 */
export function CodeInput(props: CodeInputProps): ReactNode {
  const { label, value, onChange, onComplete, length = 6, description, error, disabled } = props;
  return (
    <TextInput
      label={label}
      description={description}
      error={error}
      // Read-only, not disabled: the focus stays, and a wrong code is typed again at once.
      readOnly={disabled}
      type="text"
      inputMode="numeric"
      autoComplete="one-time-code"
      autoFocus
      classNames={{ input: classes.code }}
      value={value}
      onChange={(event) => {
        const code = plain(event.currentTarget.value).replace(/\D/g, '').slice(0, length);
        onChange(code);
        if (code.length === length && code !== value) onComplete(code);
      }}
    />
  );
}
