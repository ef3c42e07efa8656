import type { Tiyn } from '../../domain/money';
import { fromMicros, toMicros } from './moments';
import type { Sql } from './pool';

/**
 * What must have a workflow, by what Postgres says: the whole of it, a page at a time, each kind by an index of what is
 * unfinished, so that reading costs by what is open and not by what there ever was.
 */
export type OpenConversion = {
  readonly kind: 'conversion';
  readonly id: string;
  readonly programmeId: string;
  readonly sale: Tiyn;
  /** The adjustment that follows it; null: its own workflow. */
  readonly driver: string | null;
};
export type OpenRun = {
  readonly kind: 'run';
  readonly id: string;
  readonly period: string;
  readonly currency: string;
};
export type OpenPayout = {
  readonly kind: 'payout';
  readonly id: string;
  readonly batchId: string;
};
export type OpenWork = OpenConversion | OpenRun | OpenPayout;

export const OPEN_SOURCES = [
  'received',
  'review',
  'held',
  'travelling',
  'raised',
  'payable',
  'paying',
  'run',
  'payout',
] as const;
export type OpenSource = (typeof OPEN_SOURCES)[number];

/** A message that is still on its way starts its workflow itself. */
const SETTLING_SECONDS = 60;

const conversion = (where: string, key: string, order: string): string => `
  select 'conversion' as kind, c.id, c.programme_id as "programmeId", c.sale_tiyn as sale, c.driver, ${key} as key1, c.id as key2
    from conversions c where c.influencer_id is not null and ${where} order by ${order}, c.id limit $3`;

const after = (column: string): string =>
  `($1::text is null or (${column}, c.id) > (${fromMicros('$1')}, $2::text))`;

/** $1, $2: keys of the last row of the page before; $3 rows; $4 (payable only) seconds since the release. */
const QUERY: Readonly<Record<OpenSource, string>> = {
  received: conversion(
    `c.state = 'RECEIVED' and c.updated_at < now() - make_interval(secs => ${SETTLING_SECONDS}) and ${after('c.updated_at')}`,
    toMicros('c.updated_at'),
    'c.updated_at',
  ),
  review: conversion(
    `c.state = 'REVIEW' and ${after('c.updated_at')}`,
    toMicros('c.updated_at'),
    'c.updated_at',
  ),
  held: conversion(
    `c.state = 'HELD' and ${after('c.held_until')}`,
    toMicros('c.held_until'),
    'c.held_until',
  ),
  // On the way to the buyer: the return period has not begun.
  travelling: conversion(
    `c.state = 'HELD' and c.held_until is null and ${after('c.updated_at')}`,
    toMicros('c.updated_at'),
    'c.updated_at',
  ),
  // More than was released is promised, and an adjustment waits for its hold.
  raised: conversion(
    `c.more_revision is not null and ${after('c.more_held_until')}`,
    toMicros('c.more_held_until'),
    'c.more_held_until',
  ),
  // Released and not asked for; longer ago than a workflow waits for its payout, the books are right without one.
  payable: `
    select 'conversion' as kind, c.id, c.programme_id as "programmeId", c.sale_tiyn as sale, null as driver, l.influencer_id as key1,
           c.id as key2
      from payable_lots l join conversions c on c.id = l.conversion_id and c.state = 'PAYABLE'
     where l.consumed_tiyn < l.payable_tiyn and l.released_at > now() - make_interval(secs => $4)
       and ($1::text is null or (l.influencer_id, l.conversion_id) > ($1::text, $2::text))
     order by l.influencer_id, l.conversion_id limit $3`,
  // Asked for and not settled.
  paying: `
    select distinct 'conversion' as kind, c.id, c.programme_id as "programmeId", c.sale_tiyn as sale, null as driver,
           c.id as key1, c.id as key2
      from payouts p join payout_lots l on l.payout_id = p.id
      join conversions c on c.id = l.conversion_id and c.state = 'PAYABLE'
     where p.state not in ('paid', 'refused', 'cancelled') and ($1::text is null or c.id > $1::text)
       and $2::text is not distinct from $1::text
     order by c.id limit $3`,
  run: `
    select 'run' as kind, id, period, currency, id as key1, id as key2
      from payout_batches
     where done_at is null and ($1::text is null or id > $1::text)
       and $2::text is not distinct from $1::text
     order by id limit $3`,
  // Before its run has started it, as the provider's balance covers it, a payout is its run's business.
  payout: `
    select 'payout' as kind, p.id, p.batch_id as "batchId", p.id as key1, p.id as key2
      from payouts p join payout_batches b on b.id = p.batch_id
     where (p.state in ('submitting', 'unknown', 'review') or (p.state = 'reserved' and p.started_at is not null and b.state = 'approved'))
       and p.state not in ('paid', 'refused', 'cancelled') and ($1::text is null or p.id > $1::text)
       and $2::text is not distinct from $1::text
     order by p.id limit $3`,
};

export type OpenPage = {
  readonly work: readonly OpenWork[];
  /** For the next page; undefined at the end. */
  readonly after: readonly [string, string] | undefined;
};

export async function openWork(
  sql: Sql,
  source: OpenSource,
  page: {
    readonly after: readonly [string, string] | undefined;
    readonly limit: number;
    readonly paidWaitMs: number;
  },
): Promise<OpenPage> {
  const { rows } = await sql.query<OpenWork & { key1: string; key2: string }>({
    name: `open_work_${source}`,
    text: QUERY[source],
    values: [
      page.after?.[0] ?? null,
      page.after?.[1] ?? null,
      page.limit,
      ...(source === 'payable' ? [page.paidWaitMs / 1000] : []),
    ],
  });
  const last = rows[rows.length - 1];
  return {
    work: rows,
    after: last && rows.length === page.limit ? [last.key1, last.key2] : undefined,
  };
}
