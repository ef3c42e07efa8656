import { Button } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';

/** Above a page's title: the list it belongs to. */
export function BackLink({ to, children }: { to: string; children: ReactNode }): ReactNode {
  return (
    <Button
      component={Link}
      to={to}
      variant="subtle"
      size="compact-md"
      mih={44}
      ms={-12}
      w="fit-content"
      leftSection={<IconArrowLeft size={18} aria-hidden />}
    >
      {children}
    </Button>
  );
}
