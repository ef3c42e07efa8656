import { Anchor, Group, Text } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { DateTime } from '../../../ui/components/DateTime';
import { StateBadge, type Tone } from '../../../ui/components/StateBadge';
import { formatCount } from '../../../ui/format/money';
import links from '../parts/Link.module.css';
import { SectionCard } from '../parts/SectionCard';
import { useAge } from '../parts/useAge';
import type { Schema } from '../types';
import classes from './Today.module.css';

type Summary = Schema<'OpsSummary'>;
type EngineState = Schema<'EngineHealth'>['state'];

/** Names of products, the same in every language. */
const ENGINES = [
  ['postgres', 'PostgreSQL'],
  ['redis', 'Redis'],
  ['clickhouse', 'ClickHouse'],
  ['temporal', 'Temporal'],
] as const;

const TONE: Record<EngineState, Tone> = { up: 'good', down: 'bad', not_configured: 'plain' };

function EngineRow({ name, health }: { name: string; health: Schema<'EngineHealth'> }): ReactNode {
  const { t } = useTranslation('opsToday');
  return (
    <div className={classes.engine}>
      <Text size="sm">{name}</Text>
      <Group gap="xs" wrap="nowrap">
        {health.latency_ms === null ? null : (
          <Text size="xs" c="dimmed" className="gamma-figures">
            {t('engine.latency', { ms: formatCount(health.latency_ms) })}
          </Text>
        )}
        <StateBadge tone={TONE[health.state]} label={t(`engine.${health.state}`)} />
      </Group>
    </div>
  );
}

function Outbox({ outbox }: { outbox: Summary['outbox'] }): ReactNode {
  const { t } = useTranslation('opsToday');
  const age = useAge();
  const { waiting, failing, oldest_age_seconds } = outbox;
  return (
    <div className={classes.engine}>
      <div>
        <Text size="sm">{t('outbox.title')}</Text>
        {oldest_age_seconds === null ? null : (
          <Text size="xs" c="dimmed">
            {t('outbox.oldest', { age: age(oldest_age_seconds) })}
          </Text>
        )}
      </div>
      <StateBadge
        tone={failing > 0 ? 'bad' : 'good'}
        label={
          failing > 0
            ? t('outbox.failing', { count: failing })
            : t('outbox.waiting', { count: waiting })
        }
      />
    </div>
  );
}

const MESSAGE_TONE: Record<Summary['messages']['state'], Tone> = {
  ok: 'good',
  near: 'wait',
  spent: 'bad',
};

/** Somebody may be making the platform send messages: who is told early can stop it. */
function Messages({ messages }: { messages: Summary['messages'] }): ReactNode {
  const { t } = useTranslation('opsToday');
  const { state, hour, day } = messages;
  return (
    <div className={classes.engine}>
      <div>
        <Text size="sm">{t('messages.title')}</Text>
        <Text size="xs" c="dimmed" className="gamma-figures">
          {t('messages.sent', {
            hour: formatCount(hour.sent),
            ofHour: formatCount(hour.ceiling),
            day: formatCount(day.sent),
            ofDay: formatCount(day.ceiling),
          })}
        </Text>
        {state === 'ok' ? null : <Text size="xs">{t(`messages.${state}_what`)}</Text>}
      </div>
      <StateBadge tone={MESSAGE_TONE[state]} label={t(`messages.${state}`)} />
    </div>
  );
}

/** The engines as the API process sees them. */
export function Health({ summary }: { summary: Summary }): ReactNode {
  const { t } = useTranslation('opsToday');
  return (
    <SectionCard
      title={t('engine.title')}
      action={
        <Text size="xs" c="dimmed">
          <DateTime at={summary.at} form="time" />
        </Text>
      }
    >
      <div>
        {ENGINES.map(([key, name]) => (
          <EngineRow key={key} name={name} health={summary.health[key]} />
        ))}
        <Outbox outbox={summary.outbox} />
        <Messages messages={summary.messages} />
      </div>
      {summary.temporal_ui_url ? (
        <Anchor
          href={summary.temporal_ui_url}
          target="_blank"
          rel="noreferrer"
          size="sm"
          className={links.link}
        >
          {t('engine.temporal_ui')}
          <IconExternalLink size={16} aria-hidden />
        </Anchor>
      ) : null}
    </SectionCard>
  );
}
