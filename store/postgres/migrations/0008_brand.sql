-- Up Migration
-- What a brand sees and does: its figures, its orders and decisions about them, its programmes.

-- The overview sums a period of a programme: everything it sums stands in the index, so it never visits the rows.
create index conversions_programme on conversions (programme_id, ordered_at desc, id desc)
  include (state, sale_tiyn, gross_tiyn, influencer_id, link_number);
create index receipts_programme on receipts (programme_id, received_at desc);

grant update (name, hosts, confirmation, status_map) on programmes to gamma_app;

-- A person's decision about orders. Each order it changed has a receipt whose webhook id begins with
-- 'dashboard ': a space cannot occur in a shop's webhook id, so no shop can make one.
create table order_decisions (
  id text primary key,
  brand_id text not null references brands,
  decided_by text not null,
  decision text not null check (decision in ('approve', 'reject')),
  reason_code text check (reason_code in (
    'buyer_cancelled', 'goods_returned', 'not_paid', 'out_of_stock', 'duplicate_order', 'fraud_suspected',
    'terms_violated', 'test_order', 'other')),
  reason_text text,
  applied int not null,
  created_at timestamptz not null default now(),
  check ((decision = 'reject') = (reason_code is not null))
);
create index order_decisions_brand on order_decisions (brand_id, created_at desc);
grant select, insert on order_decisions to gamma_app;

-- As in migration 0005, but one event_version may hold an event of the shop and decisions of people: a decision
-- is placed at the newest version it saw, and must never make the shop's own event of that version a conflict.
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
    select e.n, r.webhook_id, r.order_status, r.sale_tiyn, r.event_version, r.occurred_at,
           (r.order_status, r.event_version) = (e.status, e.version)
             and r.sale_tiyn is not distinct from e.sale and r.details::text = e.details::text as same,
           e.version > 0 and r.event_version = e.version
             and not starts_with(r.webhook_id, 'dashboard ') and not starts_with(e.webhook_id, 'dashboard ')
             as same_version
      from event e join receipts r on r.conversion_id = e.conversion_id
  ), compared as (
    select n, bool_or(same) as repeated, bool_or(same_version and not same) as conflicting from stored group by n
  ), folded as (
    select n,
           (array_agg(order_status order by event_version desc, occurred_at desc, webhook_id collate "C" desc))[1]
             as order_status,
           coalesce((array_agg(sale_tiyn order by event_version desc, occurred_at desc, webhook_id collate "C" desc)
             filter (where sale_tiyn is not null))[1], 0) as sale_tiyn,
           min(occurred_at) as ordered_at
      from (
        select n, webhook_id, order_status, sale_tiyn, event_version, occurred_at from stored
        union all
        select n, webhook_id, status, sale, version, occurred_at::timestamptz from event
      ) every_event
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
