-- Every click with its evidence, and what a dashboard sums up. Rows arrive in batches that are repeated
-- byte for byte after a crash; the deduplication window must exceed the batches that can be in flight
-- between an insert and its acknowledgement (one a drain process).
-- What stands in double braces differs between one server and a cluster: store/clickhouse/schema.ts.

create table if not exists clicks {{on_cluster}} (
  ts DateTime64(3, 'UTC'),
  click_id FixedString(32),
  link_number UInt32,
  programme_id LowCardinality(String),
  influencer_id String,
  -- Where the person was sent: host, and the address without our click id.
  target_host LowCardinality(String),
  target_url String,
  -- /24 or /48 only; the whole address is kept as a keyed hash, which still tells two visitors apart.
  ip_prefix LowCardinality(String),
  ip_hash UInt64,
  user_agent LowCardinality(String),
  referrer String,
  accept_language LowCardinality(String),
  sub1 String,
  sub2 String,
  sub3 String,
  sub4 String,
  sub5 String,
  billable UInt8,
  -- Why a click does not count (redirect/clickLine.ts lists the codes). Empty when it does.
  reason LowCardinality(String)
)
engine = {{engine: MergeTree}}
partition by toYYYYMM(ts)
order by (influencer_id, toDate(ts), programme_id, ts)
settings {{deduplication_window}};

create table if not exists clicks_daily {{on_cluster}} (
  influencer_id String,
  -- The day as people in Kazakhstan count it.
  day Date,
  programme_id LowCardinality(String),
  link_number UInt32,
  clicks UInt64,
  billable_clicks UInt64
)
engine = {{engine: SummingMergeTree (clicks, billable_clicks)}}
partition by toYYYYMM(day)
order by (influencer_id, day, programme_id, link_number)
settings {{deduplication_window}};

create materialized view if not exists clicks_daily_fill {{on_cluster}} to clicks_daily as
select
  influencer_id,
  toDate(ts, 'Asia/Almaty') as day,
  programme_id,
  link_number,
  count() as clicks,
  sum(billable) as billable_clicks
from clicks
group by influencer_id, day, programme_id, link_number;
