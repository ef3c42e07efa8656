-- Up Migration
-- A single payout: one table of moves, one clock, exits of a review for two people, hints of the provider.

-- The moves of domain/payouts/moves.ts (subject payout) and domain/payouts/reviews.ts (subject review); a test
-- compares them. A state that names itself may be written again.
create table payout_moves (
  subject text not null check (subject in ('payout', 'review')),
  from_state text not null,
  to_state text not null,
  primary key (subject, from_state, to_state)
);
insert into payout_moves (subject, from_state, to_state) values
  ('payout', 'requested', 'reserved'), ('payout', 'requested', 'cancelled'),
  ('payout', 'reserved', 'submitting'), ('payout', 'reserved', 'refused'), ('payout', 'reserved', 'cancelled'),
  ('payout', 'reserved', 'review'), ('payout', 'reserved', 'requested'),
  ('payout', 'submitting', 'submitting'), ('payout', 'submitting', 'unknown'), ('payout', 'submitting', 'paid'),
  ('payout', 'submitting', 'refused'), ('payout', 'submitting', 'review'),
  ('payout', 'unknown', 'submitting'), ('payout', 'unknown', 'unknown'), ('payout', 'unknown', 'paid'),
  ('payout', 'unknown', 'refused'), ('payout', 'unknown', 'review'),
  ('payout', 'review', 'paid'), ('payout', 'review', 'cancelled'), ('payout', 'review', 'reserved'),
  ('review', 'proposed', 'confirmed'), ('review', 'proposed', 'refused'),
  ('review', 'confirmed', 'done'), ('review', 'confirmed', 'failed');

-- The argument is the subject.
create function payout_check_move() returns trigger language plpgsql as $$
begin
  if not exists (
    select from payout_moves m
     where m.subject = tg_argv[0] and m.from_state = old.state and m.to_state = new.state
  ) then
    raise exception '% % cannot go from % to %', tg_argv[0], old.id, old.state, new.state using errcode = 'check_violation',
      constraint = 'payout_moves';
  end if;
  return new;
end $$;
create trigger payouts_move before update of state on payouts
  for each row execute function payout_check_move('payout');

alter table payouts
  -- One reference each; a further attempt begins only by two people, when the one before is proved absent or refused.
  add column attempt int not null default 1 check (attempt > 0),
  -- Over all attempts: the number of a send is its fence, so that no activity run twice or late sends twice.
  add column sends int not null default 0 check (sends >= 0),
  -- Of the attempt under way. The first starts the one clock after which the asking ends; nothing restarts it.
  add column sent_first_at timestamptz,
  add column sent_last_at timestamptz,
  -- What the provider last said while people look; its id and amount are provider_reference and provider_tiyn.
  add column told_state text check (told_state in ('paid', 'refused', 'processing', 'not_found', 'unknown')),
  add column told_at timestamptz,
  add column hinted_at timestamptz,
  -- Where this payout goes, fixed by then: a further send never follows a card that was changed meanwhile.
  add column if not exists instrument_token text;
update payouts set sends = 1, sent_first_at = submitted_at, sent_last_at = updated_at where submitted_at is not null;
-- Those on their way stay with the card they were sent to, as far as it is still known.
update payouts p set instrument_token = i.instrument_token
  from influencers i
 where i.id = p.influencer_id and p.state in ('submitting', 'unknown') and p.instrument_token is null
   and i.instrument_last4 = p.instrument_last4;

-- One movement of the provider's is one payout of ours.
create unique index payouts_provider_reference on payouts (provider, provider_reference) where provider_reference is not null;

-- Attempts that ended without money moving, so that a late word about an old reference is still found.
create table payout_attempts (
  payout_id text not null references payouts,
  attempt int not null,
  reference text not null unique,
  sends int not null,
  sent_first_at timestamptz,
  sent_last_at timestamptz,
  ended_at timestamptz not null default now(),
  primary key (payout_id, attempt)
);

-- The exits of a payout in review. What is proposed is never edited; another proposal is another row.
create table payout_reviews (
  id text primary key,
  payout_id text not null references payouts,
  way_out text not null check (way_out in ('paid', 'void', 'resend')),
  -- For `paid`: the provider's id of the movement and what really arrived.
  provider_reference text check (length(provider_reference) between 1 and 100),
  paid_tiyn bigint check (paid_tiyn > 0),
  reason text not null check (length(reason) between 3 and 300),
  state text not null default 'proposed' check (state in ('proposed', 'confirmed', 'refused', 'done', 'failed')),
  proposed_by text not null,
  proposed_at timestamptz not null default now(),
  decided_by text,
  decided_at timestamptz,
  -- When the checker proved their factor: part of the proof that the effect rests on.
  factor_at timestamptz,
  decision_note text check (length(decision_note) <= 300),
  -- First "not found" of the two that a new attempt needs.
  absent_at timestamptz,
  -- Why a confirmed one could not be done, or the figures before and after it was.
  failure text,
  effect jsonb,
  ended_at timestamptz,
  check ((way_out = 'paid') = (provider_reference is not null and paid_tiyn is not null)),
  check ((decided_at is null) = (decided_by is null)),
  check ((state = 'proposed') = (decided_by is null)),
  check (state not in ('confirmed', 'done', 'failed') or factor_at is not null),
  constraint payout_reviews_four_eyes check (decided_by is null or decided_by <> proposed_by)
);
create unique index payout_reviews_one_open on payout_reviews (payout_id) where state in ('proposed', 'confirmed');
create index payout_reviews_payout on payout_reviews (payout_id, proposed_at desc);
create trigger payout_reviews_move before update of state on payout_reviews
  for each row execute function payout_check_move('review');

-- Callbacks of a provider, stored before anything acts on them. Only those about a reference of ours are kept.
create table provider_callbacks (
  id bigint generated always as identity primary key,
  provider text not null,
  reference text not null,
  payout_id text not null references payouts,
  received_at timestamptz not null default now()
);
create index provider_callbacks_payout on provider_callbacks (payout_id, received_at desc);

-- What is withheld from a payout is its tax, to the tiyn. Checked at commit, when all lines are there.
create function payout_check_tax() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
  payout record;
  withheld bigint;
begin
  if tg_table_name = 'payouts' then
    select id, state, tax_tiyn into payout from payouts where id = new.id;
  elsif tg_op = 'DELETE' then
    select id, state, tax_tiyn into payout from payouts where id = old.payout_id;
  else
    select id, state, tax_tiyn into payout from payouts where id = new.payout_id;
  end if;
  if payout.state in ('requested', 'cancelled', 'refused') then
    return null;
  end if;
  select coalesce(sum(amount_tiyn), 0) into withheld from payout_withholdings where payout_id = payout.id;
  if coalesce(payout.tax_tiyn, 0) <> withheld then
    raise exception 'payout % withholds % and its tax is %', payout.id, withheld, payout.tax_tiyn
      using errcode = 'check_violation', constraint = 'payouts_tax_is_withheld';
  end if;
  return null;
end $$;
create constraint trigger payouts_tax_is_withheld after insert or update of tax_tiyn, state on payouts
  deferrable initially deferred for each row execute function payout_check_tax();
create constraint trigger payout_withholdings_are_tax after insert or update or delete on payout_withholdings
  deferrable initially deferred for each row execute function payout_check_tax();

-- A payout's post moves what the payout says: amount from the payee, net through the provider, the rest as taxes.
create function payout_check_post() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
  payout record;
  moved record;
begin
  select id, state, influencer_id, amount_tiyn, net_tiyn, tax_tiyn into payout from payouts where id = new.subject_id;
  if not found then
    return null;
  end if;
  select coalesce(-sum(e.amount) filter (where a.code = 'payee:' || payout.influencer_id), 0) as amount,
         coalesce(sum(e.amount) filter (where a.class = 'provider'), 0) as net,
         coalesce(sum(e.amount) filter (where a.class = 'tax'), 0) as tax
    into moved
    from ledger_entries e join ledger_accounts a on a.id = e.account_id
   where e.tx_seq = new.seq and e.layer = 'posted';
  if payout.state <> 'paid' or moved.amount <> payout.amount_tiyn or moved.net <> payout.net_tiyn or moved.tax <> payout.tax_tiyn then
    raise exception 'transaction % posts amount %, net %, tax % of payout % (% with %, %, %)', new.id, moved.amount, moved.net,
      moved.tax, payout.id, payout.state, payout.amount_tiyn, payout.net_tiyn, payout.tax_tiyn
      using errcode = 'check_violation', constraint = 'payouts_post_is_payout';
  end if;
  return null;
end $$;
create constraint trigger payouts_post_is_payout after insert on ledger_transactions
  deferrable initially deferred
  for each row when (new.reason = 'payout.post') execute function payout_check_post();

-- Lists that other migrations lengthen too: whatever they hold by now, and ours.
do $$
declare
  item record;
  words text;
begin
  for item in
    select * from (values
      ('outbox', 'outbox_topic_check', 'topic', array['payout.item']),
      ('notices', 'notices_code_check', 'code', array['payout_resent', 'payout_paid_in_part'])
    ) as v (tab, con, col, added)
  loop
    select string_agg(quote_literal(w), ', ') into words
      from (
        select m[1] as w
          from pg_constraint c, regexp_matches(pg_get_constraintdef(c.oid), '''([^'']+)''', 'g') m
         where c.conname = item.con and c.conrelid = item.tab::regclass
        union
        select unnest(item.added)
      ) every_word;
    execute format('alter table %I drop constraint %I', item.tab, item.con);
    execute format('alter table %I add constraint %I check (%I in (%s))', item.tab, item.con, item.col, words);
  end loop;
end $$;

grant select on payout_moves to gamma_app;
grant select, insert on payout_attempts, provider_callbacks, payout_reviews to gamma_app;
grant update (state, decided_by, decided_at, factor_at, decision_note, absent_at, failure, effect, ended_at) on payout_reviews to gamma_app;
-- A part that comes back is taken off the lots and taxed anew.
grant update, delete on payout_lots to gamma_app;
grant delete on payout_withholdings to gamma_app;
