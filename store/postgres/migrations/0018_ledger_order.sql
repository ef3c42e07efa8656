-- Up Migration
-- One order of locks, a ceiling for every amount, and a post that cannot exceed its promise.

-- The one order in which rows about money are locked by whoever locks more than one: conversions by id, payouts by
-- id, ledger balances (0002), then what single steps need (lots, runs). intake_batch and decisions of brands lock
-- conversions by id and nothing after them. The ledger queue calls this with the subjects of a whole batch before it
-- posts; subjects that are no rows here (tests, later kinds) lock nothing.
--
-- A row that somebody holds for longer than the time-out ends the batch, not the queue: each of its postings is tried
-- alone, and only the one that needs the row waits.
create function ledger_lock_subjects(subjects text[], lock_timeout text) returns void language plpgsql
  set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off
as $$
begin
  perform set_config('lock_timeout', lock_timeout, true);
  -- A payout that is settled moves the conversions it pays.
  perform from conversions c
    where c.id in (select s.id from unnest(subjects) as s (id)
                   union select l.conversion_id from unnest(subjects) as s (id) join payout_lots l on l.payout_id = s.id)
    order by c.id for update;
  perform from payouts p where p.id = any (subjects) order by p.id for update;
end $$;

-- A trillion tenge in one entry is no order, it is a mistake; without a ceiling a few of them overflow the accounts
-- that everybody's postings share. What is promised can always be taken back. Not valid: older rows stay as they are.
alter table ledger_entries add constraint ledger_entries_amount_max
  check (layer = 'release' or amount between -100000000000000 and 100000000000000) not valid;
-- No single brand or payee can bring a shared account (platform, tax, provider, clearing) near the end of its range.
alter table ledger_balances add constraint ledger_balances_range
  check (class not in ('advertiser', 'payee')
         or (posted between -10000000000000000 and 10000000000000000
             and pending_in <= 10000000000000000 and pending_out <= 10000000000000000)) not valid;

-- What a post may move, given what was promised:
-- 1. money leaves an account only as far as it was promised to leave it;
-- 2. an account that was promised money gets at most that;
-- 3. an account that was promised nothing (the provider, the taxes, a debt) gets money only out of a clearing
--    account's promise, all of them together at most what was promised there.
-- Less is allowed: the rest of the promise ends with it.
create function ledger_exceeds_promise(post_seq bigint, promise_id text) returns boolean language sql stable
  set search_path = public, pg_temp
as $$
  with moved as (
    select a.class, q.amount as post, coalesce(p.amount, 0) as promise
      from (select account_id, amount from ledger_entries where tx_seq = post_seq and layer = 'posted') q
      full join (select e.account_id, e.amount
                   from ledger_transactions t join ledger_entries e on e.tx_seq = t.seq and e.layer = 'pending'
                  where t.id = promise_id) p using (account_id)
      join ledger_accounts a on a.id = account_id
  )
  select coalesce(bool_or(post < 0 and post < promise), false)
      or coalesce(bool_or(post > 0 and promise <> 0 and post > promise), false)
      or coalesce(sum(post) filter (where post > 0 and promise = 0), 0)
       > coalesce(sum(promise - coalesce(greatest(post, 0), 0)) filter (where class = 'clearing' and promise > 0), 0)
    from moved
$$;

create or replace function ledger_check_transaction() returns trigger language plpgsql security definer
  set search_path = public, pg_temp as $$
declare
  entries bigint;
  total numeric;
  released numeric;
  pendings bigint;
  releases bigint;
begin
  -- Posted and pending entries never stand together (the kind says which), so with the released ones at zero
  -- the total is the sum of the other layer.
  select count(*), sum(amount), coalesce(sum(amount) filter (where layer = 'release'), 0),
         count(*) filter (where layer = 'pending'), count(*) filter (where layer = 'release')
    into entries, total, released, pendings, releases
    from ledger_entries where tx_seq = new.seq;
  if entries < 2 or total <> 0 or released <> 0 then
    raise exception 'transaction % does not balance: % entries, sum %, of it released %',
      new.id, entries, total, released using errcode = 'GL004';
  end if;
  if (entries > pendings + releases) <> (new.kind in ('single', 'post'))
     or (pendings > 0) <> (new.kind = 'pending') or (releases > 0) <> (new.kind in ('post', 'void')) then
    raise exception 'transaction % of kind % has entries of another kind', new.id, new.kind using errcode = 'GL004';
  end if;
  if new.pending_id is not null and exists (
    select from (select account_id, amount from ledger_entries e join ledger_transactions t on t.seq = e.tx_seq
                  where t.id = new.pending_id and e.layer = 'pending') p
      full join (select account_id, -amount as amount from ledger_entries where tx_seq = new.seq and layer = 'release') r
        using (account_id, amount)
     where p.amount is null or r.amount is null
  ) then
    raise exception 'transaction % does not mirror %', new.id, new.pending_id using errcode = 'GL004';
  end if;
  if new.kind = 'post' and ledger_exceeds_promise(new.seq, new.pending_id) then
    raise exception 'transaction % moves more than % promised', new.id, new.pending_id using errcode = 'GL006';
  end if;
  return null;
end $$;
