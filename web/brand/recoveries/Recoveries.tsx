import { Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { ConfirmDialog } from '../../ui/components/ConfirmDialog';
import { DateTime } from '../../ui/components/DateTime';
import { ProblemAlert } from '../../ui/components/ProblemAlert';
import { StateBadge } from '../../ui/components/StateBadge';
import { ApproveDialog } from './ApproveDialog';
import { useRecoveries, useRecoveryCommands, type Recovery } from './useRecoveries';

type Asked = { readonly act: 'approve' | 'stop'; readonly recovery: Recovery } | null;

function When({ recovery }: { recovery: Recovery }): ReactNode {
  const { t } = useTranslation('recovery');
  if (recovery.effective_at)
    return (
      <>
        {t('list.effective')} <DateTime at={recovery.effective_at} />
      </>
    );
  return (
    <>
      {t('list.asked')} <DateTime at={recovery.proved_at} />
    </>
  );
}

function Row(props: { recovery: Recovery; onAsk: (asked: Asked) => void }): ReactNode {
  const { recovery, onAsk } = props;
  const { t } = useTranslation(['recovery', 'shell']);
  const { user, tenant, state } = recovery;
  const name = user.name || user.email;
  return (
    <Group justify="space-between" gap="xs" role="listitem">
      <Stack gap={2} miw={0}>
        <Group gap="xs">
          <Text fw={560}>{name}</Text>
          <StateBadge
            tone={state === 'proved' ? 'attention' : 'wait'}
            label={t(`state.${state}`)}
          />
        </Group>
        <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {t(`role.${user.role}`, { ns: 'shell' })} · {tenant.name} · {user.email}
        </Text>
        <Text size="xs" c="dimmed">
          <When recovery={recovery} />
        </Text>
      </Stack>
      <Group gap="xs">
        {recovery.may_stop ? (
          <Button
            variant="subtle"
            color="red"
            aria-label={t('stop.what', { name })}
            onClick={() => onAsk({ act: 'stop', recovery })}
          >
            {t('stop.action')}
          </Button>
        ) : null}
        {recovery.may_approve ? (
          <Button
            variant="default"
            aria-label={t('approve.what', { name })}
            onClick={() => onAsk({ act: 'approve', recovery })}
          >
            {t('approve.action')}
          </Button>
        ) : null}
      </Group>
    </Group>
  );
}

function StopDialog({ recovery, onClose }: { recovery: Recovery; onClose: () => void }): ReactNode {
  const { t } = useTranslation('recovery');
  const { stop } = useRecoveryCommands();
  const name = recovery.user.name || recovery.user.email;
  return (
    <ConfirmDialog
      opened
      danger
      title={t('stop.title', { name })}
      confirmLabel={t('stop.confirm')}
      pending={stop.isPending}
      error={stop.error}
      onClose={onClose}
      onConfirm={() => stop.mutate(recovery.id, { onSuccess: onClose })}
    >
      <Text size="sm">{t('stop.text')}</Text>
    </ConfirmDialog>
  );
}

/** Accounts being won back that this viewer decides about; `empty` is said where this is the whole page. */
export function Recoveries({ empty = null }: { empty?: ReactNode }): ReactNode {
  const { t } = useTranslation('recovery');
  const { data, error, refetch } = useRecoveries();
  const [asked, setAsked] = useState<Asked>(null);
  const rows = data?.items.filter(({ own }) => !own) ?? [];
  if (rows.length === 0 && !error) return data ? empty : null;
  return (
    <Card>
      <Stack>
        <Title order={2} size="h3">
          {t('list.title')}
        </Title>
        <ProblemAlert error={error} onRetry={() => void refetch()} />
        <Stack gap="sm" role="list" aria-label={t('list.title')}>
          {rows.map((recovery) => (
            <Row key={recovery.id} recovery={recovery} onAsk={setAsked} />
          ))}
        </Stack>
      </Stack>
      {asked?.act === 'approve' ? (
        <ApproveDialog recovery={asked.recovery} onClose={() => setAsked(null)} />
      ) : null}
      {asked?.act === 'stop' ? (
        <StopDialog recovery={asked.recovery} onClose={() => setAsked(null)} />
      ) : null}
    </Card>
  );
}
