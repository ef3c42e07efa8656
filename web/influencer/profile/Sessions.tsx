import { Button, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { IconDeviceDesktop, IconDeviceMobile } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { api, call } from '../../ui/api/client';
import { DateTime } from '../../ui/components/DateTime';
import { PageHeader } from '../../ui/components/PageHeader';
import { ProblemAlert } from '../../ui/components/ProblemAlert';
import { ListSkeleton } from '../../ui/components/Skeletons';
import { StateBadge } from '../../ui/components/StateBadge';
import { sessionsRead } from '../data/reads';
import type { Session } from '../data/types';
import { BackLink } from '../list/BackLink';
import { Row, Rows } from '../list/Rows';
import { Loaded } from '../loading/Loaded';
import { deviceOf } from './device';

function useEndSessions() {
  const queries = useQueryClient();
  return useMutation({
    /** One session by its id, or null for all but this. */
    mutationFn: (sessionId: string | null) =>
      sessionId === null
        ? call(api.DELETE('/v1/me/sessions'))
        : call(api.DELETE('/v1/me/sessions/{sessionId}', { params: { path: { sessionId } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: sessionsRead.queryKey }),
  });
}

type SessionRowProps = {
  readonly session: Session;
  readonly pending: boolean;
  readonly onEnd: () => void;
};

function SessionRow({ session, pending, onEnd }: SessionRowProps): ReactNode {
  const { t } = useTranslation('profile');
  const { browser, system, mobile } = deviceOf(session.user_agent);
  const name = [browser, system].filter(Boolean).join(', ') || t('sessions.unknown');
  const Sign = mobile ? IconDeviceMobile : IconDeviceDesktop;
  return (
    <Row
      start={<Sign size={24} stroke={1.7} aria-hidden />}
      end={
        session.current ? (
          <StateBadge tone="good" label={t('sessions.this')} />
        ) : (
          <Button
            variant="default"
            size="compact-md"
            mih={44}
            loading={pending}
            aria-label={t('sessions.end_what', { what: name })}
            onClick={onEnd}
          >
            {t('sessions.end')}
          </Button>
        )
      }
    >
      <Text fw={500}>{name}</Text>
      <Text size="sm" c="dimmed" component="div">
        {t('sessions.seen')} <DateTime at={session.seen_at} form="relative" />
      </Text>
      <Text size="xs" c="dimmed">
        {session.ip_prefix}
      </Text>
    </Row>
  );
}

export default function Sessions(): ReactNode {
  const { t } = useTranslation('profile');
  const query = useQuery(sessionsRead);
  const end = useEndSessions();
  return (
    <>
      <PageHeader
        above={<BackLink to="/profile">{t('title')}</BackLink>}
        title={t('sessions.title')}
        text={t('sessions.text')}
      />
      <Stack>
        <ProblemAlert error={end.error} />
        <Loaded query={query} skeleton={<ListSkeleton rows={3} height={88} />}>
          {({ items }) => (
            <>
              <Rows label={t('sessions.title')}>
                {items.map((session) => (
                  <SessionRow
                    key={session.id}
                    session={session}
                    pending={end.isPending && end.variables === session.id}
                    onEnd={() => end.mutate(session.id)}
                  />
                ))}
              </Rows>
              {items.length > 1 ? (
                <Button
                  variant="light"
                  color="red"
                  fullWidth
                  loading={end.isPending && end.variables === null}
                  onClick={() => end.mutate(null)}
                >
                  {t('sessions.end_others')}
                </Button>
              ) : null}
            </>
          )}
        </Loaded>
      </Stack>
    </>
  );
}
