-- Up Migration
-- Late truth: a shop may change its mind in any state, and what it says is never lost. Money taken back after the
-- release comes from the lot, else from payouts that nobody approved, else it is a debt of the payee.

-- What people and the clock have said about an order, where the workflow's every step reads it: Temporal holds
-- no truth of its own, so a lost or forged message moves nothing.
alter table conversions
  -- The workflow that waits for this order when it is not `conv/<id>`: an adjustment that brought it back.
  add column driver text,
  -- conversion_actions.id of the person's word that stands in for the shop's, or ends the order.
  add column released_by_action bigint,
  -- A release lets the sale pass the ceilings as it was then, not whatever it becomes.
  add column released_sale_tiyn bigint,
  add column cancelled_by_action bigint,
  -- The order as a person saw it when cancelling: a later word of the shop is news, the same one is not.
  add column cancelled_status text,
  add column cancelled_sale_tiyn bigint,
  -- Since when it waits for what reason_code says; silence is measured from here, also by a workflow started anew.
  add column waits_since timestamptz,
  -- When the promise that is pending now was made.
  add column accrued_at timestamptz,
  -- More than was released: an accrual of its own with its own hold (null when there is none).
  add column more_revision int,
  add column more_gross_tiyn bigint,
  add column more_fee_tiyn bigint,
  add column more_payable_tiyn bigint,
  add column more_held_until timestamptz,
  add constraint conversions_more_whole check (
    (more_revision is null) = (more_gross_tiyn is null) and (more_revision is null) = (more_fee_tiyn is null)
    and (more_revision is null) = (more_payable_tiyn is null) and (more_revision is null) = (more_held_until is null)
    and (more_gross_tiyn is null or more_gross_tiyn = more_fee_tiyn + more_payable_tiyn));
-- Small: what is beyond a ceiling waits for a person.
create index conversions_over on conversions (updated_at)
  where state in ('PAYABLE', 'PAID')
    and reason_code in ('over_order_limit', 'over_day_limit', 'over_credit_limit', 'not_confirmed', 'payee_not_ready');
create index conversions_more on conversions (more_held_until) where more_revision is not null;

-- A cancelled order may be approved by its shop later and be decided about again.
drop index conversion_actions_one_cancel;

-- From when the return period runs. A parcel that travels for two weeks must not use it up.
alter table programme_terms add column hold_from text not null default 'order' check (hold_from in ('order', 'delivery'));
update programme_terms t set hold_from = 'delivery' from programmes p where p.id = t.programme_id and p.confirmation = 'poll';

-- Ceilings beyond which a person looks; nothing is refused. Null: the platform's default, or none.
alter table programmes
  add column order_limit_tiyn bigint check (order_limit_tiyn > 0),
  add column day_limit_tiyn bigint check (day_limit_tiyn > 0);
alter table brands add column credit_limit_tiyn bigint check (credit_limit_tiyn > 0);
grant update (order_limit_tiyn, day_limit_tiyn) on programmes to gamma_app;
grant update (credit_limit_tiyn) on brands to gamma_app;

-- Promised on an Almaty day by a programme that has a limit for it.
create table programme_days (
  programme_id text not null references programmes,
  day date not null,
  sale_tiyn bigint not null check (sale_tiyn >= 0),
  primary key (programme_id, day)
);
grant select, insert on programme_days to gamma_app;
grant update (sale_tiyn) on programme_days to gamma_app;

-- Held rows of before had their promise made when they came.
update conversions set accrued_at = received_at, waits_since = updated_at where state in ('HELD', 'REVIEW');

-- A lot may be cut after parts of it were taken, so what each part took of the gross is kept, not computed from
-- the whole: the parts always sum to the lot.
alter table payable_lots add column consumed_gross_tiyn bigint not null default 0;
update payable_lots l set consumed_gross_tiyn = (
  select coalesce(sum(t.gross_tiyn), 0) from payout_lots t join payouts p on p.id = t.payout_id
   where t.conversion_id = l.conversion_id and p.state not in ('refused', 'cancelled'));
alter table payable_lots drop constraint payable_lots_gross_tiyn_check, drop constraint payable_lots_payable_tiyn_check;
alter table payable_lots
  add constraint payable_lots_gross_tiyn_check check (gross_tiyn >= 0),
  add constraint payable_lots_payable_tiyn_check check (payable_tiyn >= 0),
  add constraint payable_lots_consumed_gross check (consumed_gross_tiyn between 0 and gross_tiyn);

-- What a payee owes us: a negative balance that may never turn into money of theirs.
alter table ledger_accounts drop constraint ledger_accounts_class_check;
alter table ledger_accounts add constraint ledger_accounts_class_check
  check (class in ('advertiser', 'payee', 'platform', 'tax', 'provider', 'clearing', 'debt'));
alter table ledger_balances add constraint ledger_balances_debt_only
  check (class <> 'debt' or posted + pending_in <= 0);

-- Each change of what was released, with the event that brought it: never edited.
create table conversion_corrections (
  conversion_id text not null references conversions,
  -- The ledger transaction is `<conversion>:correct:<revision>`.
  revision int not null,
  kind text not null check (kind in ('taken_back', 'raised')),
  gross_tiyn bigint not null check (gross_tiyn >= 0),
  fee_tiyn bigint not null check (fee_tiyn >= 0),
  payable_tiyn bigint not null check (payable_tiyn >= 0),
  -- Of payable_tiyn: what was no longer on the balance and became a debt.
  debt_tiyn bigint not null default 0 check (debt_tiyn between 0 and payable_tiyn),
  reason_code text not null,
  at timestamptz not null default now(),
  primary key (conversion_id, revision),
  check (gross_tiyn = fee_tiyn + payable_tiyn)
);
grant select, insert on conversion_corrections to gamma_app;

create table debts (
  id text primary key,
  influencer_id text not null references influencers,
  conversion_id text not null,
  revision int not null,
  amount_tiyn bigint not null check (amount_tiyn > 0),
  netted_tiyn bigint not null default 0,
  written_off_tiyn bigint not null default 0,
  created_at timestamptz not null default now(),
  unique (conversion_id, revision),
  foreign key (conversion_id, revision) references conversion_corrections (conversion_id, revision),
  check (netted_tiyn >= 0 and written_off_tiyn >= 0 and netted_tiyn + written_off_tiyn <= amount_tiyn)
);
create index debts_open on debts (influencer_id, created_at, id) where netted_tiyn + written_off_tiyn < amount_tiyn;
create index debts_influencer on debts (influencer_id, created_at desc, id desc);

-- Which later earnings paid a debt.
create table debt_nettings (
  id text not null,
  debt_id text not null references debts,
  lot_conversion_id text not null references payable_lots (conversion_id),
  payable_tiyn bigint not null check (payable_tiyn > 0),
  gross_tiyn bigint not null,
  at timestamptz not null default now(),
  primary key (id, debt_id, lot_conversion_id)
);
create index debt_nettings_debt on debt_nettings (debt_id);

-- A debt that nobody will pay is given up by two people, once it is old enough.
create table debt_write_offs (
  id bigint generated always as identity primary key,
  debt_id text not null references debts,
  amount_tiyn bigint not null check (amount_tiyn > 0),
  reason text not null check (length(reason) between 3 and 300),
  proposed_by text not null,
  proposed_at timestamptz not null default now(),
  decided_by text,
  decided_at timestamptz,
  decision text check (decision in ('approved', 'refused')),
  check ((decided_by is null) = (decided_at is null) and (decided_by is null) = (decision is null)),
  check (decided_by is null or decided_by <> proposed_by)
);
create unique index debt_write_offs_one_open on debt_write_offs (debt_id) where decision is null;

grant select, insert on debts, debt_nettings, debt_write_offs to gamma_app;
grant update (netted_tiyn, written_off_tiyn) on debts to gamma_app;
grant update (decided_by, decided_at, decision) on debt_write_offs to gamma_app;

alter table outbox drop constraint outbox_topic_check;
alter table outbox add constraint outbox_topic_check check (topic in (
  'conversion.order', 'conversion.late', 'conversion.acted', 'conversion.paid', 'conversion.payee', 'payee.updated',
  'payout.requested'));

alter table notices drop constraint notices_code_check;
alter table notices add constraint notices_code_check check (code in (
  'money_payable', 'order_cancelled', 'order_taken_back', 'order_corrected', 'debt_made', 'debt_netted',
  'payout_paid', 'payout_refused', 'payout_review', 'instrument_changed', 'instrument_stopped', 'tax_status_pending',
  'tax_status_confirmed', 'tax_status_rejected', 'tax_status_expiring', 'link_taken_down', 'link_restored'));

-- How final a status is: of two events at the same version and time the more final one stands (docs/postbacks.md).
create function order_finality(order_status text) returns int language sql immutable parallel safe as $$
  select case order_status when 'pending' then 0 when 'approved' then 1 when 'partially_refunded' then 2
                           when 'rejected' then 3 when 'refunded' then 4 end
$$;

-- An event we made: a person's decision or a shop's answer to our question. A space cannot occur in a shop's webhook id.
create function order_event_is_ours(webhook_id text) returns boolean language sql immutable parallel safe as $$
  select starts_with(webhook_id, 'dashboard ') or starts_with(webhook_id, 'poll ')
$$;

-- As in 0008, with ties told by the events themselves: (event_version, occurred_at, finality of the status, smaller
-- value); and one numbered event told again later is the same event, at the time it was told first
-- (domain/intake/fold.ts is the same rule in TypeScript).
create or replace function intake_changes(
  webhook_ids text[], conversion_ids text[], statuses text[], sales bigint[], versions int[],
  occurred text[], details json[], influencers text[], existing text[], seen bigint[]
) returns intake_change[] language sql stable as $$
  with event as (
    select i.*
      from unnest(webhook_ids, conversion_ids, statuses, sales, versions, occurred, details, influencers)
        with ordinality as i (webhook_id, conversion_id, status, sale, version, occurred_at, details, influencer_id, n)
     where i.conversion_id = any (existing) and (seen is null or i.n <> all (seen))
  ), stored as (
    select e.n, order_event_is_ours(r.webhook_id) as ours, r.order_status, r.sale_tiyn, r.event_version, r.occurred_at,
           (r.order_status, r.event_version) = (e.status, e.version)
             and r.sale_tiyn is not distinct from e.sale and r.details::text = e.details::text as same,
           e.version > 0 and r.event_version = e.version
             and not order_event_is_ours(r.webhook_id) and not order_event_is_ours(e.webhook_id) as same_version
      from event e join receipts r on r.conversion_id = e.conversion_id
  ), compared as (
    select n, bool_or(same) as repeated, bool_or(same_version and not same) as conflicting from stored group by n
  ), every_event as (
    select n, order_status, sale_tiyn, event_version,
           case when event_version > 0 and not ours
                then min(occurred_at) over (partition by n, ours, event_version) else occurred_at end as at
      from (
        select n, ours, order_status, sale_tiyn, event_version, occurred_at from stored
        union all
        select n, order_event_is_ours(webhook_id), status, sale, version, occurred_at::timestamptz from event
      ) told
  ), folded as (
    select n,
           (array_agg(order_status order by event_version desc, at desc, order_finality(order_status) desc))[1]
             as order_status,
           coalesce((array_agg(sale_tiyn
                               order by event_version desc, at desc, order_finality(order_status) desc, sale_tiyn)
             filter (where sale_tiyn is not null))[1], 0) as sale_tiyn,
           min(at) as ordered_at
      from every_event
     group by n
  ), judged as (
    select e.n, f.order_status, f.sale_tiyn, f.ordered_at, c.state = 'UNMATCHED' as unmatched,
           c.state = 'UNMATCHED' and e.influencer_id is not null as credited,
           (c.order_status, c.sale_tiyn) <> (f.order_status, f.sale_tiyn) as moved,
           coalesce(m.repeated, false) as repeated, coalesce(m.conflicting, false) as conflicting
      from event e
      join conversions c on c.id = e.conversion_id
      join folded f on f.n = e.n
      left join compared m on m.n = e.n
  )
  select array_agg(row(
           n,
           case when conflicting then 'version_conflict'
                when credited then 'updated'
                when repeated and not moved then 'duplicate'
                when unmatched then 'unmatched'
                else 'updated' end,
           order_status, sale_tiyn, ordered_at, credited and not conflicting,
           not conflicting and (credited or (moved and not unmatched)))::intake_change)
    from judged
$$;

-- As in 0011; what is told after the money was released, or after the order ended, is its own topic: it becomes an
-- adjustment. The state is read under the row's lock, so an event is heard by exactly one of the two.
create or replace function intake_apply(
  changes intake_change[], receipt_ids text[], conversion_ids text[], occurred text[],
  click_ids text[], clicked timestamptz[], link_numbers int[], influencers text[], request_ids text[]
) returns void language sql as $$
  insert into outbox (topic, subject_id, payload)
  select case when c.state in ('PAYABLE', 'PAID', 'CANCELLED', 'REFUSED') then 'conversion.late' else 'conversion.order' end,
         c.id, intake_message(c.id, receipt_ids[x.n], x.order_status, x.sale_tiyn, occurred[x.n], request_ids[x.n])
    from unnest(changes) x join conversions c on c.id = conversion_ids[x.n]
   where x.told order by x.n;

  update conversions c
     set order_status = x.order_status, sale_tiyn = x.sale_tiyn, ordered_at = x.ordered_at, updated_at = now(),
         state = case when x.credited then 'RECEIVED' else c.state end,
         reason_code = case when x.credited then null else c.reason_code end,
         click_id = case when x.credited then i.click_id else c.click_id end,
         clicked_at = case when x.credited then i.clicked_at else c.clicked_at end,
         link_number = case when x.credited then i.link_number else c.link_number end,
         influencer_id = case when x.credited then i.influencer_id else c.influencer_id end
    from unnest(changes) x
    join unnest(conversion_ids, click_ids, clicked, link_numbers, influencers)
      with ordinality as i (id, click_id, clicked_at, link_number, influencer_id, n) on i.n = x.n
   where c.id = i.id and x.verdict <> 'version_conflict'
     and (x.credited or (c.order_status, c.sale_tiyn, c.ordered_at) <> (x.order_status, x.sale_tiyn, x.ordered_at));

  insert into conversion_history (conversion_id, from_state, to_state, detail)
  select conversion_ids[x.n], 'UNMATCHED', 'RECEIVED', jsonb_build_object('receipt_id', receipt_ids[x.n])
    from unnest(changes) x where x.credited;
$$;
