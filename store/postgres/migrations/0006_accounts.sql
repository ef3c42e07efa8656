-- Up Migration
-- People who sign in, what they may do, what they did, and which money requests were already answered.

-- One person has one role with one tenant: an influencer, a brand, or ops. Somebody who works for two brands
-- has two sign-ins, so that a session can never act across tenants.
create table users (
  id text primary key,
  role text not null check (role in (
    'influencer', 'brand_owner', 'brand_manager', 'brand_analyst', 'ops_maker', 'ops_checker', 'ops_auditor')),
  -- inf_…, brd_…, or 'ops'.
  tenant_id text not null,
  name text not null default '',
  locale text not null default 'ru' check (locale in ('ru', 'kk', 'en')),
  -- Sealed like every personal datum; the index is a keyed HMAC, for sign-in by equality.
  phone_sealed bytea,
  phone_index bytea unique,
  email_sealed bytea,
  email_index bytea unique,
  -- argon2id, PHC string.
  password_hash text,
  totp_sealed bytea,
  -- A code of a step that was used, or of an older one, is refused (RFC 6238 §5.2).
  totp_last_step bigint not null default 0,
  -- Sessions and half-done sign-ins hold the number they began with; a higher one here ends all of them at once.
  credential_epoch int not null default 0,
  disabled_at timestamptz,
  created_at timestamptz not null default now(),
  check ((role = 'influencer') = (phone_index is not null)),
  check ((role = 'influencer') = (email_index is null)),
  check ((phone_index is null) = (phone_sealed is null)),
  check ((email_index is null) = (email_sealed is null))
);
create index users_tenant on users (tenant_id, created_at);

-- SHA-256 of 80 random bits each: with that much entropy a slow hash adds nothing.
create table recovery_codes (
  user_id text not null references users,
  code_hash bytea not null,
  used_at timestamptz,
  primary key (user_id, code_hash)
);

-- A link that makes one account, or gives an existing one new credentials. Only the token's hash is kept.
create table invitations (
  id text primary key,
  token_hash bytea not null unique,
  role text not null check (role in (
    'brand_owner', 'brand_manager', 'brand_analyst', 'ops_maker', 'ops_checker', 'ops_auditor')),
  tenant_id text not null,
  email_sealed bytea not null,
  email_index bytea not null,
  -- A user, or 'system' for the program on the server that invites ops.
  invited_by text not null,
  expires_at timestamptz not null,
  accepted_at timestamptz,
  revoked_at timestamptz,
  created_at timestamptz not null default now()
);
create index invitations_tenant on invitations (tenant_id, created_at desc);

-- The role a key acts with, and which of that role's powers it has. last_used_at is kept to the minute.
alter table api_keys
  add column role text,
  add column grants text[],
  add column created_by text,
  add column last_used_at timestamptz,
  add column key_hint text not null default '',
  -- A rotated key works this long, so that its holder can change over without a gap.
  add column expires_at timestamptz;
-- Keys made before there were roles keep what their scope could do.
update api_keys set
  role = case scope when 'influencer' then 'influencer' when 'brand' then 'brand_manager'
    else case when subject_id = 'ops-maker' then 'ops_maker' else 'ops_checker' end end,
  grants = case scope when 'ops' then array['read', 'payouts', 'payouts_approve']
    when 'influencer' then array['read', 'links', 'payouts'] else array['read', 'orders', 'programmes'] end;
alter table api_keys alter column role set not null, alter column grants set not null;
create index api_keys_subject on api_keys (subject_id, created_at desc);

-- Signed up by phone, named a step later.
alter table influencers alter column display_name set default '';

-- Who did what, to what, from where. Values hold no personal data; rows are only ever added.
create table audit_log (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  -- A user or the holder of a key; 'system' for what a process did by itself.
  actor_id text not null,
  actor_role text not null,
  via text not null check (via in ('session', 'key', 'system')),
  tenant_id text not null,
  action text not null check (action ~ '^[a-z_]+\.[a-z_]+$'),
  subject_id text not null,
  before jsonb,
  after jsonb,
  -- /24 or /48 only.
  ip_prefix text not null,
  user_agent text not null,
  request_id text not null
);
create index audit_log_actor on audit_log (actor_id, id desc);
create index audit_log_subject on audit_log (subject_id, id desc);
create index audit_log_tenant on audit_log (tenant_id, id desc);
create index audit_log_action on audit_log (action, id desc);

-- The answer of a money request, written in the transaction of its effect: the same key with the same body
-- gets this answer again, with another body it is refused (draft-ietf-httpapi-idempotency-key-header-07).
create table idempotency_keys (
  actor_id text not null,
  key text not null check (length(key) between 1 and 255),
  operation_id text not null,
  request_hash bytea not null,
  status int not null,
  answer text not null,
  created_at timestamptz not null default now(),
  primary key (actor_id, key)
);
create index idempotency_keys_age on idempotency_keys (created_at);

grant select, insert on users, recovery_codes, invitations, audit_log, idempotency_keys to gamma_app;
grant update (role, name, locale, password_hash, totp_sealed, totp_last_step, credential_epoch, disabled_at)
  on users to gamma_app;
grant update (used_at) on recovery_codes to gamma_app;
grant delete on recovery_codes to gamma_app;
grant update (accepted_at, revoked_at) on invitations to gamma_app;
grant update (last_used_at, expires_at) on api_keys to gamma_app;
grant delete on idempotency_keys to gamma_app;
grant update (display_name) on influencers to gamma_app;
