-- Up Migration
-- What shops tell us: one receipt a postback, one conversion an order, one outbox row a message to Temporal.
--
-- No foreign keys on these tables' hot columns: six checks were a quarter of the cost of storing a postback, and
-- lock the same programme and link rows from every API process. Their one writer, intake_batch (migration
-- 0005), takes programme, link and influencer from the rows themselves, nobody has DELETE on what they name,
-- and the tables where money is (payable_lots, payouts) do refer to conversions. test/api checks for orphans.

create table conversions (
  -- Derived from (programme, transaction id, event), so that every arrival of one order names one row.
  id text primary key,
  programme_id text not null,
  transaction_id text not null,
  event text not null,
  state text not null check (state in ('RECEIVED', 'UNMATCHED', 'HELD', 'PAYABLE', 'PAID', 'CANCELLED', 'REFUSED', 'REVIEW')),
  -- Why it is in this state; a code of domain/conversions/reasons.ts with ru, kk and en text.
  reason_code text,
  click_id text,
  clicked_at timestamptz,
  link_number int,
  influencer_id text,
  -- The order as folded from all its events (domain/conversions/fold.ts).
  order_status text not null check (order_status in ('pending', 'approved', 'rejected', 'partially_refunded', 'refunded')),
  sale_tiyn bigint not null check (sale_tiyn >= 0),
  ordered_at timestamptz not null,
  -- Set when the money is accrued, from the terms then in force.
  terms jsonb,
  -- The ledger revision whose promise is pending or was released; 0 until the first accrual.
  revision int not null default 0,
  gross_tiyn bigint,
  fee_tiyn bigint,
  payable_tiyn bigint,
  held_until timestamptz,
  received_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (programme_id, transaction_id, event),
  check (gross_tiyn = fee_tiyn + payable_tiyn)
);
-- Lists by influencer and by programme get their indexes with the pages that read them.

create table conversion_history (
  id bigint generated always as identity,
  conversion_id text not null,
  from_state text,
  to_state text not null,
  reason_code text,
  detail jsonb not null default '{}',
  at timestamptz not null default now(),
  primary key (conversion_id, id)
);

-- Kept for ever: a shop can ask for its receipt years later, and a webhook id can never be used twice.
create table receipts (
  -- Derived from (programme, webhook id), so this key is also what makes a webhook id unique.
  id text primary key,
  programme_id text not null,
  webhook_id text not null,
  body_hash bytea not null,
  verdict text not null check (verdict in ('accepted', 'duplicate', 'updated', 'unmatched')),
  reason_code text,
  conversion_id text not null,
  order_status text not null,
  sale_tiyn bigint not null,
  event_version int not null,
  occurred_at timestamptz not null,
  received_at timestamptz not null default now()
);
create index receipts_conversion on receipts (conversion_id);

-- Messages for Temporal, written with their cause and deleted once delivered (signalWithStart is idempotent
-- by workflow id and event id, so delivering twice is harmless and losing one is impossible).
create table outbox (
  id bigint generated always as identity primary key,
  topic text not null check (topic in ('conversion.order', 'conversion.paid', 'payout.requested')),
  subject_id text not null,
  payload jsonb not null,
  attempts int not null default 0,
  next_at timestamptz not null default now(),
  created_at timestamptz not null default now()
);
-- The relay reads by id; an index on next_at would only make every lease a second index write.

grant select, insert, update on conversions to gamma_app;
grant select, insert on conversion_history, receipts to gamma_app;
grant select, insert, delete on outbox to gamma_app;
grant update (attempts, next_at) on outbox to gamma_app;
