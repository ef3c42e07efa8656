import { Button, Group, NumberInput, Stack, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { DateTime } from '../../../ui/components/DateTime';
import { ProblemAlert } from '../../../ui/components/ProblemAlert';
import { useMay } from '../../../ui/session/session';
import { Facts } from '../parts/Facts';
import { SectionCard } from '../parts/SectionCard';
import type { Schema } from '../types';
import { useMoveClock } from './useSandbox';

type Clock = Schema<'SandboxClock'>;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const STEPS = [
  ['hour', HOUR_MS],
  ['day', DAY_MS],
  ['two_weeks', 14 * DAY_MS],
] as const;

/** `+14 days 3 hours`; sandbox offsets are set in whole hours here. */
function useOffsetWords(): (offset_ms: number) => string {
  const { t } = useTranslation(['opsSandbox', 'ops']);
  return (offset_ms) => {
    if (offset_ms === 0) return t('clock.same');
    const all = Math.abs(offset_ms);
    const days = Math.floor(all / DAY_MS);
    const hours = Math.floor((all % DAY_MS) / HOUR_MS);
    const parts = [
      ...(days > 0 ? [t('age.days', { ns: 'ops', count: days })] : []),
      ...(hours > 0 ? [t('age.hours', { ns: 'ops', count: hours })] : []),
    ];
    const offset = parts.join(' ') || t('clock.less_than_hour');
    return offset_ms > 0 ? t('clock.ahead', { offset }) : t('clock.behind', { offset });
  };
}

function MoveClock({ clock }: { clock: Clock }): ReactNode {
  const { t } = useTranslation('opsSandbox');
  const move = useMoveClock();
  const [days, setDays] = useState<number | string>('');
  const to = (offset_ms: number): void =>
    move.mutate(Math.min(clock.max_offset_ms, Math.max(clock.min_offset_ms, offset_ms)));
  return (
    <Stack gap="md">
      <Group gap="xs">
        {STEPS.map(([name, step_ms]) => (
          <Button
            key={name}
            variant="default"
            disabled={move.isPending}
            onClick={() => to(clock.offset_ms + step_ms)}
          >
            {t(`clock.step_${name}`)}
          </Button>
        ))}
        <Button
          variant="subtle"
          disabled={move.isPending || clock.offset_ms === 0}
          onClick={() => to(0)}
        >
          {t('clock.reset')}
        </Button>
      </Group>
      <Group align="flex-end" gap="xs">
        <NumberInput
          label={t('clock.days')}
          maw={200}
          min={clock.min_offset_ms / DAY_MS}
          max={clock.max_offset_ms / DAY_MS}
          allowDecimal={false}
          hideControls
          value={days}
          onChange={setDays}
        />
        <Button
          variant="default"
          loading={move.isPending}
          disabled={typeof days !== 'number'}
          onClick={() => typeof days === 'number' && to(days * DAY_MS)}
        >
          {t('clock.set')}
        </Button>
      </Group>
      <ProblemAlert error={move.error} />
    </Stack>
  );
}

/** The partners' time against ours. */
export function ClockCard({ clock }: { clock: Clock }): ReactNode {
  const { t } = useTranslation('opsSandbox');
  const may = useMay('setSandboxClock');
  const words = useOffsetWords();
  return (
    <SectionCard title={t('clock.title')}>
      <Text size="sm" c="dimmed">
        {t('clock.text')}
      </Text>
      <Facts
        rows={[
          [t('clock.partner_time'), <DateTime key="partner" at={clock.partner_time} />],
          [t('clock.machine_time'), <DateTime key="machine" at={clock.machine_time} />],
          [t('clock.offset'), words(clock.offset_ms)],
        ]}
      />
      {may ? <MoveClock clock={clock} /> : null}
    </SectionCard>
  );
}
