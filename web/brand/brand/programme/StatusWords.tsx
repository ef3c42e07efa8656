import { ActionIcon, Button, Group, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { IconArrowRight, IconPlus, IconTrash } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { ORDER_STATUSES } from '../states';
import type { OrderStatus } from '../types';

/** One word of the shop and what it means here; rows have ids so that a field keeps the caret. */
export type StatusWord = {
  readonly id: number;
  readonly word: string;
  readonly status: OrderStatus;
};

const MOST_WORDS = 50;

export const wordsOf = (map: Readonly<Record<string, string>>): StatusWord[] =>
  Object.entries(map).map(([word, status], id) => ({
    id,
    word,
    status: ORDER_STATUSES.find((known) => known === status) ?? 'pending',
  }));

/** Words without text are left out. */
export const mapOf = (words: readonly StatusWord[]): Record<string, OrderStatus> =>
  Object.fromEntries(
    words.filter(({ word }) => word.trim() !== '').map(({ word, status }) => [word.trim(), status]),
  );

/** The first word that stands twice; null when all differ. */
export function doubledWord(words: readonly StatusWord[]): string | null {
  const seen = new Set<string>();
  for (const { word } of words) {
    const trimmed = word.trim();
    if (trimmed !== '' && seen.has(trimmed)) return trimmed;
    seen.add(trimmed);
  }
  return null;
}

export type StatusWordsProps = {
  readonly words: readonly StatusWord[];
  readonly onChange: (words: readonly StatusWord[]) => void;
};

/** Which of our statuses each of the shop's own words means. */
export function StatusWords({ words, onChange }: StatusWordsProps): ReactNode {
  const { t } = useTranslation(['programmes', 'brand']);
  const doubled = doubledWord(words);
  const put = (id: number, change: Partial<StatusWord>): void =>
    onChange(words.map((word) => (word.id === id ? { ...word, ...change } : word)));
  const next = words.reduce((most, { id }) => Math.max(most, id), 0) + 1;
  return (
    <Stack gap="sm">
      <div>
        <Text fw={560} size="sm">
          {t('words.title')}
        </Text>
        <Text size="sm" c="dimmed">
          {t('words.text')}
        </Text>
      </div>
      {words.map(({ id, word, status }) => (
        <Group key={id} gap="xs" wrap="nowrap" align="flex-start">
          <TextInput
            flex={1}
            aria-label={t('words.word')}
            placeholder={t('words.example')}
            maxLength={64}
            error={doubled !== null && word.trim() === doubled ? t('words.doubled') : null}
            value={word}
            onChange={(event) => put(id, { word: event.currentTarget.value })}
          />
          <Text c="dimmed" mt={6} visibleFrom="xs">
            <IconArrowRight size={18} aria-hidden />
          </Text>
          <NativeSelect
            flex={1}
            aria-label={t('words.means')}
            data={ORDER_STATUSES.map((value) => ({
              value,
              label: t(`order_status.${value}`, { ns: 'brand' }),
            }))}
            value={status}
            onChange={(event) => put(id, { status: event.currentTarget.value as OrderStatus })}
          />
          <ActionIcon
            color="gray"
            aria-label={t('words.remove', { word })}
            onClick={() => onChange(words.filter((other) => other.id !== id))}
          >
            <IconTrash size={18} />
          </ActionIcon>
        </Group>
      ))}
      <Group>
        <Button
          variant="subtle"
          leftSection={<IconPlus size={18} aria-hidden />}
          disabled={words.length >= MOST_WORDS}
          onClick={() => onChange([...words, { id: next, word: '', status: 'approved' }])}
        >
          {t('words.add')}
        </Button>
      </Group>
    </Stack>
  );
}
