-- Up Migration
-- Who takes part: brands and their programmes, influencers and their links, and the keys they call us with.

do $$
begin
  -- Every service connects as this role (or SETs it): it owns nothing and gets only what migrations grant.
  if not exists (select from pg_roles where rolname = 'gamma_app') then
    create role gamma_app nologin;
    -- So that a service given the owner's URL can step down to it.
    execute format('grant gamma_app to %I', current_user);
  end if;
end $$;

create table brands (
  id text primary key,
  name text not null,
  created_at timestamptz not null default now()
);

create table programmes (
  id text primary key,
  brand_id text not null references brands,
  name text not null,
  state text not null default 'active' check (state in ('active', 'paused', 'ended')),
  -- Exact lower-case host names a link of this programme may lead to. No suffix matching, ever.
  hosts text[] not null check (cardinality(hosts) > 0),
  -- The query parameter in which the shop receives our click id.
  click_param text not null default 'sub1' check (click_param ~ '^[A-Za-z0-9_]{1,32}$'),
  -- How an order is confirmed once the hold is over: by a postback, by asking the shop, or by silence.
  confirmation text not null default 'postback' check (confirmation in ('postback', 'poll', 'auto')),
  order_source text check (order_source in ('wildberries')),
  -- The shop's own status words → ours; words that are already ours need no entry.
  status_map jsonb not null default '{}',
  created_at timestamptz not null default now(),
  check (confirmation <> 'poll' or order_source is not null)
);
create index programmes_brand on programmes (brand_id);
create index programmes_hosts on programmes using gin (hosts);

-- Effective-dated commission terms. A conversion stores a snapshot of the row that priced it.
create table programme_terms (
  programme_id text not null references programmes,
  valid_from timestamptz not null,
  commission_bps int not null check (commission_bps between 1 and 10000),
  platform_fee_bps int not null check (platform_fee_bps between 0 and 10000),
  hold_seconds int not null check (hold_seconds between 0 and 15552000),
  click_window_seconds int not null check (click_window_seconds between 60 and 15552000),
  primary key (programme_id, valid_from)
);

-- Signing secrets, sealed with the master key. At most two are live, so that one can be rotated without a gap.
create table programme_secrets (
  id bigint generated always as identity primary key,
  programme_id text not null references programmes,
  sealed bytea not null,
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  retired_at timestamptz
);
create index programme_secrets_live on programme_secrets (programme_id) where retired_at is null;

create table influencers (
  id text primary key,
  -- Public handle in /click?ref=…; carries no personal data.
  ref text not null unique check (ref ~ '^[a-z0-9]{4,24}$'),
  display_name text not null,
  -- AES-256-GCM under a per-record key wrapped by the master key; the row id is associated data.
  iin_sealed bytea,
  -- HMAC with a key of its own that lives outside the database: equality without the number.
  iin_index bytea unique,
  -- The provider's token for the card or IBAN, and its last four characters. A PAN never reaches us.
  instrument_token text,
  instrument_last4 text check (instrument_last4 ~ '^[0-9A-Z]{4}$'),
  instrument_stopped_at timestamptz,
  created_at timestamptz not null default now()
);

-- A tax regime holds only with evidence that has not expired; no row means the payout waits.
create table payee_statuses (
  id bigint generated always as identity primary key,
  influencer_id text not null references influencers,
  regime text not null check (regime in ('individual_gph', 'self_employed', 'individual_entrepreneur', 'esp', 'demo_flat_10')),
  deduction_applies boolean not null default false,
  evidence text not null check (evidence in ('kgd', 'document', 'receipt', 'declaration', 'demo')),
  evidence_ref text not null,
  valid_from timestamptz not null,
  expires_at timestamptz not null check (expires_at > valid_from),
  created_at timestamptz not null default now()
);
create index payee_statuses_current on payee_statuses (influencer_id, valid_from desc);

-- number is what a click id carries: 28 bits, so at most 268,435,455 links.
create table links (
  number int generated always as identity primary key check (number between 1 and 268435455),
  id text not null unique,
  -- 'short' has a code and a fixed target; 'open' serves /click?ref&target for any page of the programme's hosts.
  kind text not null check (kind in ('short', 'open')),
  code text unique check (code ~ '^[0-9A-Za-z_-]{4,32}$'),
  programme_id text not null references programmes,
  influencer_id text not null references influencers,
  target_url text,
  state text not null default 'active' check (state in ('active', 'paused', 'deleted')),
  created_at timestamptz not null default now(),
  check ((kind = 'short') = (code is not null)),
  check ((kind = 'short') = (target_url is not null))
);
create unique index links_one_open on links (influencer_id, programme_id) where kind = 'open';

create table api_keys (
  id text primary key,
  -- SHA-256 of a 256-bit random key: with that much entropy a slow hash adds nothing.
  key_hash bytea not null unique,
  scope text not null check (scope in ('brand', 'influencer', 'ops')),
  -- The one brand or influencer the key acts for; an ops key names its holder.
  subject_id text not null,
  label text not null,
  created_at timestamptz not null default now(),
  revoked_at timestamptz
);

grant select on brands, programmes, programme_terms, influencers, payee_statuses, links, api_keys, programme_secrets to gamma_app;
grant insert on brands, programmes, programme_terms, influencers, payee_statuses, links, api_keys, programme_secrets to gamma_app;
grant update (last_used_at, retired_at) on programme_secrets to gamma_app;
grant update (state, target_url) on links to gamma_app;
grant update (state) on programmes to gamma_app;
grant update (revoked_at) on api_keys to gamma_app;
grant update (iin_sealed, iin_index, instrument_token, instrument_last4, instrument_stopped_at) on influencers to gamma_app;
