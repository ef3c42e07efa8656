-- Up Migration
-- Which HTTP request brought an order event: kept with its receipt and sent along to the workflow, so that a
-- shop's X-Request-Id leads from their log to ours, to the receipt and to the history in Temporal.
-- The functions are those of 0005 with one more array.

alter table receipts add column request_id text not null default '';

drop function intake_batch(text[], text[], text[], bytea[], text[], text[], text[], text[], bigint[], int[], text[], json[], text[], timestamptz[], int[], text[]);
drop function intake_all_new(text[], text[], text[], bytea[], text[], text[], text[], text[], bigint[], int[], text[], json[], text[], timestamptz[], int[], text[]);
drop function intake_apply(intake_change[], text[], text[], text[], text[], timestamptz[], int[], text[]);
drop function intake_message(text, text, text, bigint, text);

create function intake_message(conversion_id text, receipt_id text, order_status text, sale_tiyn bigint, at text, request_id text)
returns jsonb language sql stable as $$
  select jsonb_build_object(
    'conversionId', conversion_id, 'receiptId', receipt_id, 'status', order_status,
    'sale', (sale_tiyn / 100)::text || '.' || lpad((sale_tiyn % 100)::text, 2, '0'),
    'at', at, 'requestId', request_id)
$$;

create function intake_apply(
  changes intake_change[], receipt_ids text[], conversion_ids text[], occurred text[],
  click_ids text[], clicked timestamptz[], link_numbers int[], influencers text[], request_ids text[]
) returns void language sql as $$
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

  insert into outbox (topic, subject_id, payload)
  select 'conversion.order', conversion_ids[x.n],
         intake_message(conversion_ids[x.n], receipt_ids[x.n], x.order_status, x.sale_tiyn, occurred[x.n], request_ids[x.n])
    from unnest(changes) x where x.told order by x.n;
$$;

create function intake_all_new(
  receipt_ids text[], programme_ids text[], webhook_ids text[], body_hashes bytea[],
  conversion_ids text[], transaction_ids text[], events text[], statuses text[], sales bigint[],
  versions int[], occurred text[], details json[],
  click_ids text[], clicked timestamptz[], link_numbers int[], reasons text[], request_ids text[]
) returns table (
  n bigint, verdict text, conversion_id text, state text, order_status text, reason_code text
) language plpgsql as $$
#variable_conflict use_column
begin
  return query
    with event as materialized (
      -- Who is credited: the influencer of the clicked link, if the link is one of this programme.
      select i.*, i.occurred_at::timestamptz as at, l.influencer_id,
             case when i.reason is not null then i.reason
                  when l.number is not null then null
                  when exists (select from links o where o.number = i.link_number) then 'click_other_programme'
                  else 'click_link_unknown' end as refusal
        from unnest(receipt_ids, programme_ids, webhook_ids, body_hashes, conversion_ids, transaction_ids, events,
                    statuses, sales, versions, occurred, details, click_ids, clicked, link_numbers, reasons, request_ids)
          with ordinality as i (receipt_id, programme_id, webhook_id, body_hash, id, transaction_id, event,
                    status, sale, version, occurred_at, details, click_id, clicked_at, link_number, reason,
                    request_id, n)
        left join links l on l.number = i.link_number and l.programme_id = i.programme_id and i.reason is null
    ), received as (
      insert into receipts (id, programme_id, webhook_id, body_hash, verdict, reason_code, conversion_id,
                            order_status, sale_tiyn, event_version, occurred_at, details, request_id)
      select receipt_id, programme_id, webhook_id, body_hash,
             case when refusal is null then 'accepted' else 'unmatched' end,
             refusal, id, status, sale, version, at, details, request_id
        from event
    ), converted as (
      insert into conversions (id, programme_id, transaction_id, event, state, reason_code, click_id, clicked_at,
                               link_number, influencer_id, order_status, sale_tiyn, ordered_at)
      select id, programme_id, transaction_id, event, case when refusal is null then 'RECEIVED' else 'UNMATCHED' end,
             refusal, case when refusal is null then click_id end, case when refusal is null then clicked_at end,
             case when refusal is null then link_number end, influencer_id, status, coalesce(sale, 0), at
        from event
    ), told as (
      insert into conversion_history (conversion_id, to_state, reason_code, detail)
      select id, case when refusal is null then 'RECEIVED' else 'UNMATCHED' end, refusal,
             jsonb_build_object('receipt_id', receipt_id)
        from event
    ), queued as (
      insert into outbox (topic, subject_id, payload)
      select 'conversion.order', id, intake_message(id, receipt_id, status, coalesce(sale, 0), occurred_at, request_id)
        from event where refusal is null
       order by n
    )
    select n, case when refusal is null then 'accepted' else 'unmatched' end, id,
           case when refusal is null then 'RECEIVED' else 'UNMATCHED' end, status, refusal
      from event
     order by n;
exception when unique_violation then
  raise exception 'another process is storing one of these orders' using errcode = '40001';
end $$;

create function intake_batch(
  receipt_ids text[], programme_ids text[], webhook_ids text[], body_hashes bytea[],
  conversion_ids text[], transaction_ids text[], events text[], statuses text[], sales bigint[],
  versions int[], occurred text[], details json[],
  click_ids text[], clicked timestamptz[], link_numbers int[], reasons text[], request_ids text[]
) returns table (
  n bigint, verdict text, conversion_id text, state text, order_status text, reason_code text
) language plpgsql
-- Plans are made once per connection, perhaps while the tables are empty; they must still be right when the
-- tables hold millions of rows. So: index look-ups from the batch, never a scan of a table, never a re-plan.
set plan_cache_mode = force_generic_plan
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off
as $$
#variable_conflict use_column
declare
  seen bigint[];
  existing text[];
  influencers text[];
  refusals text[];
  changes intake_change[];
  expected int;
  stored int;
begin
  select array_agg(i.n) into seen
    from unnest(receipt_ids) with ordinality as i (id, n)
    join receipts r on r.id = i.id;

  with locked as (
    select c.id from conversions c where c.id = any (conversion_ids) order by c.id for update
  )
  select array_agg(id) into existing from locked;

  if seen is null and existing is null then
    return query
      select * from intake_all_new(
        receipt_ids, programme_ids, webhook_ids, body_hashes, conversion_ids, transaction_ids, events, statuses,
        sales, versions, occurred, details, click_ids, clicked, link_numbers, reasons, request_ids);
    return;
  end if;

  -- Who is credited: the influencer of the clicked link, if the link is one of this programme.
  select array_agg(l.influencer_id order by i.n),
         array_agg(case
           when i.reason is not null then i.reason
           when l.number is not null then null
           when exists (select from links o where o.number = i.link_number) then 'click_other_programme'
           else 'click_link_unknown'
         end order by i.n)
    into influencers, refusals
    from unnest(link_numbers, programme_ids, reasons) with ordinality as i (link_number, programme_id, reason, n)
    left join links l on l.number = i.link_number and l.programme_id = i.programme_id;

  if existing is not null then
    changes := intake_changes(
      webhook_ids, conversion_ids, statuses, sales, versions, occurred, details, influencers, existing, seen);
  end if;

  with made as (
    insert into receipts (id, programme_id, webhook_id, body_hash, verdict, reason_code, conversion_id,
                          order_status, sale_tiyn, event_version, occurred_at, details, request_id)
    select i.id, i.programme_id, i.webhook_id, i.body_hash,
           coalesce(x.verdict, case when i.refusal is null then 'accepted' else 'unmatched' end),
           i.refusal, i.conversion_id, i.status, i.sale, i.version, i.occurred_at::timestamptz, i.details, i.request_id
      from unnest(receipt_ids, programme_ids, webhook_ids, body_hashes, conversion_ids, statuses, sales,
                  versions, occurred, details, refusals, request_ids)
        with ordinality as i (id, programme_id, webhook_id, body_hash, conversion_id, status, sale,
                              version, occurred_at, details, refusal, request_id, n)
      left join unnest(changes) x on x.n = i.n
     where (seen is null or i.n <> all (seen)) and x.verdict is distinct from 'version_conflict'
    on conflict do nothing
    returning 1
  )
  select count(*) into stored from made;
  expected := cardinality(receipt_ids) - coalesce(cardinality(seen), 0)
    - (select count(*) from unnest(changes) x where x.verdict = 'version_conflict');
  if stored <> expected then
    raise exception 'another process is storing one of these receipts' using errcode = '40001';
  end if;

  with fresh as (
    select i.*, case when i.refusal is null then 'RECEIVED' else 'UNMATCHED' end as new_state
      from unnest(receipt_ids, conversion_ids, programme_ids, transaction_ids, events, statuses, sales, occurred,
                  click_ids, clicked, link_numbers, influencers, refusals, request_ids)
        with ordinality as i (receipt_id, id, programme_id, transaction_id, event, status, sale, occurred_at,
                              click_id, clicked_at, link_number, influencer_id, refusal, request_id, n)
     where (existing is null or i.id <> all (existing)) and (seen is null or i.n <> all (seen))
  ), made as (
    insert into conversions (id, programme_id, transaction_id, event, state, reason_code, click_id, clicked_at,
                             link_number, influencer_id, order_status, sale_tiyn, ordered_at)
    select id, programme_id, transaction_id, event, new_state, refusal,
           case when refusal is null then click_id end, case when refusal is null then clicked_at end,
           case when refusal is null then link_number end, influencer_id,
           status, coalesce(sale, 0), occurred_at::timestamptz
      from fresh
    on conflict do nothing
    returning 1
  ), told as (
    insert into conversion_history (conversion_id, to_state, reason_code, detail)
    select id, new_state, refusal, jsonb_build_object('receipt_id', receipt_id) from fresh
  ), queued as (
    insert into outbox (topic, subject_id, payload)
    select 'conversion.order', id, intake_message(id, receipt_id, status, coalesce(sale, 0), occurred_at, request_id)
      from fresh where refusal is null
     order by n
  )
  select (select count(*) from fresh) - (select count(*) from made) into stored;
  if stored <> 0 then
    raise exception 'another process is storing one of these conversions' using errcode = '40001';
  end if;

  if changes is not null then
    perform intake_apply(
      changes, receipt_ids, conversion_ids, occurred, click_ids, clicked, link_numbers, influencers, request_ids);
  end if;

  return query
    select i.n,
           case when r.id is null then
                  coalesce(x.verdict, case when i.refusal is null then 'accepted' else 'unmatched' end)
                when r.body_hash = i.body_hash then 'duplicate'
                else 'webhook_conflict' end,
           coalesce(r.conversion_id, i.conversion_id),
           coalesce(c.state, case when i.refusal is null then 'RECEIVED' else 'UNMATCHED' end),
           coalesce(c.order_status, i.status),
           case when c.id is null then i.refusal
                when c.state = 'UNMATCHED' then coalesce(c.reason_code, i.refusal) end
      from unnest(receipt_ids, conversion_ids, body_hashes, statuses, refusals)
        with ordinality as i (receipt_id, conversion_id, body_hash, status, refusal, n)
      left join unnest(changes) x on x.n = i.n
      left join receipts r on seen is not null and i.n = any (seen) and r.id = i.receipt_id
      left join conversions c
        on (r.id is not null or x.n is not null) and c.id = coalesce(r.conversion_id, i.conversion_id)
     order by i.n;
end $$;
