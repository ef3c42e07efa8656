-- What a click came with, for figures by product, device and app, and uniques decided when it was recorded.
--
-- The rollup is changed where it stands and its view made anew under its own name: only so do both still know the
-- tokens of the batches they have (a new table, a view of another name and even `modify query` count a batch again
-- that a drain repeats across this migration; test/clickhouse/schema.test.ts). Each statement may be run again, and
-- drains of the old and the new version go on meanwhile; what the old ones write gets the defaults.

alter table clicks {{on_cluster}}
  -- The shop's product (domain/links/product.ts); empty in rows from before.
  add column if not exists product_key String after target_url,
  -- Counts, and is not the second tap of one visitor. Rows from before knew no double taps.
  add column if not exists `unique` UInt8 default billable,
  -- How it was answered: app, landing, preview_page, declined; empty for a plain redirect.
  add column if not exists way LowCardinality(String),
  -- domain/clicks/agent.ts; empty in rows from before.
  add column if not exists device LowCardinality(String),
  add column if not exists os LowCardinality(String),
  -- Where the person was: an app with a browser of its own, else what the referrer names; empty when neither says.
  add column if not exists app LowCardinality(String),
  add column if not exists browser LowCardinality(String),
  add column if not exists referrer_host LowCardinality(String);

-- A double tap is a row of its own here: SummingMergeTree sums the columns it was made with, and no others.
alter table clicks_daily {{on_cluster}}
  add column if not exists product_key String,
  add column if not exists device LowCardinality(String),
  add column if not exists app LowCardinality(String),
  add column if not exists reason LowCardinality(String),
  add column if not exists is_repeat UInt8,
  modify order by (
    influencer_id, day, programme_id, link_number, product_key, device, app, reason, is_repeat
  );

-- Figures of many influencers are read from sums over them, kept beside the rows by the engine itself (a table of
-- their own would have no memory of tokens). What they sum is what clicks_by_day below shows, word for word. Made
-- when parts are merged: an insert would be a fifth slower, and rows not merged yet are few and read as they are.
alter table clicks_daily {{on_cluster}} modify setting
  deduplicate_merge_projection_mode = 'rebuild',
  materialize_projections_on_insert = 0,
  materialize_projections_on_merge = 1;

alter table clicks_daily {{on_cluster}} add projection if not exists by_programme (
  select programme_id, day, reason, device, app,
         sum(clicks), sum(billable_clicks), sum(if(is_repeat = 1, 0, billable_clicks))
  group by programme_id, day, reason, device, app
);

alter table clicks_daily {{on_cluster}} add projection if not exists by_influencer (
  select influencer_id, day, programme_id, reason,
         sum(clicks), sum(billable_clicks), sum(if(is_repeat = 1, 0, billable_clicks))
  group by influencer_id, day, programme_id, reason
);

alter table clicks_daily {{on_cluster}} materialize projection by_programme;

alter table clicks_daily {{on_cluster}} materialize projection by_influencer;

-- While the view is away a click would be stored and not counted. So inserts fail meanwhile, and drain repeats them.
-- The name is this run's: of two runs at once neither may lift the other's hold (store/clickhouse/migrate.ts).
create materialized view if not exists clicks_hold_{{run}} {{on_cluster}} to clicks_daily as
select toString(throwIf(link_number >= 0, 'the click store is being migrated')) as influencer_id
from clicks;

drop view if exists clicks_daily_fill {{on_cluster}};

create materialized view if not exists clicks_daily_fill {{on_cluster}} to clicks_daily as
select
  influencer_id,
  toDate(ts, 'Asia/Almaty') as day,
  programme_id,
  link_number,
  product_key,
  device,
  app,
  reason,
  toUInt8(billable = 1 and `unique` = 0) as is_repeat,
  count() as clicks,
  sum(billable) as billable_clicks
from clicks
group by influencer_id, day, programme_id, link_number, product_key, device, app, reason, is_repeat;

drop view if exists clicks_hold_{{run}} {{on_cluster}};

-- The rollup as it is read: every click, those that count, and those that count once.
create view if not exists clicks_by_day {{on_cluster}} as
select
  influencer_id,
  day,
  programme_id,
  link_number,
  product_key,
  device,
  app,
  reason,
  clicks,
  billable_clicks as billable,
  if(is_repeat = 1, 0, billable_clicks) as `unique`
from clicks_daily;

-- Which pieces of a log segment were sent as one batch, written before the batch: a token says nothing once a batch
-- is cut elsewhere, and a segment that is shipped again without its cursor is cut elsewhere.
create table if not exists click_batches {{on_cluster}} (
  segment String,
  -- Bytes of the segment, half open.
  start UInt64,
  finish UInt64,
  at DateTime('UTC') default now()
)
engine = {{engine: ReplacingMergeTree}}
order by (segment, start, finish);
