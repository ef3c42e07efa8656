import { Textarea } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

/** The API's bounds of OpsReason. */
const SHORTEST = 3;
const LONGEST = 300;

export const isReason = (typed: string): boolean => typed.trim().length >= SHORTEST;

export type ReasonFieldProps = {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly label?: string;
  /** A note may be left out, a reason may not. */
  readonly optional?: boolean;
};

/** Words for colleagues that stay in the audit log. */
export function ReasonField(props: ReasonFieldProps): ReactNode {
  const { value, onChange, label, optional = false } = props;
  const { t } = useTranslation('ops');
  return (
    <Textarea
      label={label ?? t('reason')}
      description={t('reason_hint')}
      required={!optional}
      autosize
      minRows={2}
      maxRows={6}
      maxLength={LONGEST}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
