import type { Schema } from '../types';
import type { StuckKind } from '../stuck/useStuck';

type ToDo = Schema<'OpsSummary'>['to_do'];

export type TaskName = Exclude<keyof ToDo, 'stuck'> | 'not_moving';

export type Task = {
  readonly name: TaskName;
  readonly count: number;
  readonly to: string;
  readonly urgent: boolean;
  /** Seconds the oldest of them waits; null when it is not known or all are fresh. */
  readonly age_seconds: number | null;
};

type Place = {
  readonly name: TaskName;
  readonly to: string;
  /** Money may be lost or doubled while nobody looks. */
  readonly urgent?: true;
  /** Kinds of stuck items that tell how long the oldest waits. */
  readonly kinds?: readonly StuckKind[];
};

/** What stands still and is no task of its own. */
const NOT_MOVING: readonly StuckKind[] = [
  'payout_submitting',
  'payout_not_sent',
  'conversion_overdue',
  'conversion_not_started',
  'outbox_failing',
];

/** In order of urgency. */
const PLACES: readonly Place[] = [
  {
    name: 'payouts_unknown',
    to: '/ops/stuck?kind=payout_unknown&age=0',
    urgent: true,
    kinds: ['payout_unknown'],
  },
  { name: 'not_moving', to: '/ops/stuck', urgent: true, kinds: NOT_MOVING },
  {
    name: 'payouts_in_review',
    to: '/ops/stuck?kind=payout_review&age=0',
    urgent: true,
    kinds: ['payout_review'],
  },
  { name: 'runs_to_approve', to: '/ops/runs?state=frozen', kinds: ['run_waiting'] },
  { name: 'runs_to_prepare', to: '/ops/runs' },
  {
    name: 'conversions_in_review',
    to: '/ops/conversions?state=REVIEW',
    kinds: ['conversion_review'],
  },
  { name: 'tax_claims_pending', to: '/ops/people?tax_claim=pending' },
  { name: 'people_flagged', to: '/ops/people' },
];

function oldest(list: Schema<'StuckList'> | undefined, kinds: readonly StuckKind[]): number | null {
  const ages = (list?.items ?? [])
    .filter(({ kind }) => kinds.includes(kind))
    .map(({ age_seconds }) => age_seconds);
  return ages.length === 0 ? null : Math.max(...ages);
}

/** What needs a person now, most urgent first; what needs nobody is left out. */
export function tasksOf(toDo: ToDo, stuck: Schema<'StuckList'> | undefined): readonly Task[] {
  const notMoving = NOT_MOVING.reduce((sum, kind) => sum + (stuck?.counts[kind] ?? 0), 0);
  return PLACES.map(({ name, to, urgent = false, kinds = [] }) => ({
    name,
    to,
    urgent,
    count: name === 'not_moving' ? notMoving : toDo[name],
    age_seconds: oldest(stuck, kinds),
  })).filter(({ count }) => count > 0);
}
