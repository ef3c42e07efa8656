import { Button, Card, Group, Modal, Stack, Text } from '@mantine/core';
import { IconKey, IconPlus } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { ConfirmDialog } from '../../../ui/components/ConfirmDialog';
import { DateTime } from '../../../ui/components/DateTime';
import { EmptyState } from '../../../ui/components/EmptyState';
import { LoadMore } from '../../../ui/components/LoadMore';
import { PageHeader } from '../../../ui/components/PageHeader';
import { ProblemAlert } from '../../../ui/components/ProblemAlert';
import { ListSkeleton } from '../../../ui/components/Skeletons';
import { StateBadge, type Tone } from '../../../ui/components/StateBadge';
import { useMay } from '../../../ui/session/session';
import type { ApiKey } from '../types';
import { KeyOnce, NewKeyDialog } from './NewKeyDialog';
import { useApiKeys, useKeyCommands } from './useApiKeys';

const TONE: Record<ApiKey['state'], Tone> = { active: 'good', expiring: 'wait', revoked: 'plain' };

function Facts({ apiKey }: { apiKey: ApiKey }): ReactNode {
  const { t } = useTranslation('apiKeys');
  return (
    <Stack gap={4} miw={0}>
      <Group gap="xs">
        <Text fw={640} style={{ overflowWrap: 'anywhere' }}>
          {apiKey.label}
        </Text>
        <StateBadge tone={TONE[apiKey.state]} label={t(`state.${apiKey.state}`)} />
      </Group>
      <Text size="sm" c="dimmed">
        <Text span inherit ff="monospace">
          {apiKey.hint}…
        </Text>{' '}
        · {apiKey.grants.map((grant) => t(`grant_short.${grant}`)).join(', ')}
      </Text>
      <Text size="xs" c="dimmed">
        {t('made')} <DateTime at={apiKey.created_at} form="date" />
        {' · '}
        {apiKey.last_used_at ? (
          <>
            {t('used')} <DateTime at={apiKey.last_used_at} form="relative" />
          </>
        ) : (
          t('unused')
        )}
        {apiKey.state === 'expiring' && apiKey.expires_at ? (
          <>
            {' · '}
            {t('works_until')} <DateTime at={apiKey.expires_at} />
          </>
        ) : null}
      </Text>
    </Stack>
  );
}

type Asked = { readonly what: 'rotate' | 'revoke'; readonly apiKey: ApiKey };

function Row({ apiKey, onAsk }: { apiKey: ApiKey; onAsk: (asked: Asked) => void }): ReactNode {
  const { t } = useTranslation('apiKeys');
  const mayRotate = useMay('rotateBrandApiKey') && apiKey.state === 'active';
  const mayRevoke = useMay('revokeBrandApiKey') && apiKey.state !== 'revoked';
  return (
    <Card role="listitem">
      <Group justify="space-between" gap="sm">
        <Facts apiKey={apiKey} />
        <Group gap="xs">
          {mayRotate ? (
            <Button
              variant="default"
              aria-label={t('rotate.what', { label: apiKey.label })}
              onClick={() => onAsk({ what: 'rotate', apiKey })}
            >
              {t('rotate.action')}
            </Button>
          ) : null}
          {mayRevoke ? (
            <Button
              variant="subtle"
              color="red"
              aria-label={t('revoke.what', { label: apiKey.label })}
              onClick={() => onAsk({ what: 'revoke', apiKey })}
            >
              {t('revoke.action')}
            </Button>
          ) : null}
        </Group>
      </Group>
    </Card>
  );
}

function AskedDialog({ asked, onClose }: { asked: Asked; onClose: () => void }): ReactNode {
  const { t } = useTranslation('apiKeys');
  const { rotate, revoke } = useKeyCommands();
  const { what, apiKey } = asked;
  const command = what === 'rotate' ? rotate : revoke;
  if (rotate.data) {
    return (
      <Modal
        opened
        onClose={onClose}
        withCloseButton={false}
        closeOnEscape={false}
        closeOnClickOutside={false}
        title={t('once.title')}
      >
        <KeyOnce value={rotate.data.key} onDone={onClose} />
      </Modal>
    );
  }
  return (
    <ConfirmDialog
      opened
      danger={what === 'revoke'}
      title={t(`${what}.title`, { label: apiKey.label })}
      confirmLabel={t(`${what}.confirm`)}
      pending={command.isPending}
      error={command.error}
      onClose={onClose}
      onConfirm={() =>
        what === 'rotate'
          ? rotate.mutate(apiKey.id)
          : revoke.mutate(apiKey.id, { onSuccess: onClose })
      }
    >
      <Text size="sm">{t(`${what}.text`)}</Text>
    </ConfirmDialog>
  );
}

/** Keys for programs: what each may do, when it was last used, and how to take it away. */
export default function ApiKeys(): ReactNode {
  const { t } = useTranslation('apiKeys');
  const mayCreate = useMay('createBrandApiKey');
  const [making, setMaking] = useState(false);
  const [asked, setAsked] = useState<Asked | null>(null);
  const query = useApiKeys();
  const { data, error, refetch } = query;
  const keys = data?.pages.flatMap(({ items }) => items);
  const create = mayCreate ? (
    <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={() => setMaking(true)}>
      {t('create')}
    </Button>
  ) : null;
  const empty = keys?.length === 0;
  return (
    <>
      <PageHeader title={t('title')} text={t('text')} actions={empty ? null : create} />
      <Stack gap="sm" maw={860}>
        <ProblemAlert error={error} onRetry={() => void refetch()} />
        {data || error ? null : <ListSkeleton rows={3} height={92} />}
        {empty ? (
          <EmptyState
            icon={IconKey}
            title={t('empty.title')}
            text={t('empty.text')}
            action={create}
          />
        ) : null}
        {keys && !empty ? (
          <Stack gap="sm" role="list" aria-label={t('title')}>
            {keys.map((apiKey) => (
              <Row key={apiKey.id} apiKey={apiKey} onAsk={setAsked} />
            ))}
          </Stack>
        ) : null}
        <LoadMore {...query} />
      </Stack>
      {making ? <NewKeyDialog onClose={() => setMaking(false)} /> : null}
      {asked ? <AskedDialog asked={asked} onClose={() => setAsked(null)} /> : null}
    </>
  );
}
