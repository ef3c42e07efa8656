import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { DateTime } from '../../../ui/components/DateTime';
import { Money } from '../../../ui/components/Money';
import { ReasonText } from '../../../ui/components/ReasonText';
import links from '../parts/Link.module.css';
import { useAge } from '../parts/useAge';
import { WorkflowLink } from '../parts/WorkflowLink';
import type { Schema } from '../types';
import classes from './Stuck.module.css';
import { StuckNote } from './StuckNote';

type Item = Schema<'StuckItem'>;

/** The page on which something can be done about it; null when the platform goes on by itself. */
function placeOf(item: Item): string | null {
  if (item.kind.startsWith('conversion_')) return `/ops/conversions?open=${item.subject_id}`;
  if (item.kind === 'payout_review') return `/ops/payout-reviews/${item.subject_id}`;
  if (item.kind === 'outbox_dead') return '/ops/dead-letters';
  if (item.batch_id) return `/ops/runs/${item.batch_id}`;
  return item.influencer ? `/ops/people/${item.influencer.id}` : null;
}

function CanDo({ item }: { item: Item }): ReactNode {
  const { t } = useTranslation('opsStuck');
  if (item.can_do.length === 0) return null;
  return (
    <Text size="xs" c="dimmed">
      {t('can_do')} {item.can_do.map((what) => t(`do.${what}`)).join(', ')}
    </Text>
  );
}

/** One thing that does not move: how long, why, what can be done, and the way there. */
export function StuckRow({ item }: { item: Item }): ReactNode {
  const { t } = useTranslation('opsStuck');
  const age = useAge();
  const place = placeOf(item);
  return (
    <li className={classes.row}>
      <div className={classes.age}>
        <Text size="sm" fw={640}>
          {age(item.age_seconds)}
        </Text>
        <Text size="xs" c="dimmed">
          <DateTime at={item.since} form="short" />
        </Text>
      </div>
      <Stack gap={2} className={classes.words}>
        <Group gap="xs">
          {item.influencer ? (
            <Anchor
              component={Link}
              to={`/ops/people/${item.influencer.id}`}
              size="sm"
              fw={560}
              className={links.link}
            >
              {item.influencer.name || item.influencer.id}
            </Anchor>
          ) : null}
          {item.amount ? (
            <Text size="sm" fw={560}>
              <Money tenge={item.amount} />
            </Text>
          ) : null}
        </Group>
        {item.reason ? <ReasonText reason={item.reason} size="sm" /> : null}
        <StuckNote item={item} />
        <CanDo item={item} />
        <Group gap="md">
          <Text size="xs" c="dimmed" ff="monospace" className={classes.id}>
            {item.subject_id}
          </Text>
          <WorkflowLink url={item.workflow_url} of={item.subject_id} />
        </Group>
      </Stack>
      {place ? (
        <Button
          component={Link}
          to={place}
          variant="default"
          aria-label={t('open_which', { id: item.subject_id })}
        >
          {t('open')}
        </Button>
      ) : null}
    </li>
  );
}
