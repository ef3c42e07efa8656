import { Anchor } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';

import classes from './BackLink.module.css';

/** Leads up from one thing to the list it stands in. */
export function BackLink({ to, label }: { to: string; label: string }): ReactNode {
  return (
    <Anchor component={Link} to={to} size="sm" className={classes.back}>
      <IconArrowLeft size={16} aria-hidden />
      {label}
    </Anchor>
  );
}
