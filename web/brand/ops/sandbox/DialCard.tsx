import { Button, Group, NumberInput, Radio, Stack, Text } from '@mantine/core';
import { useState, type FormEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { ProblemAlert } from '../../../ui/components/ProblemAlert';
import { StateBadge } from '../../../ui/components/StateBadge';
import { formatCount } from '../../../ui/format/money';
import { useLanguage } from '../../../ui/i18n/useLanguage';
import { useMay } from '../../../ui/session/session';
import { SectionCard } from '../parts/SectionCard';
import type { Schema } from '../types';
import { useTurnDial } from './useSandbox';

type Dial = Schema<'SandboxDial'>;

/** The dial's own word for a partner that works as it should. */
const WORKS = 'ok';
const MOST_CALLS = 1_000_000;

function DialForm({ dial }: { dial: Dial }): ReactNode {
  const { t } = useTranslation('opsSandbox');
  const language = useLanguage();
  const [chosen, setChosen] = useState(dial.value);
  const [calls, setCalls] = useState<number | string>('');
  const turn = useTurnDial(dial);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const count = chosen !== WORKS && typeof calls === 'number' ? calls : null;
    turn.mutate({ value: chosen, count });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Radio.Group label={dial.title[language]} value={chosen} onChange={setChosen}>
          <Stack gap={4}>
            {dial.allowed.map(({ value, description }) => (
              <Radio
                key={value}
                value={value}
                label={description[language]}
                styles={{
                  body: { alignItems: 'center', minHeight: '2.75rem' },
                  labelWrapper: { flex: 1 },
                  label: { display: 'flex', alignItems: 'center', minHeight: '2.75rem' },
                }}
              />
            ))}
          </Stack>
        </Radio.Group>
        {chosen === WORKS ? null : (
          <NumberInput
            label={t('dial.calls')}
            description={t('dial.calls_hint')}
            maw={320}
            min={1}
            max={MOST_CALLS}
            allowDecimal={false}
            allowNegative={false}
            hideControls
            value={calls}
            onChange={setCalls}
          />
        )}
        <ProblemAlert error={turn.error} />
        <Group>
          <Button type="submit" loading={turn.isPending}>
            {t('dial.apply')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** One way a fake partner can be made to fail. */
export function DialCard({ dial }: { dial: Dial }): ReactNode {
  const { t } = useTranslation('opsSandbox');
  const language = useLanguage();
  const may = useMay('setSandboxDial');
  const current = dial.allowed.find(({ value }) => value === dial.value);
  const works = dial.value === WORKS;
  return (
    <SectionCard
      title={dial.partner_name[language]}
      action={
        <StateBadge
          tone={works ? 'good' : 'wait'}
          label={works ? t('dial.works') : t('dial.fails')}
        />
      }
    >
      {may ? null : (
        <Text size="sm" c="dimmed">
          {dial.title[language]}
        </Text>
      )}
      {works || dial.remaining === null ? null : (
        <Text size="sm">
          {t('dial.remaining', { count: dial.remaining, calls: formatCount(dial.remaining) })}
        </Text>
      )}
      {may ? (
        // Turned by somebody else, or back by itself: the form starts from the new value.
        <DialForm key={dial.value} dial={dial} />
      ) : (
        <Text size="sm">{current?.description[language] ?? dial.value}</Text>
      )}
    </SectionCard>
  );
}
