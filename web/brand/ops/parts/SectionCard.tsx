import { Card, Group, Stack, Title } from '@mantine/core';
import type { ReactNode } from 'react';

export type SectionCardProps = {
  readonly title: string;
  /** Beside the title. */
  readonly action?: ReactNode;
  readonly children: ReactNode;
};

/** A titled part of a page. */
export function SectionCard({ title, action, children }: SectionCardProps): ReactNode {
  return (
    <Card component="section">
      <Stack gap="sm">
        <Group justify="space-between" gap="xs" mih={36}>
          <Title order={2} size="h3">
            {title}
          </Title>
          {action}
        </Group>
        {children}
      </Stack>
    </Card>
  );
}
