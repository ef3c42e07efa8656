-- Up Migration
-- Runs that flow, and two people provably: what is approved stands in rows that the API wrote, and the database refuses
-- any other way into `approved` and out of `reserved`.

-- Every move of a run (domain/payouts/runMoves.ts has the same table; a test compares them).
create table payout_run_moves (
  from_state text not null,
  to_state text not null,
  primary key (from_state, to_state)
);
insert into payout_run_moves (from_state, to_state) values
  ('collecting', 'freezing'), ('collecting', 'closed'),
  ('freezing', 'frozen'), ('freezing', 'expired'), ('freezing', 'closed'),
  ('frozen', 'approved'), ('frozen', 'freezing'), ('frozen', 'collecting'), ('frozen', 'done'), ('frozen', 'expired'),
  ('frozen', 'closed'),
  ('approved', 'done'), ('approved', 'closed');
grant select on payout_run_moves to gamma_app;

alter table payout_batches drop constraint payout_batches_state_check;
alter table payout_batches
  add constraint payout_batches_state_check check (state in
    ('collecting', 'freezing', 'frozen', 'approved', 'done', 'expired', 'closed')),
  -- How long requests gather and how long an approval may take, as of the run's beginning. Workflows read them here: an
  -- input somebody else gave to a workflow ends no gathering and expires no run.
  add column collect_ms bigint not null default 86400000 check (collect_ms >= 0),
  add column approve_within_ms bigint not null default 86400000 check (approve_within_ms >= 0),
  -- Gathering begins anew from here.
  add column reopened_at timestamptz,
  -- The Almaty day every payout of the run is taxed as of.
  add column payment_date date,
  add column waits_for_funds_since timestamptz,
  add column funds_missing_tiyn bigint check (funds_missing_tiyn > 0),
  add column closed_by text,
  add column close_reason text check (length(close_reason) <= 300),
  add constraint payout_batches_funds check ((waits_for_funds_since is null) = (funds_missing_tiyn is null));

-- A run that is opened again may gather beside the newest one; requests join the older.
drop index payout_batches_one_collecting;
create unique index payout_batches_one_collecting on payout_batches (currency) where state = 'collecting' and reopened_at is null;
create index payout_batches_open on payout_batches (created_at) where done_at is null;

-- A run begins collecting: services cannot write one that is further.
revoke insert on payout_batches from gamma_app;
grant insert (id, period, collect_ms, approve_within_ms) on payout_batches to gamma_app;
-- Taxes are dropped when a run is opened again or taxed for another day.
grant delete on payout_withholdings to gamma_app;

-- Where it goes is fixed when it is asked for. started_at: handed out for sending; its money is spoken for.
alter table payouts
  add column if not exists instrument_token text,
  add column approval_id text,
  -- As of the approval: two people may find later that less arrived, and the run still stands as it was approved.
  add column approved_amount_tiyn bigint,
  add column approved_net_tiyn bigint,
  add column started_at timestamptz;
create index payouts_paid_lately on payouts (settled_at) where state = 'paid';

-- The second person's yes, written by the API with its audit row in one transaction.
create table payout_approvals (
  id text primary key,
  batch_id text not null unique references payout_batches,
  approved_by text not null,
  role text not null,
  via text not null check (via in ('session', 'key')),
  -- When the person proved the factor that this approval rests on. Keys have none; the gate lets them in in test mode only.
  factor_at timestamptz,
  expected_total_tiyn bigint not null,
  item_count int not null check (item_count > 0),
  -- payout_run_hash of what was approved.
  items_hash text not null check (items_hash ~ '^[0-9a-f]{64}$'),
  request_id text not null,
  at timestamptz not null default now(),
  check (via = 'key' or factor_at is not null)
);
grant select, insert on payout_approvals to gamma_app;

-- What an approval is of: the run, the day it is taxed as of, and of each payout whom, how much and where to. Before the
-- approval these are the payouts that are not cancelled, after it those that were approved, whatever became of them.
create function payout_run_hash(run text) returns text language sql stable as $$
  select encode(sha256(convert_to(string_agg(line, E'\n' order by place, id collate "C"), 'UTF8')), 'hex')
    from (
      select 0 as place, b.id, concat_ws('|', b.id, b.currency, b.payment_date::text) as line
        from payout_batches b where b.id = run
      union all
      select 1, p.id, concat_ws('|', p.id, p.influencer_id, coalesce(p.approved_amount_tiyn, p.amount_tiyn)::text,
               coalesce(p.approved_net_tiyn::text, p.net_tiyn::text, '-'),
               case when p.instrument_token is null then '-'
                    else concat_ws('|', p.instrument_kind, coalesce(p.instrument_last4, ''),
                                   encode(sha256(convert_to(p.instrument_token, 'UTF8')), 'hex')) end)
        from payouts p join payout_batches b on b.id = p.batch_id
       where b.id = run and case when b.approved_at is null then p.state <> 'cancelled' else p.approval_id is not null end
    ) lines
$$;

-- Rows of before: what is under way keeps its destination and its approval.
update payouts p set instrument_token = i.instrument_token, instrument_kind = i.instrument_kind,
       instrument_last4 = i.instrument_last4
  from influencers i
 where i.id = p.influencer_id and p.state in ('requested', 'reserved') and p.instrument_token is null
   and i.instrument_token is not null;
update payout_batches b set payment_date = (select max(p.payment_date) from payouts p where p.batch_id = b.id)
 where b.state in ('frozen', 'approved');
update payouts p set approval_id = 'apv_' || substr(p.batch_id, 5), started_at = b.approved_at
  from payout_batches b
 where b.id = p.batch_id and b.state = 'approved' and p.state <> 'cancelled';
insert into payout_approvals (id, batch_id, approved_by, role, via, factor_at, expected_total_tiyn, item_count, items_hash, request_id, at)
select 'apv_' || substr(b.id, 5), b.id, b.approved_by, 'ops_checker', 'session', b.approved_at, coalesce(b.total_tiyn, 0),
       b.item_count, payout_run_hash(b.id), 'before 0015', b.approved_at
  from payout_batches b where b.state = 'approved' and b.item_count > 0;
alter table payouts add constraint payouts_approved foreign key (approval_id) references payout_approvals not valid;

-- Two people, and no third way: a run becomes approved only under an approval of somebody else than its preparer, of
-- exactly what is in it.
create function payout_run_guard() returns trigger language plpgsql as $$
begin
  if not exists (select from payout_run_moves where from_state = old.state and to_state = new.state) then
    raise exception 'a payout run does not move from % to %', old.state, new.state using errcode = 'PR001';
  end if;
  if new.state = 'approved' and not exists (
    select from payout_approvals a
     where a.batch_id = new.id and a.approved_by = new.approved_by and a.approved_by <> new.prepared_by
       and a.expected_total_tiyn = new.total_tiyn and a.items_hash = payout_run_hash(new.id)) then
    raise exception 'payout run % is not approved by a second person as it stands', new.id using errcode = 'PR002';
  end if;
  return new;
end
$$;
create trigger payout_batches_moves before update of state on payout_batches for each row
  when (old.state is distinct from new.state) execute function payout_run_guard();

-- What is approved is what is sent.
create function payout_as_approved() returns trigger language plpgsql as $$
declare
  -- Only part of it arrived, two people say: the payout ends as that part (migration 0016), never as more.
  in_part boolean := old.state = 'paid' and old.reason_code = 'paid_in_part'
    and new.amount_tiyn <= old.amount_tiyn and new.net_tiyn <= old.net_tiyn;
begin
  if old.approval_id is null and new.approval_id is not null then
    new.approved_amount_tiyn := new.amount_tiyn;
    new.approved_net_tiyn := new.net_tiyn;
  end if;
  if new.state = 'submitting' and old.state = 'reserved' and new.approval_id is null then
    raise exception 'payout % is in no approved run', new.id using errcode = 'PR003';
  end if;
  if old.approval_id is not null
     and ((old.approval_id, old.batch_id, old.influencer_id, old.approved_amount_tiyn, old.approved_net_tiyn,
           old.instrument_token)
          is distinct from
          (new.approval_id, new.batch_id, new.influencer_id, new.approved_amount_tiyn, new.approved_net_tiyn,
           new.instrument_token)
          or not in_part and (old.amount_tiyn, old.net_tiyn) is distinct from (new.amount_tiyn, new.net_tiyn)) then
    raise exception 'payout % is not changed after its approval', new.id using errcode = 'PR004';
  end if;
  if old.approval_id is not null and old.instrument_token is not null
     and (old.instrument_kind, old.instrument_last4) is distinct from (new.instrument_kind, new.instrument_last4) then
    raise exception 'payout % goes where it was approved to go', new.id using errcode = 'PR004';
  end if;
  return new;
end
$$;
create trigger payouts_as_approved before update on payouts for each row execute function payout_as_approved();
