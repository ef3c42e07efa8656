-- Up Migration
-- What an influencer gives us, sees and is told.

-- A card is known by the provider's token, an account by its sealed IBAN; never both.
alter table influencers
  add column instrument_kind text not null default 'card' check (instrument_kind in ('card', 'iban')),
  add column instrument_sealed bytea,
  add column instrument_brand text,
  add column instrument_bank text,
  add column instrument_set_at timestamptz,
  -- What is odd about the IIN without making it wrong (domain/identity/iin.ts): for people to look at.
  add column iin_findings text[] not null default '{}',
  add constraint influencers_one_instrument check (instrument_token is null or instrument_sealed is null);
grant update (display_name, instrument_kind, instrument_sealed, instrument_brand, instrument_bank, instrument_set_at, iin_findings)
  on influencers to gamma_app;

-- A declared registration is pending until ops saw it. The newest status that was not rejected is the person's;
-- while it is pending nothing is released or paid.
alter table payee_statuses
  add column state text not null default 'confirmed' check (state in ('confirmed', 'pending', 'rejected')),
  add column decided_by text,
  add column decided_at timestamptz;
create index payee_statuses_pending on payee_statuses (created_at, id) where state = 'pending';
grant update (state, decided_by, decided_at, evidence, evidence_ref, expires_at) on payee_statuses to gamma_app;

-- Products a brand wants shared.
create table catalogue_items (
  id text primary key,
  programme_id text not null references programmes,
  title text not null check (length(title) between 1 and 200),
  url text not null check (url like 'https://%'),
  price_tiyn bigint not null check (price_tiyn > 0),
  image_url text check (image_url like 'https://%'),
  color text not null default '#e7eaf0' check (color ~ '^#[0-9a-f]{6}$'),
  state text not null default 'active' check (state in ('active', 'hidden')),
  created_at timestamptz not null default now()
);
create index catalogue_items_newest on catalogue_items (created_at desc, id desc) where state = 'active';
create index catalogue_items_programme on catalogue_items (programme_id, created_at desc, id desc) where state = 'active';
grant select, insert on catalogue_items to gamma_app;
grant update (title, url, price_tiyn, image_url, color, state) on catalogue_items to gamma_app;

alter table links
  add column title text not null default '',
  add column catalogue_item_id text references catalogue_items;
create index links_influencer on links (influencer_id, number desc);

-- An influencer's orders, newest first and by state, and what each link brought. Rows without an influencer
-- (UNMATCHED) are in none of them.
create index conversions_influencer on conversions (influencer_id, received_at desc, id desc) where influencer_id is not null;
-- By state only where a state is rare among a person's orders: most end as PAID, and every order is RECEIVED first,
-- so the postback that stores it does not pay for this index.
create index conversions_influencer_state on conversions (influencer_id, state, received_at desc, id desc)
  where influencer_id is not null and state in ('HELD', 'PAYABLE', 'REVIEW', 'CANCELLED', 'REFUSED');
create index conversions_link on conversions (link_number, state) include (payable_tiyn) where link_number is not null;

-- The live feed asks for what happened since a moment; rows are only added, so this index grows at its end.
create index conversion_history_at on conversion_history (at);

create table notices (
  id bigint generated always as identity primary key,
  influencer_id text not null references influencers,
  code text not null check (code in (
    'money_payable', 'order_cancelled', 'payout_paid', 'payout_refused', 'payout_review', 'instrument_changed',
    'instrument_stopped', 'tax_status_pending', 'tax_status_confirmed', 'tax_status_rejected', 'tax_status_expiring')),
  -- Amounts, codes, dates, last four digits: nothing by which a stranger could be found.
  params jsonb not null default '{}',
  -- The conversion or payout it is about.
  subject_id text,
  -- From when it is shown: the end of a tax status is announced by a row written when the status began.
  at timestamptz not null default now(),
  read_at timestamptz
);
create index notices_influencer on notices (influencer_id, at desc, id desc);
create index notices_unread on notices (influencer_id, at) where read_at is null;
grant select, insert on notices to gamma_app;
grant update (read_at) on notices to gamma_app;
-- Only announcements that were never shown are taken back.
grant delete on notices to gamma_app;

-- payee.updated: somebody's details changed; it is turned into one conversion.payee for each order that waits.
alter table outbox drop constraint outbox_topic_check;
alter table outbox add constraint outbox_topic_check check (topic in
  ('conversion.order', 'conversion.paid', 'conversion.payee', 'payee.updated', 'payout.requested'));
