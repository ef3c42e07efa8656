-- Up Migration
-- A mailbox is proved by a link that goes to it alone, and an account that is lost is won back by a flow of its own. Until now
-- whoever could invite got the link, and accepting it for an account that was there replaced its credentials.

-- Mail waits here until the provider has taken it, however long that one is away.
create table mails (
  id text primary key,
  kind text not null check (kind in (
    'invitation', 'owner_invited', 'recovery', 'recovery_proved', 'recovery_to_approve', 'recovery_approved',
    'recovery_to_watch', 'recovery_done', 'recovery_stopped')),
  -- The invitation or recovery it tells of.
  subject_id text not null,
  locale text not null check (locale in ('ru', 'kk', 'en')),
  -- Address, links and names; opens with the row's id. Gone as soon as nobody needs it any more.
  sealed bytea,
  -- unneeded: nothing is to be sent to this address; refused: the provider will never take it.
  state text not null default 'waiting' check (state in ('waiting', 'sent', 'unneeded', 'refused', 'expired')),
  attempts int not null default 0,
  due_at timestamptz not null default now(),
  expires_at timestamptz not null,
  last_error text,
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  check ((state = 'waiting') = (sealed is not null)),
  check ((state = 'waiting') = (ended_at is null))
);
create index mails_due on mails (due_at) where state = 'waiting';
create index mails_subject on mails (subject_id);
grant select, insert on mails to gamma_app;
grant update (sealed, state, attempts, due_at, last_error, ended_at) on mails to gamma_app;

-- From when the link works: an owner whom ops invite beside others comes in after those could say no.
alter table invitations add column opens_at timestamptz;

-- Winning an account back. Nothing of the account changes before the last step.
create table recoveries (
  id text primary key,
  user_id text not null references users,
  tenant_id text not null,
  -- Of the person when it was asked for; another one ends it.
  role text not null,
  token_hash bytea not null unique,
  state text not null default 'asked' check (state in ('asked', 'proved', 'approved', 'done', 'stopped', 'expired')),
  asked_at timestamptz not null,
  -- Of the link, then of the wait for a second person.
  expires_at timestamptz not null,
  proved_at timestamptz,
  password_hash text,
  totp_sealed bytea,
  totp_step bigint,
  code_hashes bytea[],
  approved_by text,
  approved_at timestamptz,
  effective_at timestamptz,
  ended_at timestamptz,
  ended_by text,
  end_reason text,
  check (approved_by is distinct from user_id),
  check ((state in ('approved', 'done')) <= (approved_by is not null and effective_at >= approved_at)),
  check ((state in ('proved', 'approved')) <= (password_hash is not null and totp_sealed is not null)),
  check ((state in ('done', 'stopped', 'expired')) = (ended_at is not null))
);
create unique index recoveries_under_way on recoveries (user_id) where state in ('proved', 'approved');
create index recoveries_open on recoveries (tenant_id) where state in ('proved', 'approved');
create index recoveries_effective on recoveries (effective_at) where state = 'approved';
create index recoveries_user on recoveries (user_id) where state in ('asked', 'proved', 'approved');
grant select, insert on recoveries to gamma_app;
grant update (state, expires_at, proved_at, password_hash, totp_sealed, totp_step, code_hashes, approved_by, approved_at,
  effective_at, ended_at, ended_by, end_reason) on recoveries to gamma_app;

-- domain/identity/recovery.ts has the same table.
create function check_recovery_move() returns trigger language plpgsql as $$
begin
  if old.state <> new.state and (old.state, new.state) not in (
    ('asked', 'proved'), ('asked', 'stopped'), ('asked', 'expired'),
    ('proved', 'approved'), ('proved', 'stopped'), ('proved', 'expired'),
    ('approved', 'done'), ('approved', 'stopped')) then
    raise exception 'a recovery does not go from % to %', old.state, new.state using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger recoveries_move before update of state on recoveries for each row execute function check_recovery_move();

-- Whoever changes a person's role, shuts them out or sets their password, by whatever statement: a recovery under way was
-- approved for somebody else than they are now, and what they offered to others was offered with powers they no
-- longer have.
create function end_offers() returns trigger language plpgsql as $$
begin
  update recoveries set state = 'stopped', ended_at = now(), ended_by = 'system', password_hash = null, totp_sealed = null,
      code_hashes = null, end_reason = 'account_changed'
    where user_id = new.id and state in ('asked', 'proved', 'approved');
  if old.role <> new.role or new.disabled_at is not null then
    update invitations set revoked_at = now()
      where invited_by = new.id and accepted_at is null and revoked_at is null;
  end if;
  return null;
end $$;
create trigger users_end_offers after update of role, disabled_at, password_hash on users for each row
  when (old.role <> new.role or (old.disabled_at is null and new.disabled_at is not null)
        or old.password_hash is distinct from new.password_hash)
  execute function end_offers();
