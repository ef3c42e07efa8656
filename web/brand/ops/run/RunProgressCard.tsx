import { Card, Group, Text, UnstyledButton } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { StreamState } from '../../../ui/api/useEventStream';
import { StreamBadge } from '../../../ui/components/StreamBadge';
import { formatCount } from '../../../ui/format/money';
import { PAYOUT_TONE, type PayoutState } from '../parts/states';
import { progressOf } from '../runs/progress';
import classes from './RunProgress.module.css';

export type RunProgressCardProps = {
  readonly counts: Readonly<Record<string, number>>;
  /** Null when the run is over and nothing more can change. */
  readonly stream: StreamState | null;
  /** Chooses the state the table shows; the chosen one again shows all. */
  readonly chosen: PayoutState | undefined;
  readonly onChoose: (state: PayoutState | null) => void;
};

/** How far the run is: a bar of its payouts by state, and each state as a filter of the table below. */
export function RunProgressCard(props: RunProgressCardProps): ReactNode {
  const { t } = useTranslation(['opsRuns', 'ops']);
  const { counts, stream, chosen, onChoose } = props;
  const { all, settled, states } = progressOf(counts);
  return (
    <Card>
      <Group justify="space-between" mb="sm" gap="xs">
        <Text fw={560} aria-live="polite">
          {t('progress.settled', { settled: formatCount(settled), all: formatCount(all) })}
        </Text>
        {stream === null ? null : (
          <StreamBadge
            stream={stream}
            label={(state) => t(`progress.stream_${state}`)}
            variant="dot"
          />
        )}
      </Group>
      <div className={classes.bar} aria-hidden>
        {states.map(({ state, count }) => (
          <div
            key={state}
            className={classes.part}
            data-tone={PAYOUT_TONE[state]}
            style={{ flexGrow: count, flexBasis: 0 }}
          />
        ))}
      </div>
      <div className={classes.states} role="group" aria-label={t('progress.by_state')}>
        {states.map(({ state, count }) => (
          <UnstyledButton
            key={state}
            className={classes.state}
            aria-pressed={state === chosen}
            onClick={() => onChoose(state === chosen ? null : state)}
          >
            <span className={`${classes.dot} ${classes.part}`} data-tone={PAYOUT_TONE[state]} />
            {t(`payout_state.${state}`, { ns: 'ops' })}
            <span className={classes.count} data-testid={`count-${state}`}>
              {formatCount(count)}
            </span>
          </UnstyledButton>
        ))}
      </div>
    </Card>
  );
}
