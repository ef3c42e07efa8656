import { Badge, type BadgeProps } from '@mantine/core';
import type { ReactNode } from 'react';

/** What a state means for the person: good, waiting, refused, needs a look, or nothing in particular. */
export type Tone = 'good' | 'wait' | 'bad' | 'attention' | 'plain';

const COLOR: Record<Tone, string> = {
  good: 'green',
  wait: 'yellow',
  bad: 'red',
  attention: 'tide',
  plain: 'gray',
};

/** A state is never cut off: in a narrow column it takes a second line. */
const WHOLE_WORDS = {
  root: { height: 'auto', minHeight: 'var(--badge-height)' },
  label: { whiteSpace: 'normal', overflow: 'visible' },
} as const;

export type StateBadgeProps = Omit<BadgeProps, 'color' | 'children'> & {
  readonly tone: Tone;
  /** The state in words, already translated: colour alone says nothing to many people. */
  readonly label: string;
};

export function StateBadge({ tone, label, ...rest }: StateBadgeProps): ReactNode {
  return (
    <Badge color={COLOR[tone]} styles={WHOLE_WORDS} {...rest}>
      {label}
    </Badge>
  );
}
