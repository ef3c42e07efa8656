import { Anchor } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';

import classes from './Link.module.css';

/** The list a page belongs to. */
export function BackLink({ to, label }: { to: string; label: string }): ReactNode {
  return (
    <Anchor component={Link} to={to} size="sm" className={classes.link}>
      <IconArrowLeft size={16} aria-hidden />
      {label}
    </Anchor>
  );
}
