import { Button, Group, Text } from '@mantine/core';
import { IconAlertTriangle, IconPlus, IconSpeakerphone } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { EmptyState } from '../../../ui/components/EmptyState';
import { PageHeader } from '../../../ui/components/PageHeader';
import { ProblemAlert } from '../../../ui/components/ProblemAlert';
import { ListSkeleton } from '../../../ui/components/Skeletons';
import { formatBasisPoints } from '../../../ui/format/money';
import { useMay } from '../../../ui/session/session';
import { ProgrammeBadge } from '../states';
import { daysIn } from '../programme/terms';
import type { Programme } from '../types';
import classes from './Programmes.module.css';
import { useProgrammes } from './useProgrammes';

function Fact({ label, value }: { label: string; value: string }): ReactNode {
  return (
    <div>
      <Text component="dt" size="xs" c="dimmed">
        {label}
      </Text>
      <Text component="dd" m={0} fw={560}>
        {value}
      </Text>
    </div>
  );
}

function Card({ programme }: { programme: Programme }): ReactNode {
  const { t } = useTranslation(['programmes', 'brand']);
  const { terms } = programme;
  const days = (seconds: number): string => t('days', { ns: 'brand', count: daysIn(seconds) });
  return (
    <Link to={`/brand/programmes/${programme.id}`} className={classes.card}>
      <Group justify="space-between" gap="xs" align="flex-start">
        <Text fw={640} size="lg" flex="1 1 10rem" style={{ overflowWrap: 'anywhere' }}>
          {programme.name}
        </Text>
        <ProgrammeBadge state={programme.state} />
      </Group>
      <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
        {programme.hosts.join(', ')}
      </Text>
      <dl className={classes.facts}>
        <Fact
          label={t('fact.commission')}
          value={terms ? formatBasisPoints(terms.commission_bps) : '—'}
        />
        <Fact
          label={t('fact.hold')}
          value={
            terms ? t(`fact.hold_from.${terms.hold_from}`, { days: days(terms.hold_seconds) }) : '—'
          }
        />
        <Fact label={t('fact.window')} value={terms ? days(terms.click_window_seconds) : '—'} />
      </dl>
      {programme.secrets_live === 0 && programme.state !== 'ended' ? (
        <Group gap={6} wrap="nowrap" c="var(--mantine-color-yellow-text)">
          <IconAlertTriangle size={18} aria-hidden />
          <Text size="sm">{t('no_secret')}</Text>
        </Group>
      ) : null}
    </Link>
  );
}

/** The brand's programmes: a handful, so cards and no table. */
export default function Programmes(): ReactNode {
  const { t } = useTranslation('programmes');
  const { data, error, refetch } = useProgrammes();
  const create = useMay('createProgramme') ? (
    <Button
      component={Link}
      to="/brand/programmes/new"
      leftSection={<IconPlus size={18} aria-hidden />}
    >
      {t('create')}
    </Button>
  ) : null;
  const empty = data?.length === 0;
  return (
    <>
      <PageHeader title={t('title')} text={t('text')} actions={empty ? null : create} />
      <ProblemAlert error={error} onRetry={() => void refetch()} />
      {data || error ? null : <ListSkeleton rows={3} height={148} />}
      {empty ? (
        <EmptyState
          icon={IconSpeakerphone}
          title={t('empty.title')}
          text={t('empty.text')}
          action={create}
        />
      ) : null}
      <div className={classes.grid}>
        {data?.map((programme) => (
          <Card key={programme.id} programme={programme} />
        ))}
      </div>
    </>
  );
}
