import { Drawer, Group, Stack, Table, Text, Title } from '@mantine/core';
import { useCallback, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { CopyField } from '../../../ui/components/CopyField';
import { DateTime } from '../../../ui/components/DateTime';
import type { AuditEntry } from '../types';

/** An action in words; the list is open, so a new one is shown as the API names it. */
export function useActionText(): (action: string) => string {
  const { t, i18n } = useTranslation('brandAudit');
  return useCallback(
    (action) =>
      i18n.exists(`action.${action}`, { ns: 'brandAudit' }) ? t(`action.${action}`) : action,
    [t, i18n],
  );
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return '—';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Fields before and after, the changed ones only when both are known. */
function Changes({ before, after }: Pick<AuditEntry, 'before' | 'after'>): ReactNode {
  const { t } = useTranslation('brandAudit');
  const old = before as Record<string, unknown> | null;
  const next = after as Record<string, unknown> | null;
  const names = [...new Set([...Object.keys(old ?? {}), ...Object.keys(next ?? {})])].filter(
    (name) => !old || !next || shown(old[name]) !== shown(next[name]),
  );
  if (names.length === 0) return null;
  return (
    <Stack gap="xs">
      <Title order={3}>{t('changes')}</Title>
      <Table.ScrollContainer
        minWidth={320}
        type="native"
        tabIndex={0}
        role="region"
        aria-label={t('changes')}
      >
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('field')}</Table.Th>
              {old ? <Table.Th>{t('before')}</Table.Th> : null}
              {next ? <Table.Th>{t('after')}</Table.Th> : null}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody style={{ overflowWrap: 'anywhere' }}>
            {names.map((name) => (
              <Table.Tr key={name}>
                <Table.Td ff="monospace">{name}</Table.Td>
                {old ? <Table.Td>{shown(old[name])}</Table.Td> : null}
                {next ? <Table.Td>{shown(next[name])}</Table.Td> : null}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Stack>
  );
}

function Line({ label, children }: { label: string; children: ReactNode }): ReactNode {
  return (
    <Group justify="space-between" gap="md" wrap="nowrap" align="flex-start">
      <Text component="dt" size="sm" c="dimmed">
        {label}
      </Text>
      <Text component="dd" size="sm" m={0} ta="end" style={{ overflowWrap: 'anywhere' }}>
        {children}
      </Text>
    </Group>
  );
}

function Inside({ entry }: { entry: AuditEntry }): ReactNode {
  const { t } = useTranslation('brandAudit');
  const actionText = useActionText();
  return (
    <Stack gap="lg">
      <Title order={2}>{actionText(entry.action)}</Title>
      <Stack gap={6} component="dl" m={0}>
        <Line label={t('when')}>
          <DateTime at={entry.at} />
        </Line>
        <Line label={t('who')}>
          {entry.via === 'system' ? t('system') : (entry.actor_name ?? entry.actor_id)}
        </Line>
        <Line label={t('via')}>{t(`via_${entry.via}`)}</Line>
        <Line label={t('subject')}>{entry.subject_id}</Line>
        <Line label={t('network')}>{entry.ip_prefix || '—'}</Line>
        <Line label={t('device')}>{entry.user_agent || '—'}</Line>
      </Stack>
      <Changes before={entry.before} after={entry.after} />
      <CopyField monospace label={t('request')} value={entry.request_id} />
    </Stack>
  );
}

export function AuditDetail(props: { entry: AuditEntry | null; onClose: () => void }): ReactNode {
  const { t } = useTranslation(['brandAudit', 'ui']);
  return (
    <Drawer
      opened={props.entry !== null}
      onClose={props.onClose}
      position="right"
      size={460}
      title={t('entry')}
      closeButtonProps={{ 'aria-label': t('close', { ns: 'ui' }) }}
    >
      {props.entry ? <Inside entry={props.entry} /> : null}
    </Drawer>
  );
}
