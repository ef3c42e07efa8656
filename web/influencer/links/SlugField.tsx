import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { ApiProblem, hasCode } from '../../ui/api/problem';
import { useProblemText } from '../../ui/components/ProblemAlert';
import { slugProblem } from './extras';

export type SlugFieldProps = {
  readonly value: string;
  readonly onChange: (slug: string) => void;
  /** What the server answered to the last try. */
  readonly error: unknown;
};

/** A name of one's own: judged while it is typed by the rules the server has, and free ones offered when it is taken. */
export function SlugField({ value, onChange, error }: SlugFieldProps): ReactNode {
  const { t } = useTranslation('linkEdit');
  const problemText = useProblemText();
  const code = slugProblem(value);
  const refused = error instanceof ApiProblem && error.code.startsWith('slug_') ? error : null;
  const told =
    refused ?? (code === null ? null : new ApiProblem({ code, status: 422, detail: code }));
  const free = hasCode(error, 'slug_taken') ? error.suggestions : [];
  const name = value.trim().toLowerCase();
  // While a name is begun it is short, not wrong.
  const wrong = told && (refused !== null || name.length >= 4) ? problemText(told) : null;
  return (
    <Stack gap="xs">
      <TextInput
        label={t('slug.label')}
        description={wrong ? null : name && !told ? t('slug.will_be', { name }) : t('slug.hint')}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        error={wrong}
        errorProps={{ role: 'status' }}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={32}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      {free.length > 0 ? (
        <div role="group" aria-label={t('slug.free')}>
          <Text size="sm" c="dimmed" mb={4}>
            {t('slug.free')}
          </Text>
          <Group gap="xs">
            {free.map((one) => (
              <Button
                key={one}
                variant="light"
                size="compact-md"
                mih={44}
                onClick={() => onChange(one)}
              >
                {one}
              </Button>
            ))}
          </Group>
        </div>
      ) : null}
    </Stack>
  );
}
