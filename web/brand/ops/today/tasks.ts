import type { Schema } from '../types';
import type { StuckKind } from '../stuck/useStuck';

type Summary = Schema<'OpsSummary'>;
type StuckList = Schema<'StuckList'>;

export type TaskName = Exclude<keyof Summary['to_do'], 'stuck'> | 'not_moving';

export type Task = {
  readonly name: TaskName;
  readonly count: number;
  readonly to: string;
  readonly urgent: boolean;
  /** Seconds the oldest of them waits; null when it is not known. */
  readonly age_seconds: number | null;
};

type Place = {
  readonly name: TaskName;
  readonly to: string;
  /** Money may be lost or doubled while nobody looks. */
  readonly urgent?: true;
};

/** What stands still and is no task of its own. */
const NOT_MOVING: readonly StuckKind[] = [
  'payout_submitting',
  'payout_not_sent',
  'run_short_of_funds',
  'conversion_overdue',
  'conversion_not_started',
  'outbox_failing',
];

/** In order of urgency. */
const PLACES: readonly Place[] = [
  { name: 'payouts_unknown', to: '/ops/stuck?kind=payout_unknown&age=0', urgent: true },
  { name: 'not_moving', to: '/ops/stuck', urgent: true },
  { name: 'ways_out_to_decide', to: '/ops/payout-reviews', urgent: true },
  { name: 'payouts_in_review', to: '/ops/payout-reviews', urgent: true },
  { name: 'dead_letters', to: '/ops/dead-letters', urgent: true },
  { name: 'runs_to_approve', to: '/ops/runs?state=frozen' },
  { name: 'runs_to_prepare', to: '/ops/runs' },
  { name: 'write_offs_to_decide', to: '/ops/debts?state=proposed' },
  { name: 'conversions_in_review', to: '/ops/conversions?state=REVIEW' },
  { name: 'link_reports_open', to: '/ops/reports?state=open' },
  { name: 'tax_decisions_to_decide', to: '/ops/people?tax_claim=pending' },
  { name: 'tax_claims_pending', to: '/ops/people?tax_claim=pending' },
  { name: 'people_flagged', to: '/ops/people?flag=any' },
];

function notMovingSeconds(stuck: StuckList | undefined): number | null {
  const ages = (stuck?.items ?? [])
    .filter(({ kind }) => NOT_MOVING.includes(kind))
    .map(({ age_seconds }) => age_seconds);
  return ages.length === 0 ? null : Math.max(...ages);
}

/** By the clock that counted: this computer's may be wrong. */
function secondsSince(since: string | null, at: string): number | null {
  if (since === null) return null;
  return Math.max(0, Math.floor((Date.parse(at) - Date.parse(since)) / 1000));
}

/** What needs a person now, most urgent first; what needs nobody is left out. */
export function tasksOf(summary: Summary, stuck: StuckList | undefined): readonly Task[] {
  const { to_do: toDo, oldest, at } = summary;
  const notMoving = NOT_MOVING.reduce((sum, kind) => sum + (stuck?.counts[kind] ?? 0), 0);
  return PLACES.map(({ name, to, urgent = false }) => ({
    name,
    to,
    urgent,
    count: name === 'not_moving' ? notMoving : toDo[name],
    age_seconds: name === 'not_moving' ? notMovingSeconds(stuck) : secondsSince(oldest[name], at),
  })).filter(({ count }) => count > 0);
}
