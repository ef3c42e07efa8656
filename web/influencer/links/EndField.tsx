import { Button, Group, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { ApiProblem } from '../../ui/api/problem';
import { useProblemText } from '../../ui/components/ProblemAlert';
import { isPast } from './extras';
import { today } from './linkEnd';

export type EndFieldProps = {
  /** `YYYY-MM-DD`, the last day the link works; empty for no end. */
  readonly value: string;
  readonly onChange: (day: string) => void;
  readonly error: unknown;
  /** Not for an end that the link has already: it may have passed. */
  readonly isNew?: boolean;
};

/** The browser's own date field: every phone has a good one, and none costs less. */
export function EndField({ value, onChange, error, isNew = true }: EndFieldProps): ReactNode {
  const { t } = useTranslation('linkEdit');
  const problemText = useProblemText();
  const refused = error instanceof ApiProblem && error.code.startsWith('expiry_');
  return (
    <Group gap="xs" align="flex-start" wrap="nowrap">
      <TextInput
        type="date"
        flex={1}
        label={t('end.label')}
        description={t('end.hint')}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        error={isNew && isPast(value) ? t('end.past') : refused ? problemText(error) : null}
        min={today()}
        max="2099-12-31"
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      {value ? (
        <Button variant="subtle" mt={25} px="xs" onClick={() => onChange('')}>
          {t('end.none')}
        </Button>
      ) : null}
    </Group>
  );
}
