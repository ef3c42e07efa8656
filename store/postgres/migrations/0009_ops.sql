-- Up Migration
-- What operators do: they prepare payout runs, stop payouts, mark people, and act on conversions.

-- The first person of a run. Who approves it is another one (payout_batches.approved_by).
alter table payout_batches
  add column prepared_by text,
  add column prepared_at timestamptz,
  add column note text check (length(note) <= 300),
  add constraint payout_batches_prepared check ((prepared_at is null) = (prepared_by is null)),
  add constraint payout_batches_four_eyes check (prepared_by is null or approved_by is null or prepared_by <> approved_by);
create index payout_batches_newest on payout_batches (created_at desc, id desc);

-- What is not settled yet, by how long it has not moved.
create index payouts_unsettled on payouts (state, updated_at) where state not in ('paid', 'refused', 'cancelled');

alter table platform_switches add column reason text;

-- Marks that tell colleagues to look twice at a person. They move no money by themselves.
create table review_flags (
  influencer_id text not null references influencers,
  -- api/ops/reviewFlags.ts has their texts.
  code text not null check (code in (
    'traffic_suspicious', 'own_orders', 'duplicate_person', 'documents_differ', 'complaint', 'bank_query')),
  note text check (length(note) <= 300),
  raised_by text not null,
  raised_at timestamptz not null default now(),
  primary key (influencer_id, code)
);
create index influencers_newest on influencers (created_at desc, id desc);

-- Every action of a person on a conversion's workflow, with the reason given. The update id is Temporal's, so
-- one intended action is one row however often it was sent.
create table conversion_actions (
  id bigint generated always as identity primary key,
  conversion_id text not null,
  action text not null check (action in ('hold', 'resume', 'review', 'release', 'cancel')),
  reason text not null check (length(reason) between 3 and 300),
  acted_by text not null,
  update_id text not null unique,
  at timestamptz not null default now()
);
create index conversion_actions_conversion on conversion_actions (conversion_id, id desc);
-- A cancelled conversion is decided for good: its workflow ends by that decision.
create unique index conversion_actions_one_cancel on conversion_actions (conversion_id) where action = 'cancel';

-- Search by click id; by order number it uses the unique key's second column (skip scan, few programmes).
create index conversions_click on conversions (click_id) where click_id is not null;
create index conversions_ops_newest on conversions (received_at desc, id desc);
-- What waits for a person or is late; small, because orders leave these states.
create index conversions_waiting on conversions (state, updated_at) where state in ('RECEIVED', 'REVIEW');
create index conversions_held on conversions (held_until) where state = 'HELD';

grant select, insert, delete on review_flags to gamma_app;
grant update (note, raised_by, raised_at) on review_flags to gamma_app;
grant select, insert on conversion_actions to gamma_app;

-- Why ops did not confirm a tax status; for colleagues, the person gets a notice in plain words.
alter table payee_statuses add column decision_reason text check (length(decision_reason) <= 300);
grant update (decision_reason) on payee_statuses to gamma_app;
