import { Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { IconPlus } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { api, call } from '../../../ui/api/client';
import { DateTime } from '../../../ui/components/DateTime';
import { LoadMore } from '../../../ui/components/LoadMore';
import { ProblemAlert } from '../../../ui/components/ProblemAlert';
import { StateBadge, type Tone } from '../../../ui/components/StateBadge';
import { formatBasisPoints } from '../../../ui/format/money';
import { useMay } from '../../../ui/session/session';
import type { Programme, Terms } from '../types';
import { NewTerms } from './NewTerms';
import classes from './TermsCard.module.css';
import { daysIn } from './terms';

const TONE: Record<Terms['state'], Tone> = { current: 'good', future: 'wait', past: 'plain' };

/** A length in words; demo programmes have lengths under a day. */
export function useLength(): (seconds: number) => string {
  const { t } = useTranslation(['programmes', 'brand']);
  return (seconds) =>
    seconds > 0 && seconds < 86_400
      ? t('terms.under_day')
      : t('days', { ns: 'brand', count: daysIn(seconds) });
}

function Row({ terms }: { terms: Terms }): ReactNode {
  const { t } = useTranslation('programmes');
  const length = useLength();
  return (
    <li className={classes.row} data-state={terms.state}>
      <Group justify="space-between" gap="xs">
        <Group gap="xs">
          <Text fw={640}>{formatBasisPoints(terms.commission_bps)}</Text>
          <StateBadge tone={TONE[terms.state]} label={t(`terms.state.${terms.state}`)} />
        </Group>
        <Text size="sm" c="dimmed">
          {t('terms.from')} <DateTime at={terms.valid_from} />
        </Text>
      </Group>
      <Text size="sm" c="dimmed">
        {t(`terms.line.${terms.hold_from}`, {
          hold: length(terms.hold_seconds),
          window: length(terms.click_window_seconds),
          fee: formatBasisPoints(terms.platform_fee_bps),
        })}
      </Text>
    </li>
  );
}

/** Terms now, next and past: an order keeps those it came under. */
export function TermsCard({ programme }: { programme: Programme }): ReactNode {
  const { t } = useTranslation('programmes');
  const may = useMay('createProgrammeTerms');
  const [adding, setAdding] = useState(false);
  const query = useInfiniteQuery({
    queryKey: ['terms', programme.id],
    queryFn: ({ pageParam }) =>
      call(
        api.GET('/v1/programmes/{programmeId}/terms', {
          params: {
            path: { programmeId: programme.id },
            query: pageParam ? { cursor: pageParam } : {},
          },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
  const { data, error, refetch } = query;
  // Those in force are known before the list of all: usually nothing more comes, and nothing moves.
  const known = programme.terms ? [programme.terms] : [];
  const rows = data?.pages.flatMap(({ items }) => items) ?? known;
  return (
    <Card>
      <Stack>
        <Group justify="space-between" gap="xs">
          <Title order={2} size="h3">
            {t('terms.title')}
          </Title>
          {may && programme.state !== 'ended' ? (
            <Button
              variant="light"
              leftSection={<IconPlus size={18} aria-hidden />}
              onClick={() => setAdding(true)}
            >
              {t('terms.new')}
            </Button>
          ) : null}
        </Group>
        <ProblemAlert error={error} onRetry={() => void refetch()} />
        <ul className={classes.rows}>
          {rows.map((terms) => (
            <Row key={terms.valid_from} terms={terms} />
          ))}
        </ul>
        <LoadMore {...query} />
      </Stack>
      {adding ? <NewTerms programme={programme} onClose={() => setAdding(false)} /> : null}
    </Card>
  );
}
