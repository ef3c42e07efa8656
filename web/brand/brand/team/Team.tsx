import { Button, Card, Group, Stack, Text } from '@mantine/core';
import { IconUserPlus } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { LoadMore } from '../../../ui/components/LoadMore';
import { PageHeader } from '../../../ui/components/PageHeader';
import { ProblemAlert } from '../../../ui/components/ProblemAlert';
import { ListSkeleton } from '../../../ui/components/Skeletons';
import { StateBadge } from '../../../ui/components/StateBadge';
import { useMay, useMe } from '../../../ui/session/session';
import { Recoveries } from '../../recoveries/Recoveries';
import type { TeamMember } from '../types';
import { Invitations } from './Invitations';
import { InviteDialog } from './InviteDialog';
import { MemberMenu } from './MemberMenu';
import { RolesTable } from './RolesTable';
import { useMembers } from './useTeam';

function Member({ member, self }: { member: TeamMember; self: boolean }): ReactNode {
  const { t } = useTranslation(['team', 'shell']);
  return (
    <Group justify="space-between" gap="xs" wrap="nowrap" role="listitem" mih={52}>
      <Stack gap={2} miw={0}>
        <Group gap="xs">
          <Text fw={560}>{member.name || member.email}</Text>
          {self ? <StateBadge tone="attention" label={t('you')} /> : null}
          {member.state === 'disabled' ? <StateBadge tone="plain" label={t('disabled')} /> : null}
        </Group>
        <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {t(`role.${member.role}`, { ns: 'shell' })} · {member.email}
        </Text>
      </Stack>
      {self ? null : <MemberMenu member={member} />}
    </Group>
  );
}

/** Who works for the brand and what each may do. */
export default function Team(): ReactNode {
  const { t } = useTranslation('team');
  const { user } = useMe();
  const mayInvite = useMay('createInvitation');
  const [inviting, setInviting] = useState(false);
  const query = useMembers();
  const { data, error, refetch } = query;
  return (
    <>
      <PageHeader
        title={t('title')}
        text={t('text')}
        actions={
          mayInvite ? (
            <Button
              leftSection={<IconUserPlus size={18} aria-hidden />}
              onClick={() => setInviting(true)}
            >
              {t('invite.action')}
            </Button>
          ) : null
        }
      />
      <Stack gap="md" maw={860}>
        <ProblemAlert error={error} onRetry={() => void refetch()} />
        {data || error ? null : <ListSkeleton rows={3} height={64} />}
        {data ? (
          <Card>
            <Stack gap="xs" role="list" aria-label={t('title')}>
              {data.pages
                .flatMap(({ items }) => items)
                .map((member) => (
                  <Member key={member.id} member={member} self={member.id === user.id} />
                ))}
            </Stack>
            <LoadMore {...query} />
          </Card>
        ) : null}
        <Recoveries />
        <Invitations />
        <RolesTable />
      </Stack>
      {inviting ? <InviteDialog onClose={() => setInviting(false)} /> : null}
    </>
  );
}
