import { Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { ConfirmDialog } from '../../../ui/components/ConfirmDialog';
import { DateTime } from '../../../ui/components/DateTime';
import { LoadMore } from '../../../ui/components/LoadMore';
import { ProblemAlert } from '../../../ui/components/ProblemAlert';
import { StateBadge, type Tone } from '../../../ui/components/StateBadge';
import { useMay } from '../../../ui/session/session';
import type { Invitation } from '../types';
import { useInvitations, useTeamCommands } from './useTeam';

const TONE: Record<Invitation['state'], Tone> = {
  pending: 'wait',
  accepted: 'good',
  revoked: 'plain',
  expired: 'plain',
};

function Row(props: { invitation: Invitation; onRevoke: (() => void) | null }): ReactNode {
  const { t } = useTranslation(['team', 'shell']);
  const { invitation, onRevoke } = props;
  return (
    <Group justify="space-between" gap="xs" role="listitem">
      <Stack gap={2} miw={0}>
        <Group gap="xs">
          <Text fw={560} style={{ overflowWrap: 'anywhere' }}>
            {invitation.email}
          </Text>
          <StateBadge
            tone={TONE[invitation.state]}
            label={t(`invitation_state.${invitation.state}`)}
          />
        </Group>
        <Text size="xs" c="dimmed">
          {t(`role.${invitation.role}`, { ns: 'shell' })}
          {invitation.by_platform ? ` · ${t('by_platform')}` : null}
          {invitation.state === 'pending' ? (
            <>
              {' · '}
              {t('until')} <DateTime at={invitation.expires_at} />
            </>
          ) : null}
          {invitation.state === 'pending' && invitation.opens_at ? (
            <>
              {' · '}
              {t('opens')} <DateTime at={invitation.opens_at} />
            </>
          ) : null}
          {invitation.state === 'pending' ? ` · ${t(`mail.${invitation.mail}`)}` : null}
        </Text>
      </Stack>
      {onRevoke ? (
        <Button
          variant="subtle"
          color="red"
          aria-label={t('revoke.what', { email: invitation.email })}
          onClick={onRevoke}
        >
          {t('revoke.action')}
        </Button>
      ) : null}
    </Group>
  );
}

/** Links given out and what became of them. */
export function Invitations(): ReactNode {
  const { t } = useTranslation('team');
  const may = useMay('listInvitations');
  const mayRevoke = useMay('revokeInvitation');
  const query = useInvitations(may);
  const { revoke } = useTeamCommands();
  const [leaving, setLeaving] = useState<Invitation | null>(null);
  const rows = query.data?.pages.flatMap(({ items }) => items) ?? [];
  if (!may || (rows.length === 0 && !query.error)) return null;
  return (
    <Card>
      <Stack>
        <Title order={2} size="h3">
          {t('invitations')}
        </Title>
        <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />
        <Stack gap="sm" role="list">
          {rows.map((invitation) => (
            <Row
              key={invitation.id}
              invitation={invitation}
              onRevoke={
                mayRevoke && invitation.state === 'pending' ? () => setLeaving(invitation) : null
              }
            />
          ))}
        </Stack>
        <LoadMore {...query} />
      </Stack>
      {leaving ? (
        <ConfirmDialog
          opened
          danger
          title={t('revoke.title')}
          confirmLabel={t('revoke.confirm')}
          pending={revoke.isPending}
          error={revoke.error}
          onClose={() => setLeaving(null)}
          onConfirm={() => revoke.mutate(leaving.id, { onSuccess: () => setLeaving(null) })}
        >
          <Text size="sm">{t('revoke.text', { email: leaving.email })}</Text>
        </ConfirmDialog>
      ) : null}
    </Card>
  );
}
