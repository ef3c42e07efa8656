-- Up Migration
-- Money on its way out. A payout is one item: one reference, one movement of money, ever.

-- What each released conversion made payable; payouts consume it first in, first out. The gross share is
-- kept because the law may tax the gross and not what is left after the platform's fee.
create table payable_lots (
  conversion_id text primary key references conversions,
  influencer_id text not null references influencers,
  gross_tiyn bigint not null check (gross_tiyn > 0),
  fee_tiyn bigint not null check (fee_tiyn >= 0),
  payable_tiyn bigint not null check (payable_tiyn > 0),
  consumed_tiyn bigint not null default 0,
  released_at timestamptz not null default now(),
  check (gross_tiyn = fee_tiyn + payable_tiyn),
  check (consumed_tiyn between 0 and payable_tiyn)
);
create index payable_lots_open on payable_lots (influencer_id, released_at, conversion_id) where consumed_tiyn < payable_tiyn;

create table payout_batches (
  id text primary key,
  -- Workflow id is `batch/<period>/<currency>`: `2026-11-23-1` is the first run of that day.
  period text not null,
  currency text not null default 'KZT' check (currency = 'KZT'),
  state text not null default 'collecting' check (state in ('collecting', 'freezing', 'frozen', 'approved', 'done', 'expired')),
  item_count int,
  total_tiyn bigint,
  frozen_at timestamptz,
  approved_by text,
  approved_at timestamptz,
  done_at timestamptz,
  created_at timestamptz not null default now(),
  unique (period, currency),
  check ((approved_at is null) = (approved_by is null))
);
create unique index payout_batches_one_collecting on payout_batches (currency) where state = 'collecting';

create table payouts (
  id text primary key,
  influencer_id text not null references influencers,
  batch_id text not null references payout_batches,
  state text not null default 'requested' check (state in
    ('requested', 'reserved', 'submitting', 'unknown', 'paid', 'refused', 'cancelled', 'review')),
  reason_code text,
  reason_text text,
  -- Taken from the payable balance; gross_tiyn is the brand-side gross behind it, the possible tax base.
  amount_tiyn bigint not null check (amount_tiyn > 0),
  gross_tiyn bigint not null check (gross_tiyn >= amount_tiyn),
  fee_tiyn bigint not null check (fee_tiyn >= 0),
  regime text,
  payment_date date,
  tax_tiyn bigint,
  net_tiyn bigint,
  -- Line-by-line trace with the parameter set version (kz-domain.md F1).
  tax_trace jsonb,
  tax_cumulative jsonb,
  -- Our id for this movement of money, stored before the first call and never changed.
  reference text not null unique,
  provider text,
  provider_reference text,
  provider_tiyn bigint,
  requested_by text not null,
  submitted_at timestamptz,
  settled_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check (gross_tiyn = fee_tiyn + amount_tiyn),
  check (net_tiyn is null or (net_tiyn > 0 and net_tiyn + tax_tiyn = amount_tiyn))
);
-- One payout at a time: the next one's cumulative tax depends on how this one ends.
create unique index payouts_one_open on payouts (influencer_id) where state not in ('paid', 'refused', 'cancelled');
create index payouts_batch on payouts (batch_id, id);
create index payouts_influencer on payouts (influencer_id, created_at desc);

create table payout_lots (
  payout_id text not null references payouts,
  conversion_id text not null references payable_lots,
  payable_tiyn bigint not null check (payable_tiyn > 0),
  gross_tiyn bigint not null,
  primary key (payout_id, conversion_id)
);

create table payout_withholdings (
  payout_id text not null references payouts,
  component text not null,
  base_tiyn bigint not null,
  amount_tiyn bigint not null check (amount_tiyn >= 0),
  primary key (payout_id, component)
);

create table payout_history (
  id bigint generated always as identity primary key,
  payout_id text not null references payouts,
  from_state text,
  to_state text not null,
  reason_code text,
  detail jsonb not null default '{}',
  at timestamptz not null default now()
);
create index payout_history_payout on payout_history (payout_id, id);

-- The kill switch is read by every submit, so it stops retries too.
create table platform_switches (
  name text primary key check (name in ('payouts_stopped')),
  is_on boolean not null,
  changed_by text not null,
  changed_at timestamptz not null default now()
);
insert into platform_switches (name, is_on, changed_by) values ('payouts_stopped', false, 'migration');

grant select, insert, update on payable_lots, payout_batches, payouts, platform_switches to gamma_app;
grant select, insert on payout_lots, payout_withholdings, payout_history to gamma_app;
