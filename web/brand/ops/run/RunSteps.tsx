import { Card } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { Timeline, type TimelineStep } from '../../../ui/components/Timeline';
import type { Schema } from '../types';

type Run = Schema<'PayoutBatch'>;

function useSteps(run: Run): readonly TimelineStep[] {
  const { t } = useTranslation(['opsRuns', 'ops']);
  const ended = run.state === 'expired' || run.state === 'closed' ? run.state : null;
  const step = (key: string, title: string, at: string | null, text?: ReactNode): TimelineStep => ({
    key,
    title,
    at,
    timeToCome: !at,
    text,
    state: at ? 'done' : 'ahead',
  });
  const inReview = run.counts['review'] ?? 0;
  const steps = [
    step('collecting', t('steps.collecting'), run.created_at),
    step(
      'prepared',
      run.prepared_by
        ? t('steps.prepared', { name: run.prepared_by_name ?? run.prepared_by })
        : t('steps.to_prepare'),
      run.prepared_at,
      // A line is kept for the note the maker may leave: nothing below moves when it comes.
      run.note ?? '\u00a0',
    ),
    step('frozen', t('steps.frozen'), run.frozen_at),
    step(
      'approved',
      run.approved_by
        ? t('steps.approved', { name: run.approved_by_name ?? run.approved_by })
        : t('steps.to_approve'),
      run.approved_at,
    ),
    step(
      'done',
      run.done_at && inReview > 0 ? t('steps.done_review', { count: inReview }) : t('steps.done'),
      run.done_at,
    ),
  ];
  const happened = steps.filter(({ state }) => state === 'done');
  if (ended !== null)
    return [
      ...happened,
      {
        key: ended,
        title: t(`steps.${ended}`),
        text: (
          <>
            {t(`steps.${ended}_text`)}
            {run.close_reason ? (
              <div>
                {t('reason', { ns: 'ops' })}: {run.close_reason}
              </div>
            ) : null}
          </>
        ),
        state: 'refused',
      },
    ];
  const [next, ...later] = steps.filter(({ state }) => state === 'ahead');
  return [...happened, ...(next ? [{ ...next, state: 'current' as const }] : []), ...later];
}

/** Who did what and when, and what comes next. */
export function RunSteps({ run }: { run: Run }): ReactNode {
  return (
    <Card>
      <Timeline steps={useSteps(run)} />
    </Card>
  );
}
