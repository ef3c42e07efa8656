import { Group } from '@mantine/core';
import { IconFlag } from '@tabler/icons-react';
import type { ReactNode } from 'react';

import { StateBadge } from '../../../ui/components/StateBadge';
import { useLanguage } from '../../../ui/i18n/useLanguage';
import type { Schema } from '../types';
import { useFlagTexts } from './useFlagTexts';

/** Review flags beside a name, in words. */
export function FlagMarks({ codes }: { codes: readonly Schema<'ReviewFlagCode'>[] }): ReactNode {
  const texts = useFlagTexts();
  const language = useLanguage();
  if (codes.length === 0) return null;
  return (
    <Group gap={4} mt={2} wrap="wrap">
      {codes.map((code) => (
        <StateBadge
          key={code}
          tone="bad"
          size="sm"
          label={texts.get(code)?.[language] ?? code}
          leftSection={<IconFlag size={12} aria-hidden />}
        />
      ))}
    </Group>
  );
}
