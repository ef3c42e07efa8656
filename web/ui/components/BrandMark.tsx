import { Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

/** The sign: a Γ whose arm ends in the dot of a paid order. */
export function Mark({ size_px = 28 }: { size_px?: number }): ReactNode {
  return (
    <svg width={size_px} height={size_px} viewBox="0 0 64 64" aria-hidden focusable="false">
      <rect width="64" height="64" rx="16" fill="#0b7580" />
      <path
        d="M22 47V19h15"
        fill="none"
        stroke="#fff"
        strokeWidth="7"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      <circle cx="45" cy="32" r="5.5" fill="#f4d28a" />
    </svg>
  );
}

export type BrandMarkProps = {
  /** Leaves the word out on narrow screens. */
  readonly compact?: boolean;
};

export function BrandMark({ compact = false }: BrandMarkProps): ReactNode {
  const { t } = useTranslation('ui');
  return (
    <Group gap="xs" wrap="nowrap">
      <Mark />
      <Text fw={660} size="lg" lts="-0.01em" {...(compact ? { visibleFrom: 'sm' } : {})}>
        {t('product')}
      </Text>
    </Group>
  );
}
