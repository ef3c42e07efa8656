import type { ReactNode } from 'react';

import type { StreamState } from '../api/useEventStream';
import { StateBadge, type StateBadgeProps, type Tone } from './StateBadge';

const TONE: Record<StreamState, Tone> = { open: 'good', connecting: 'plain', reconnecting: 'wait' };
const STATES = Object.keys(TONE) as StreamState[];

export type StreamBadgeProps = Omit<StateBadgeProps, 'tone' | 'label'> & {
  readonly stream: StreamState;
  readonly label: (state: StreamState) => string;
};

/**
 * Whether live updates come. The words of all states keep their place: on a narrow screen a longer one takes
 * a line of its own, and what stands below would jump when the line opens.
 */
export function StreamBadge({ stream, label, ...rest }: StreamBadgeProps): ReactNode {
  return (
    <div role="status" style={{ display: 'grid', justifyItems: 'end' }}>
      {STATES.map((state) => (
        <StateBadge
          key={state}
          tone={TONE[state]}
          label={label(state)}
          {...rest}
          style={{ gridArea: '1 / 1', visibility: state === stream ? 'visible' : 'hidden' }}
        />
      ))}
    </div>
  );
}
