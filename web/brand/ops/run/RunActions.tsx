import { Alert, Button, Group, Text } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { useMe } from '../../../ui/session/session';
import { payoutsSwitch, useSummary } from '../frame/useSummary';
import type { Schema } from '../types';
import classes from './RunActions.module.css';

type Run = Schema<'PayoutBatch'>;

/** Key of the sentence that says why this person cannot move the run on; null when nobody needs to. */
function whyNot(run: Run, me: { id: string; role: string }): string | null {
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
};

/** The one thing to do with the run now, or why it is not this person's to do. */
export function RunActions({ run, onPrepare, onApprove }: RunActionsProps): ReactNode {
  const { t } = useTranslation('opsRuns');
  const { user, role } = useMe();
  const stopped = payoutsSwitch(useSummary().data)?.on === true;
  const why = whyNot(run, { id: user.id, role });
  const approve = run.allowed.includes('approve');
  // While somebody looks at a run that is approved and paid, the figures below stay where they are.
  const [hadWords] = useState(why !== null || run.allowed.length > 0);
  if (approve || run.allowed.includes('prepare')) {
    return (
      <Group gap="sm" className={classes.line}>
        {approve ? (
          <Button onClick={onApprove}>{t('approve.open')}</Button>
        ) : (
          <Button onClick={onPrepare}>{t('prepare.open')}</Button>
        )}
        {stopped && approve ? (
          <Text size="sm" c="dimmed">
            {t('why.stopped')}
          </Text>
        ) : null}
      </Group>
    );
  }
  if (why === null) return hadWords ? <div className={classes.line} /> : null;
  return (
    <Alert color="gray" icon={<IconLock aria-hidden />} className={classes.line}>
      {t(why)}
    </Alert>
  );
}
