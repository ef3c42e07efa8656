import { Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { api, call } from '../../ui/api/client';
import type { components } from '../../ui/api/schema';
import { DateTime } from '../../ui/components/DateTime';
import { ProblemAlert } from '../../ui/components/ProblemAlert';
import { ListSkeleton } from '../../ui/components/Skeletons';
import { StateBadge } from '../../ui/components/StateBadge';
import { deviceOf } from './device';

type Session = components['schemas']['Session'];

function Row(props: { session: Session; ending: boolean; onEnd: () => void }): ReactNode {
  const { t } = useTranslation('account');
  const { session } = props;
  const device = deviceOf(session.user_agent) ?? t('sessions.unknown');
  return (
    <Group justify="space-between" gap="xs" role="listitem" mih={48}>
      <Stack gap={2} miw={0}>
        <Group gap="xs">
          <Text fw={560}>{device}</Text>
          {session.current ? <StateBadge tone="good" label={t('sessions.this')} /> : null}
        </Group>
        <Text size="xs" c="dimmed">
          {t('sessions.seen')} <DateTime at={session.seen_at} form="relative" />
          {session.ip_prefix ? ` · ${session.ip_prefix}` : ''}
        </Text>
      </Stack>
      {session.current ? null : (
        <Button
          variant="subtle"
          color="red"
          loading={props.ending}
          aria-label={t('sessions.end_what', { device })}
          onClick={props.onEnd}
        >
          {t('sessions.end')}
        </Button>
      )}
    </Group>
  );
}

/** Where one is signed in; a session that is not one's own is ended here. */
export function SessionsCard(): ReactNode {
  const { t } = useTranslation('account');
  const queries = useQueryClient();
  const { data, error, refetch } = useQuery({
    queryKey: ['sessions'],
    queryFn: () => call(api.GET('/v1/me/sessions')),
  });
  const onSuccess = (): void => void queries.invalidateQueries({ queryKey: ['sessions'] });
  const end = useMutation({
    mutationFn: (sessionId: string) =>
      call(api.DELETE('/v1/me/sessions/{sessionId}', { params: { path: { sessionId } } })),
    onSuccess,
  });
  const endOthers = useMutation({
    mutationFn: () => call(api.DELETE('/v1/me/sessions')),
    onSuccess,
  });
  return (
    <Card>
      <Stack>
        <Group justify="space-between" gap="xs">
          <Title order={2} size="h3">
            {t('sessions.title')}
          </Title>
          {data && data.items.length > 1 ? (
            <Button
              variant="default"
              loading={endOthers.isPending}
              onClick={() => endOthers.mutate()}
            >
              {t('sessions.end_others')}
            </Button>
          ) : null}
        </Group>
        <ProblemAlert error={error} onRetry={() => void refetch()} />
        <ProblemAlert error={end.error ?? endOthers.error} />
        {data || error ? null : <ListSkeleton rows={2} height={48} />}
        <Stack gap="xs" role="list" aria-label={t('sessions.title')}>
          {data?.items.map((session) => (
            <Row
              key={session.id}
              session={session}
              ending={end.isPending && end.variables === session.id}
              onEnd={() => end.mutate(session.id)}
            />
          ))}
        </Stack>
      </Stack>
    </Card>
  );
}
