import { Anchor, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { DateTime } from '../../../ui/components/DateTime';
import { Money } from '../../../ui/components/Money';
import { ReasonText } from '../../../ui/components/ReasonText';
import type { TimelineStep } from '../../../ui/components/Timeline';
import { isZero } from '../../../ui/format/money';
import links from '../parts/Link.module.css';
import { WorkflowLink } from '../parts/WorkflowLink';
import type { Schema } from '../types';
import { useConversionRow } from './useConversions';

type Conversion = Schema<'Conversion'>;
type Event = Conversion['history'][number];
type Movement = NonNullable<Event['movement']>;

const BAD: ReadonlySet<string> = new Set(['REFUSED', 'CANCELLED']);

function Line({ label, tenge }: { label: string; tenge: string | null }): ReactNode {
  if (tenge === null || isZero(tenge)) return null;
  return (
    <Text size="sm" component="div">
      {label}: <Money tenge={tenge} fw={600} />
    </Text>
  );
}

/** Where the money of a change after the release came from or went. */
function Moved({ movement, owner }: { movement: Movement; owner: string | null }): ReactNode {
  const { t } = useTranslation('opsConversions');
  const { kind, payable, from_balance, debt, held_until } = movement;
  if (kind !== 'taken_back')
    return (
      <>
        <Line label={t(`movement.${kind}`)} tenge={payable} />
        {held_until ? (
          <Text size="sm" component="div">
            {t('movement.held_until')} <DateTime at={held_until} />
          </Text>
        ) : null}
      </>
    );
  return (
    <>
      <Line label={t('movement.from_balance')} tenge={from_balance} />
      <Line label={t('movement.debt')} tenge={debt} />
      {debt !== null && !isZero(debt) && owner !== null ? (
        <Anchor
          component={Link}
          to={`/ops/debts?state=all&influencer=${owner}`}
          size="sm"
          className={links.link}
          w="fit-content"
        >
          {t('movement.to_debts')}
        </Anchor>
      ) : null}
    </>
  );
}

/** Why, what it moved, and the adjustment that did it. */
function StepText(props: { event: Event; owner: string | null; url: string | null }): ReactNode {
  const { event, owner, url } = props;
  return (
    <Stack gap={2}>
      {event.reason ? <ReasonText reason={event.reason} size="sm" /> : null}
      {event.movement ? <Moved movement={event.movement} owner={owner} /> : null}
      {event.workflow_id ? <WorkflowLink url={url} of={event.workflow_id} /> : null}
    </Stack>
  );
}

/** What came after the release leaves the state as it was: the change is the news, not the state. */
const isChange = ({ movement, to }: Event): boolean => movement !== null && !BAD.has(to);

export function useSteps(conversion: Conversion): readonly TimelineStep[] {
  const { t } = useTranslation(['opsConversions', 'ops']);
  const { data: row } = useConversionRow(conversion.id);
  const urls = new Map(
    row?.adjustments.map(({ workflow_id, workflow_url }) => [workflow_id, workflow_url]),
  );
  return conversion.history.map((event, index) => ({
    key: `${event.at}${index}`,
    title: isChange(event)
      ? t('movement.changed')
      : t(`conversion_state.${event.to}`, { ns: 'ops' }),
    at: event.at,
    text: (
      <StepText
        event={event}
        owner={conversion.influencer_id}
        url={urls.get(event.workflow_id ?? '') ?? null}
      />
    ),
    state: BAD.has(event.to) ? 'refused' : event.to === 'REVIEW' ? 'attention' : 'done',
  }));
}
