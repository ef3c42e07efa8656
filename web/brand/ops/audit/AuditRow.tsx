import { Button, Group, Text, UnstyledButton } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { DateTime } from '../../../ui/components/DateTime';
import { Facts } from '../parts/Facts';
import type { UrlFilters } from '../parts/useUrlFilters';
import type { Schema } from '../types';
import classes from './Audit.module.css';
import { differenceOf, type Change } from './difference';
import { useValueWords } from './useValueWords';

type Entry = Schema<'AuditEntry'>;

/** Words of `<noun>.<verb>`; the list is open, so a new one is shown as it is. */
export function useActionWords(): (action: string) => string {
  const { t, i18n } = useTranslation('opsAudit');
  return (action) =>
    i18n.exists(`action.${action}`, { ns: 'opsAudit' }) ? t(`action.${action}`) : action;
}

const PAGES: readonly (readonly [prefix: string, page: (id: string) => string])[] = [
  ['inf_', (id) => `/ops/people/${id}`],
  ['bat_', (id) => `/ops/runs/${id}`],
  ['cnv_', (id) => `/ops/conversions?open=${id}`],
  ['dbt_', (id) => `/ops/debts?open=${id}`],
];

function Subject({ id }: { id: string }): ReactNode {
  const page = PAGES.find(([prefix]) => id.startsWith(prefix))?.[1](id);
  return page ? (
    <Link to={page} className={classes.subject}>
      {id}
    </Link>
  ) : (
    <span className={classes.subject}>{id}</span>
  );
}

function Difference({ changes }: { changes: readonly Change[] }): ReactNode {
  const { t, i18n } = useTranslation('opsAudit');
  const words = useValueWords();
  const fieldWords = (field: string): string =>
    i18n.exists(`field.${field}`, { ns: 'opsAudit' }) ? t(`field.${field}`) : field;
  return (
    <dl className={classes.difference}>
      {changes.map(({ field, before, after }) => (
        <div key={field} className={classes.change}>
          <dt>{fieldWords(field)}</dt>
          <dd>
            {before === null ? null : (
              <>
                <del className={classes.before}>{words(field, before)}</del>
                <IconArrowRight size={14} aria-hidden />
              </>
            )}
            {after === null ? (
              <span className={classes.gone}>{t('gone')}</span>
            ) : (
              <ins className={classes.after}>{words(field, after)}</ins>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Details({ entry }: { entry: Entry }): ReactNode {
  const { t } = useTranslation('opsAudit');
  return (
    <div className={classes.details}>
      <Facts
        rows={[
          [t('details.at'), <DateTime key="at" at={entry.at} />],
          [t('details.actor'), entry.actor_id],
          [t('details.via'), t(`via.${entry.via}`)],
          [t('details.tenant'), entry.tenant_id],
          [t('details.action'), entry.action],
          [t('details.ip_prefix'), entry.ip_prefix],
          [t('details.user_agent'), entry.user_agent],
          [t('details.request_id'), entry.request_id],
        ]}
      />
    </div>
  );
}

/** One thing done: who, what, to what, what changed; the rest on request. */
export function AuditRow({ entry, filters }: { entry: Entry; filters: UrlFilters }): ReactNode {
  const { t, i18n } = useTranslation(['opsAudit', 'shell']);
  const [opened, setOpened] = useState(false);
  const words = useActionWords();
  const changes = differenceOf(entry.before, entry.after);
  const role = i18n.exists(`role.${entry.actor_role}`, { ns: 'shell' })
    ? t(`role.${entry.actor_role}`, { ns: 'shell' })
    : t(`via.${entry.via}`);
  return (
    <li className={classes.row}>
      <Text size="xs" c="dimmed" className={classes.at}>
        <DateTime at={entry.at} />
      </Text>
      <div className={classes.words}>
        <Text size="sm">
          <UnstyledButton
            className={classes.actor}
            aria-label={t('only_actor', { name: entry.actor_name ?? entry.actor_id })}
            onClick={() => filters.set({ actor: entry.actor_id })}
          >
            {entry.actor_name ?? (entry.via === 'system' ? t('via.system') : entry.actor_id)}
          </UnstyledButton>{' '}
          <Text span size="xs" c="dimmed">
            {role}
          </Text>
        </Text>
        <Text size="sm">
          {words(entry.action)} <Subject id={entry.subject_id} />
        </Text>
        {changes.length > 0 ? <Difference changes={changes} /> : null}
        {opened ? <Details entry={entry} /> : null}
        <Group>
          <Button
            variant="subtle"
            size="xs"
            px={0}
            aria-expanded={opened}
            onClick={() => setOpened((before) => !before)}
          >
            {opened ? t('less') : t('more')}
          </Button>
        </Group>
      </div>
    </li>
  );
}
