import { Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';

import { Money } from '../../ui/components/Money';
import { useLanguage } from '../../ui/i18n/useLanguage';
import type { TaxLine } from '../data/types';

export type FigureLineProps = {
  readonly label: string;
  readonly tenge: string | undefined;
  readonly strong?: boolean;
  /** Under the label: what it was taken of. */
  readonly note?: ReactNode;
};

/** Words at the left, an amount at the right; both wrap inside their own column. */
export function FigureLine({ label, tenge, strong = false, note }: FigureLineProps): ReactNode {
  return (
    <Group justify="space-between" align="flex-start" wrap="nowrap" gap="md">
      <Stack gap={0} miw={0}>
        <Text size={strong ? 'md' : 'sm'} fw={strong ? 600 : 400}>
          {label}
        </Text>
        {note ? (
          <Text size="xs" c="dimmed" component="div">
            {note}
          </Text>
        ) : null}
      </Stack>
      <Text size={strong ? 'md' : 'sm'} fw={strong ? 640 : 500} span>
        <Money tenge={tenge} />
      </Text>
    </Group>
  );
}

/** Rates are exact ratios of the parameter row: `10/100` is 10 %. */
function percent(rate: string): string {
  return rate
    .split(',')
    .map((one) => {
      const [part, whole] = one.split('/').map((text) => Number(text.trim()));
      if (part === undefined || !whole) return one.trim();
      return `${String(Math.round((part / whole) * 10_000) / 100).replace('.', ',')}\u00a0%`;
    })
    .join(' · ');
}

/** What is withheld, one tax a line. */
export function TaxLines({ lines }: { lines: readonly TaxLine[] }): ReactNode {
  const language = useLanguage();
  return lines.map((line) => (
    <FigureLine
      key={line.component}
      label={line.name[language]}
      tenge={line.amount}
      note={percent(line.rate)}
    />
  ));
}
