import { Button, Stack, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { EndField } from './EndField';
import { isMark, MOST_MARKS, type Extras } from './extras';
import { SlugField } from './SlugField';

export type ExtraFieldsProps = {
  readonly extras: Extras;
  readonly onChange: (extras: Extras) => void;
  readonly error: unknown;
};

/** Marks tell posts and places apart: sub1 to sub5, shown one by one as they are needed. */
function Marks({ extras, onChange }: Omit<ExtraFieldsProps, 'error'>): ReactNode {
  const { t } = useTranslation('linkEdit');
  const { marks } = extras;
  const change = (place: number, mark: string): void =>
    onChange({ ...extras, marks: marks.map((one, i) => (i === place ? mark : one)) });
  return (
    <Stack gap="xs">
      {marks.map((mark, i) => (
        <TextInput
          key={i}
          label={t('mark.label', { number: i + 1 })}
          description={i === 0 ? t('mark.hint') : null}
          error={isMark(mark) ? null : t('mark.wrong')}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={64}
          value={mark}
          onChange={(event) => change(i, event.currentTarget.value)}
        />
      ))}
      {marks.length < MOST_MARKS ? (
        <Button
          variant="subtle"
          size="compact-md"
          mih={44}
          w="fit-content"
          leftSection={<IconPlus size={18} aria-hidden />}
          onClick={() => onChange({ ...extras, marks: [...marks, ''] })}
        >
          {t('mark.one_more')}
        </Button>
      ) : null}
    </Stack>
  );
}

export default function ExtraFields({ extras, onChange, error }: ExtraFieldsProps): ReactNode {
  return (
    <Stack gap="md" pt="xs">
      <SlugField
        value={extras.slug}
        error={error}
        onChange={(slug) => onChange({ ...extras, slug })}
      />
      <EndField
        value={extras.lastDay}
        error={error}
        onChange={(lastDay) => onChange({ ...extras, lastDay })}
      />
      <Marks extras={extras} onChange={onChange} />
    </Stack>
  );
}
