import { Text, Timeline as MantineTimeline } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconClock, IconX, type Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';

import { DateTime } from './DateTime';

export type TimelineStep = {
  readonly key: string;
  readonly title: ReactNode;
  /** When it happened, or when it will (`state: 'ahead'`). */
  readonly at?: string | null;
  /** The time will stand here while somebody looks: its line is kept free, so that nothing below moves. */
  readonly timeToCome?: boolean;
  readonly text?: ReactNode;
  readonly state: 'done' | 'current' | 'ahead' | 'refused' | 'attention';
};

const SIGNS: Record<TimelineStep['state'], { icon: Icon; color: string } | null> = {
  done: { icon: IconCheck, color: 'tide' },
  current: { icon: IconClock, color: 'yellow' },
  refused: { icon: IconX, color: 'red' },
  attention: { icon: IconAlertTriangle, color: 'yellow' },
  ahead: null,
};

/** What happened, in order, with a reason in words for each step; what is still ahead is drawn pale. */
export function Timeline({ steps }: { steps: readonly TimelineStep[] }): ReactNode {
  const firstAhead = steps.findIndex((step) => step.state === 'ahead');
  const active = (firstAhead === -1 ? steps.length : firstAhead) - 1;
  return (
    <MantineTimeline active={active} bulletSize={28} lineWidth={2}>
      {steps.map((step) => {
        const sign = SIGNS[step.state];
        return (
          <MantineTimeline.Item
            key={step.key}
            title={step.title}
            {...(sign ? { color: sign.color, bullet: <sign.icon size={16} aria-hidden /> } : {})}
            lineVariant={step.state === 'ahead' ? 'dashed' : 'solid'}
          >
            {step.at || step.timeToCome ? (
              <Text size="xs" c="dimmed">
                {step.at ? <DateTime at={step.at} /> : '\u00a0'}
              </Text>
            ) : null}
            {step.text ? (
              <Text size="sm" component="div" mt={4}>
                {step.text}
              </Text>
            ) : null}
          </MantineTimeline.Item>
        );
      })}
    </MantineTimeline>
  );
}
