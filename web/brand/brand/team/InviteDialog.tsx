import { Alert, Button, Group, Modal, Radio, Stack, Text, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { DateTime } from '../../../ui/components/DateTime';
import { ProblemAlert } from '../../../ui/components/ProblemAlert';
import type { BrandRole } from '../types';
import { ROLES } from './roles';
import { useTeamCommands } from './useTeam';

const EMAIL = /^[^\s@]{1,64}@[^\s@]{1,185}\.[^\s@.]{2,63}$/;

export type InviteDialogProps = {
  /** Given: somebody who was shut out is to come back. */
  readonly again?: { readonly email: string; readonly role: BrandRole } | null;
  readonly onClose: () => void;
};

/** The link goes to the mailbox alone: nobody here sees it. */
function OnItsWay(props: { email: string; until: string; onDone: () => void }): ReactNode {
  const { t } = useTranslation('team');
  return (
    <Stack>
      <Alert color="green" title={t('invite.sent_title')}>
        {t('invite.sent_text', { email: props.email })}
      </Alert>
      <Text size="sm" c="dimmed">
        {t('invite.sent_until')} <DateTime at={props.until} />
      </Text>
      <Group justify="flex-end">
        <Button onClick={props.onDone}>{t('invite.done')}</Button>
      </Group>
    </Stack>
  );
}

function Fields(props: {
  email: string;
  role: BrandRole;
  fixed: boolean;
  onEmail: (email: string) => void;
  onRole: (role: BrandRole) => void;
}): ReactNode {
  const { t } = useTranslation(['team', 'shell']);
  return (
    <>
      <TextInput
        label={t('invite.email')}
        type="email"
        autoComplete="off"
        data-autofocus
        disabled={props.fixed}
        value={props.email}
        onChange={(event) => props.onEmail(event.currentTarget.value)}
      />
      <Radio.Group
        label={t('invite.role')}
        value={props.role}
        onChange={(role) => props.onRole(role)}
      >
        <Stack gap="sm" mt="xs">
          {ROLES.map((role) => (
            <Radio
              key={role}
              value={role}
              label={t(`role.${role}`, { ns: 'shell' })}
              description={t(`role_text.${role}`)}
            />
          ))}
        </Stack>
      </Radio.Group>
    </>
  );
}

/** Invites somebody, or somebody who was shut out again. */
export function InviteDialog({ again = null, onClose }: InviteDialogProps): ReactNode {
  const { t } = useTranslation(['team', 'ui']);
  const [email, setEmail] = useState(again?.email ?? '');
  const [role, setRole] = useState<BrandRole>(again?.role ?? 'brand_manager');
  const { invite } = useTeamCommands();
  const made = invite.data;
  return (
    <Modal
      opened
      title={again ? t('invite.again_title') : t('invite.title')}
      onClose={onClose}
      closeButtonProps={{ 'aria-label': t('close', { ns: 'ui' }) }}
    >
      {made ? (
        <OnItsWay email={email.trim()} until={made.expires_at} onDone={onClose} />
      ) : (
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            if (!invite.isPending) invite.mutate({ email: email.trim(), role });
          }}
        >
          <Stack>
            {again ? <Text size="sm">{t('invite.again_text')}</Text> : null}
            <Fields
              email={email}
              role={role}
              fixed={again !== null}
              onEmail={setEmail}
              onRole={setRole}
            />
            <ProblemAlert error={invite.error} />
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={onClose}>
                {t('cancel', { ns: 'ui' })}
              </Button>
              <Button type="submit" loading={invite.isPending} disabled={!EMAIL.test(email.trim())}>
                {t('invite.make')}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  );
}
