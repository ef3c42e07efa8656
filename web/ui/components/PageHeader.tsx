import { Group, Stack, Text, Title } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';

export type PageHeaderProps = {
  readonly title: string;
  readonly text?: ReactNode;
  /** Buttons at the right; under the title on a phone. */
  readonly actions?: ReactNode;
  /** Breadcrumb or back link above the title. */
  readonly above?: ReactNode;
};

/** The page's only h1; also names the browser tab. */
export function PageHeader({ title, text, actions, above }: PageHeaderProps): ReactNode {
  useEffect(() => {
    document.title = `${title} · Gamma`;
  }, [title]);
  return (
    <Group justify="space-between" align="flex-end" gap="md" mb="lg">
      <Stack gap={4} miw={0}>
        {above}
        <Title order={1}>{title}</Title>
        {text ? (
          <Text c="dimmed" size="sm" component="div">
            {text}
          </Text>
        ) : null}
      </Stack>
      {actions ? <Group gap="xs">{actions}</Group> : null}
    </Group>
  );
}
