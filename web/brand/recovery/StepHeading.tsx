import { Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

export function StepHeading({ title, text }: { title: string; text: string }): ReactNode {
  return (
    <Stack gap="xs">
      <Title order={1}>{title}</Title>
      <Text c="dimmed">{text}</Text>
    </Stack>
  );
}
