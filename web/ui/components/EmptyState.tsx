import { Stack, Text, ThemeIcon, Title } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';

export type EmptyStateProps = {
  readonly icon: Icon;
  readonly title: string;
  readonly text?: string;
  /** What the person can do about it. */
  readonly action?: ReactNode;
  /** 1 when it is the whole page. */
  readonly order?: 1 | 2 | 3;
};

export function EmptyState({
  icon: Sign,
  title,
  text,
  action,
  order = 2,
}: EmptyStateProps): ReactNode {
  return (
    <Stack align="center" gap="sm" py="xl" px="md" ta="center">
      <ThemeIcon variant="light" size={56} radius="xl" aria-hidden>
        <Sign size={28} stroke={1.6} />
      </ThemeIcon>
      <Title order={order} size="h3">
        {title}
      </Title>
      {text ? (
        <Text c="dimmed" size="sm" maw={420}>
          {text}
        </Text>
      ) : null}
      {action}
    </Stack>
  );
}
