import { Card, Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';

import { LineSkeleton } from './Skeletons';
import classes from './StatTile.module.css';

export type StatTileProps = {
  readonly label: string;
  /** A figure (`<Money>`, a count); undefined while it loads: the tile has its size already. */
  readonly value: ReactNode;
  /** Under the figure: change to the former period, the date it becomes available. */
  readonly note?: ReactNode;
  readonly icon?: ReactNode;
};

export function StatTile({ label, value, note, icon }: StatTileProps): ReactNode {
  return (
    <Card className={classes.tile}>
      <Group gap={6} wrap="nowrap" c="dimmed">
        {icon}
        <Text size="sm">{label}</Text>
      </Group>
      <div className={classes.value}>{value ?? <LineSkeleton width="7ch" />}</div>
      {note !== undefined ? (
        <Text size="xs" c="dimmed" component="div" className={classes.note}>
          {note}
        </Text>
      ) : null}
    </Card>
  );
}
