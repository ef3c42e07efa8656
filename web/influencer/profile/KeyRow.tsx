import { ActionIcon, Code, Group, Menu, Text } from '@mantine/core';
import { IconDots, IconRefresh, IconTrash } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { DateTime } from '../../ui/components/DateTime';
import { StateBadge, type Tone } from '../../ui/components/StateBadge';
import type { ApiKey } from '../data/types';
import { Row } from '../list/Rows';

const TONES: Record<ApiKey['state'], Tone> = { active: 'good', expiring: 'wait', revoked: 'plain' };

export type KeyRowProps = {
  readonly apiKey: ApiKey;
  readonly pending: boolean;
  readonly onAct: (act: 'rotate' | 'revoke') => void;
};

function KeyMenu({ apiKey, pending, onAct }: KeyRowProps): ReactNode {
  const { t } = useTranslation('profile');
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon
          color="gray"
          size={44}
          loading={pending}
          aria-label={t('keys.actions', { label: apiKey.label })}
        >
          <IconDots size={20} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconRefresh size={18} aria-hidden />}
          onClick={() => onAct('rotate')}
        >
          {t('keys.rotate')}
        </Menu.Item>
        <Menu.Item
          color="red"
          leftSection={<IconTrash size={18} aria-hidden />}
          onClick={() => onAct('revoke')}
        >
          {t('keys.revoke')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

export function KeyRow(props: KeyRowProps): ReactNode {
  const { t } = useTranslation('profile');
  const { label, hint, state, last_used_at, expires_at } = props.apiKey;
  return (
    <Row {...(state === 'revoked' ? {} : { end: <KeyMenu {...props} /> })}>
      <Group gap="xs">
        <Text fw={500}>{label}</Text>
        <StateBadge tone={TONES[state]} label={t(`key_state.${state}`)} size="sm" />
      </Group>
      <Code>{hint}…</Code>
      <Text size="xs" c="dimmed" component="div">
        {last_used_at ? (
          <>
            {t('keys.used')} <DateTime at={last_used_at} form="relative" />
          </>
        ) : (
          t('keys.never_used')
        )}
      </Text>
      {state === 'expiring' && expires_at ? (
        <Text size="xs" c="dimmed" component="div">
          {t('keys.until')} <DateTime at={expires_at} />
        </Text>
      ) : null}
    </Row>
  );
}
