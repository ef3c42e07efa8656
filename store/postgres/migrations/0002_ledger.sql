-- Up Migration
-- Double entry, enforced by the database. Amounts are tiyn, credit-positive: what we owe is positive, what
-- is owed to us (advertiser) or held by a provider is negative, and everything together sums to zero.
--
-- A hold is a `pending` transaction that is later resolved exactly once by a `post` or a `void`. Rows are
-- only ever inserted: gamma_app has no UPDATE or DELETE here, and triggers refuse them to the owner too.

create table ledger_accounts (
  id bigint generated always as identity primary key,
  code text not null unique,
  class text not null check (class in ('advertiser', 'payee', 'platform', 'tax', 'provider', 'clearing'))
);

-- Kept by a trigger on ledger_entries, in the same transaction; nobody writes it directly.
-- pending_in and pending_out are separate so that money that may still arrive never covers money that leaves.
create table ledger_balances (
  account_id bigint primary key references ledger_accounts,
  class text not null,
  posted bigint not null default 0,
  pending_in bigint not null default 0,
  pending_out bigint not null default 0,
  constraint ledger_balances_pending_not_negative check (pending_in >= 0 and pending_out >= 0),
  constraint ledger_balances_no_overdraft
    check (class not in ('payee', 'tax', 'clearing') or posted - pending_out >= 0)
);

create table ledger_transactions (
  seq bigint generated always as identity primary key,
  -- Chosen by the caller before sending, e.g. `cnv_…:accrue:1`: the same id twice is one transaction.
  id text not null unique check (length(id) between 3 and 120),
  kind text not null check (kind in ('single', 'pending', 'post', 'void')),
  reason text not null,
  -- The conversion or payout this is about.
  subject_id text not null,
  body_hash bytea not null,
  pending_id text references ledger_transactions (id),
  created_at timestamptz not null default clock_timestamp(),
  -- Entries may be added only by the database transaction that wrote this row.
  created_xid xid8 not null default pg_current_xact_id(),
  check ((kind in ('post', 'void')) = (pending_id is not null))
);
-- A pending transaction resolves exactly once, whatever ids the two attempts carry.
create unique index ledger_transactions_resolved_once on ledger_transactions (pending_id) where pending_id is not null;
create index ledger_transactions_subject on ledger_transactions (subject_id);

-- tx_seq and account_id refer to rows that can never go away. ledger_apply_entries checks both for all rows of
-- an insert at once: a foreign key checks row by row and makes every writer lock the hot account's row, which
-- together costs a third of the postings a second (bench/README.md, ledger).
create table ledger_entries (
  tx_seq bigint not null,
  account_id bigint not null,
  -- posted: the money moved. pending: it is promised. release: takes a pending entry back when it is posted or voided.
  layer text not null check (layer in ('posted', 'pending', 'release')),
  amount bigint not null check (amount <> 0),
  primary key (tx_seq, account_id, layer)
);
create index ledger_entries_account on ledger_entries (account_id, tx_seq);

create function ledger_refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'ledger rows are never changed or removed (% on %)', tg_op, tg_table_name using errcode = 'GL005';
end $$;

create trigger ledger_transactions_immutable before update or delete on ledger_transactions
  for each row execute function ledger_refuse_change();
create trigger ledger_transactions_kept before truncate on ledger_transactions
  for each statement execute function ledger_refuse_change();
create trigger ledger_entries_immutable before update or delete on ledger_entries
  for each row execute function ledger_refuse_change();
create trigger ledger_entries_kept before truncate on ledger_entries
  for each statement execute function ledger_refuse_change();
create trigger ledger_accounts_immutable before update or delete on ledger_accounts
  for each row execute function ledger_refuse_change();
create trigger ledger_accounts_kept before truncate on ledger_accounts
  for each statement execute function ledger_refuse_change();

-- Entries → balances, set-based, after checking what the entries refer to: a transaction written by this
-- same database transaction (GL005) and an existing account. One lock pass in account order with the hot
-- platform and tax accounts last, so that two writers cannot deadlock and hold the busiest rows shortest.
--
-- Plans are made once per connection, perhaps while the tables are empty, and kept: so index look-ups from the
-- rows at hand, never a scan of all accounts, and the time does not grow with the number of accounts.
create function ledger_apply_entries() returns trigger language plpgsql security definer
  set search_path = public, pg_temp
  set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off
as $$
declare
  stranger text;
  missing bigint;
begin
  select coalesce(t.id, a.tx_seq::text) into stranger
    from (select distinct tx_seq from added) a
    left join ledger_transactions t on t.seq = a.tx_seq
   where t.created_xid is distinct from pg_current_xact_id()
   limit 1;
  if stranger is not null then
    raise exception 'transaction % is closed or does not exist', stranger using errcode = 'GL005';
  end if;

  -- Almost always every account has its row already, and looking is cheaper than an insert that adds nothing.
  if exists (
    select from added n where not exists (select from ledger_balances b where b.account_id = n.account_id)
  ) then
    insert into ledger_balances (account_id, class)
    select a.id, a.class
      from (select distinct account_id from added) n
      join ledger_accounts a on a.id = n.account_id
     where not exists (select from ledger_balances b where b.account_id = a.id)
     order by a.id
    on conflict do nothing;

    select n.account_id into missing
      from added n where not exists (select from ledger_balances b where b.account_id = n.account_id)
     limit 1;
    if missing is not null then
      raise exception 'account % does not exist', missing using errcode = 'foreign_key_violation';
    end if;
  end if;

  perform from ledger_balances b
    where b.account_id in (select account_id from added)
    order by (b.class in ('platform', 'tax', 'provider', 'clearing')), b.account_id
      for update;

  update ledger_balances b
     set posted = b.posted + d.posted,
         pending_in = b.pending_in + d.pending_in,
         pending_out = b.pending_out + d.pending_out
    from (
      select account_id,
             coalesce(sum(amount) filter (where layer = 'posted'), 0) as posted,
             coalesce(sum(amount) filter (where layer = 'pending' and amount > 0), 0)
               + coalesce(sum(amount) filter (where layer = 'release' and amount < 0), 0) as pending_in,
             coalesce(-sum(amount) filter (where layer = 'pending' and amount < 0), 0)
               + coalesce(-sum(amount) filter (where layer = 'release' and amount > 0), 0) as pending_out
        from added
       group by account_id
    ) d
   where b.account_id = d.account_id;
  return null;
end $$;

create trigger ledger_entries_apply after insert on ledger_entries
  referencing new table as added
  for each statement execute function ledger_apply_entries();

-- Checked at commit, when all entries of the transaction are there: each layer sums to zero, at least two
-- entries, and the layers fit the kind. A `release` must mirror its pending transaction entry by entry.
create function ledger_check_transaction() returns trigger language plpgsql security definer
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
  return null;
end $$;

create constraint trigger ledger_transactions_balanced after insert on ledger_transactions
  deferrable initially deferred
  for each row execute function ledger_check_transaction();

-- Posts a batch in one round trip. Repeating an id with the same body changes nothing and answers
-- 'exists'; with another body the whole batch is refused (GL001). Resolving a pending transaction twice is
-- GL002, resolving one that does not exist or is not pending is GL003, an overdraft is a check violation.
-- Callers split a refused batch to find the guilty one: set-based work for the many good ones costs a
-- fraction of posting one by one (bench/README.md, ledger).
--
-- Steps that only repeats or resolutions need are left out when the batch has none. Plans as above.
create function ledger_post_batch(
  tx_ids text[], tx_kinds text[], tx_reasons text[], tx_subjects text[], tx_hashes bytea[], tx_pending text[],
  entry_tx int[], entry_accounts text[], entry_classes text[], entry_amounts bigint[]
) returns table (tx_index int, outcome text) language plpgsql
  set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set enable_mergejoin = off set jit = off
as $$
declare
  bad text;
  resolving boolean := array_remove(tx_pending, null) <> '{}';
  account_ids bigint[];
  new_ids text[];
  -- In the order the rows were made, then by position in tx_ids: null where the transaction is not made here.
  new_seqs bigint[];
  all_new boolean;
begin
  account_ids := ledger_account_ids(entry_accounts);
  if array_position(account_ids, null) is not null then
    insert into ledger_accounts (code, class)
    select distinct e.code, e.class
      from unnest(entry_accounts, entry_classes) as e (code, class)
     where not exists (select from ledger_accounts a where a.code = e.code)
     order by e.code
    on conflict (code) do nothing;
    account_ids := ledger_account_ids(entry_accounts);
  end if;

  if resolving then
    select i.id into bad
      from unnest(tx_ids, tx_pending) as i (id, pending_id)
      left join ledger_transactions p on p.id = i.pending_id
     where i.pending_id is not null and coalesce(p.kind, '') <> 'pending'
     limit 1;
    if bad is not null then
      raise exception 'transaction % resolves what is not pending', bad using errcode = 'GL003';
    end if;
  end if;

  begin
    with made as (
      insert into ledger_transactions (id, kind, reason, subject_id, body_hash, pending_id)
      select id, kind, reason, subject_id, body_hash, pending_id
        from unnest(tx_ids, tx_kinds, tx_reasons, tx_subjects, tx_hashes, tx_pending)
          with ordinality as i (id, kind, reason, subject_id, body_hash, pending_id, n)
       order by n
      on conflict (id) do nothing
      returning seq, id
    )
    select coalesce(array_agg(seq), '{}'), coalesce(array_agg(id), '{}') into new_seqs, new_ids from made;
  exception when unique_violation then
    raise exception 'a pending transaction is already resolved: %', sqlerrm using errcode = 'GL002';
  end;

  all_new := new_ids = tx_ids;
  if not all_new then
    select i.id into bad
      from unnest(tx_ids, tx_hashes) as i (id, body_hash)
      join ledger_transactions t on t.id = i.id
     where t.body_hash <> i.body_hash
     limit 1;
    if bad is not null then
      raise exception 'transaction % exists with another body', bad using errcode = 'GL001';
    end if;
    -- An id repeated inside one batch brings its entries once.
    select array_agg(case when i.n = i.first_n then m.seq end order by i.n) into new_seqs
      from (
        select id, n, min(n) over (partition by id) as first_n from unnest(tx_ids) with ordinality as x (id, n)
      ) i
      left join unnest(new_ids, new_seqs) as m (id, seq) on m.id = i.id;
  end if;

  insert into ledger_entries (tx_seq, account_id, layer, amount)
  select t.seq, e.account_id, case t.kind when 'pending' then 'pending' else 'posted' end, e.amount
    from unnest(entry_tx, account_ids, entry_amounts) as e (n, account_id, amount)
    join unnest(new_seqs, tx_kinds) with ordinality as t (seq, kind, n) on t.n = e.n
   where t.seq is not null
  union all
  select t.seq, e.account_id, 'release', -e.amount
    from unnest(new_seqs, tx_pending) as t (seq, pending_id)
    join ledger_transactions p on p.id = t.pending_id
    join ledger_entries e on e.tx_seq = p.seq and e.layer = 'pending'
   where resolving and t.seq is not null;

  return query
    select i.n::int, case when all_new or i.id = any (new_ids) then 'created' else 'exists' end
      from unnest(tx_ids) with ordinality as i (id, n) order by i.n;
end $$;

-- The account of each entry, in the order of the codes; null where there is none yet.
create function ledger_account_ids(codes text[]) returns bigint[] language plpgsql as $$
begin
  return array(
    select a.id from unnest(codes) with ordinality as e (code, n)
      left join ledger_accounts a on a.code = e.code order by e.n);
end $$;

grant select, insert on ledger_accounts, ledger_transactions, ledger_entries to gamma_app;
grant select on ledger_balances to gamma_app;
