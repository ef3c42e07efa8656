import { ActionIcon, Menu, NativeSelect, Stack, Text } from '@mantine/core';
import { IconDots, IconRefresh, IconUserCog, IconUserOff } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { ConfirmDialog } from '../../../ui/components/ConfirmDialog';
import { useMay } from '../../../ui/session/session';
import type { BrandRole, TeamMember } from '../types';
import { InviteDialog } from './InviteDialog';
import { ROLES } from './roles';
import { useTeamCommands } from './useTeam';

type Open = 'role' | 'disable' | 'again' | null;

function RoleDialog({ member, onClose }: { member: TeamMember; onClose: () => void }): ReactNode {
  const { t } = useTranslation(['team', 'shell']);
  const [role, setRole] = useState<BrandRole>(member.role);
  const { changeRole } = useTeamCommands();
  return (
    <ConfirmDialog
      opened
      title={t('role_change.title', { name: member.name })}
      confirmLabel={t('role_change.confirm')}
      pending={changeRole.isPending}
      disabled={role === member.role}
      error={changeRole.error}
      onClose={onClose}
      onConfirm={() => changeRole.mutate({ userId: member.id, role }, { onSuccess: onClose })}
    >
      <Stack gap="xs">
        <NativeSelect
          label={t('invite.role')}
          data={ROLES.map((value) => ({ value, label: t(`role.${value}`, { ns: 'shell' }) }))}
          value={role}
          onChange={(event) => setRole(event.currentTarget.value as BrandRole)}
        />
        <Text size="sm" c="dimmed">
          {t(`role_text.${role}`)} {t('role_change.text')}
        </Text>
      </Stack>
    </ConfirmDialog>
  );
}

function DisableDialog({ member, onClose }: { member: TeamMember; onClose: () => void }) {
  const { t } = useTranslation('team');
  const { disable } = useTeamCommands();
  return (
    <ConfirmDialog
      opened
      danger
      title={t('disable.title', { name: member.name })}
      confirmLabel={t('disable.confirm')}
      pending={disable.isPending}
      error={disable.error}
      onClose={onClose}
      onConfirm={() => disable.mutate(member.id, { onSuccess: onClose })}
    >
      <Text size="sm">{t('disable.text')}</Text>
    </ConfirmDialog>
  );
}

/** What can be done to another person of the team; nothing to oneself. */
export function MemberMenu({ member }: { member: TeamMember }): ReactNode {
  const { t } = useTranslation('team');
  const [open, setOpen] = useState<Open>(null);
  const mayChange = useMay('changeTeamRole');
  const mayDisable = useMay('disableTeamMember');
  const mayInvite = useMay('createInvitation');
  const close = (): void => setOpen(null);
  const active = member.state === 'active';
  if (!mayChange && !mayDisable && !(mayInvite && !active)) return null;
  return (
    <>
      <Menu position="bottom-end" width={250}>
        <Menu.Target>
          <ActionIcon color="gray" aria-label={t('actions_for', { name: member.name })}>
            <IconDots size={20} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {mayChange && active ? (
            <Menu.Item leftSection={<IconUserCog size={18} />} onClick={() => setOpen('role')}>
              {t('role_change.action')}
            </Menu.Item>
          ) : null}
          {mayInvite && !active ? (
            <Menu.Item leftSection={<IconRefresh size={18} />} onClick={() => setOpen('again')}>
              {t('invite.again_action')}
            </Menu.Item>
          ) : null}
          {mayDisable && active ? (
            <Menu.Item
              color="red"
              leftSection={<IconUserOff size={18} />}
              onClick={() => setOpen('disable')}
            >
              {t('disable.action')}
            </Menu.Item>
          ) : null}
        </Menu.Dropdown>
      </Menu>
      {open === 'role' ? <RoleDialog member={member} onClose={close} /> : null}
      {open === 'disable' ? <DisableDialog member={member} onClose={close} /> : null}
      {open === 'again' ? <InviteDialog again={member} onClose={close} /> : null}
    </>
  );
}
