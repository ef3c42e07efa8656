import { Progress, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { Money } from '../../../ui/components/Money';
import { formatMoney } from '../../../ui/format/money';
import { percentUsed } from './useLimits';

const NEARLY_PERCENT = 80;

const colorOf = (percent: number): string =>
  percent >= 100 ? 'red' : percent >= NEARLY_PERCENT ? 'yellow' : 'tide';

export type UsedProps = {
  /** What is counted: names the bar for those who do not see it. */
  readonly name: string;
  readonly used: string;
  readonly limit: string;
  /** Today's or all of it. */
  readonly words: 'used' | 'today';
};

/** How much of a ceiling is used, in words and as a bar; that it is reached is said, not only coloured. */
export function Used({ name, used, limit, words }: UsedProps): ReactNode {
  const { t } = useTranslation('opsLimits');
  const percent = percentUsed(used, limit);
  return (
    <div>
      <Text size="sm" mb={4}>
        {t(words, { used: formatMoney(used), limit: formatMoney(limit) })}
      </Text>
      <Progress.Root size="md">
        <Progress.Section value={percent} color={colorOf(percent)} aria-label={name} />
      </Progress.Root>
      {percent >= 100 ? (
        <Text size="sm" mt={4}>
          {t('over')}
        </Text>
      ) : null}
    </div>
  );
}

/** A ceiling, or the words for having none. */
export function Limit({ tenge, none }: { tenge: string | null; none: string }): ReactNode {
  return tenge === null ? (
    <Text span size="sm" c="dimmed">
      {none}
    </Text>
  ) : (
    <Text span size="sm" fw={560}>
      <Money tenge={tenge} />
    </Text>
  );
}
