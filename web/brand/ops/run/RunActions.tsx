import { Alert, Button, Group, Text } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { useMe } from '../../../ui/session/session';
import { payoutsSwitch, useSummary } from '../frame/useSummary';
import type { Schema } from '../types';
import classes from './RunActions.module.css';
import { RunMenu, type RunChange } from './RunMenu';

type Run = Schema<'PayoutBatch'>;

/** Key of the sentence that says why this person cannot move the run on; null when nobody needs to. */
function whyNot(run: Run, me: { id: string; role: string }, stopped: boolean): string | null {
  switch (run.state) {
    case 'collecting':
      return run.item_count === 0 ? 'why.nothing_yet' : 'why.makers_prepare';
    case 'freezing':
      return 'why.freezing';
    case 'frozen':
      if (run.prepared_by === me.id) return 'why.you_prepared';
      if (run.prepared_by === null) return 'why.makers_prepare';
      return me.role === 'ops_checker' ? 'why.not_allowed' : 'why.checkers_approve';
    case 'approved':
      return stopped ? 'why.approved_stopped' : null;
    case 'done':
    case 'expired':
    case 'closed':
      return null;
  }
}

export type RunActionsProps = {
  readonly run: Run;
  readonly onPrepare: () => void;
  readonly onApprove: () => void;
  readonly onChange: (change: RunChange) => void;
};

type NextProps = Omit<RunActionsProps, 'onChange'> & {
  readonly why: string | null;
  readonly stopped: boolean;
};

function Next({ run, onPrepare, onApprove, why, stopped }: NextProps): ReactNode {
  const { t } = useTranslation('opsRuns');
  if (run.allowed.includes('prepare'))
    return <Button onClick={onPrepare}>{t('prepare.open')}</Button>;
  if (run.allowed.includes('approve'))
    return (
      <Group gap="sm">
        <Button onClick={onApprove}>{t('approve.open')}</Button>
        {stopped ? (
          <Text size="sm" c="dimmed">
            {t('why.stopped')}
          </Text>
        ) : null}
      </Group>
    );
  if (why === null) return <span />;
  return (
    <Alert color="gray" icon={<IconLock aria-hidden />} className={classes.why}>
      {t(why)}
    </Alert>
  );
}

/** The one thing to do with the run now, or why it is not this person's to do; what is rarer behind a menu. */
export function RunActions(props: RunActionsProps): ReactNode {
  const { run, onChange } = props;
  const { user, role } = useMe();
  const stopped = payoutsSwitch(useSummary().data)?.on === true;
  const why = whyNot(run, { id: user.id, role }, stopped);
  const words = why !== null || run.allowed.length > 0;
  // While somebody looks at a run that is approved and paid, the figures below stay where they are.
  const [hadWords] = useState(words);
  if (!words && !hadWords) return null;
  return (
    <Group gap="sm" justify="space-between" className={classes.line}>
      <Next {...props} why={why} stopped={stopped} />
      <RunMenu allowed={run.allowed} onChoose={onChange} />
    </Group>
  );
}
