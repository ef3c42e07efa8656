-- Up Migration
-- An order's number has one spelling (domain/intake/orderId.ts); rows from before may have others: `W` and `W` with a
-- no-break space were two orders. Here each such row gets the one spelling where it is free, and keeps its id, which was
-- derived from the old one: intake looks it up by order_spellings. Where two orders turn out to be one, nothing is
-- merged (both may have been paid): same_as says which order has the number, for people to look at.

-- As domain/intake/orderId.ts for what stood in such numbers; test/api/orderIds.test.ts holds the two together.
create function order_id_plain(written text) returns text language sql immutable parallel safe as $$
  select regexp_replace(
           regexp_replace(
             btrim(regexp_replace(
               normalize(
                 translate(
                   normalize(
                     regexp_replace(
                       written,
                       '[\u0001-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U000e0000-\U000e0fff]',
                       '', 'g'),
                     nfc),
                   (select string_agg(chr(c), '' order by c) from generate_series(65281, 65374) c)
                     || '٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹०१२३४५६७८९' || U&'\2010\2011\2012\2013\2014\2015\2212\FE58\FE63',
                   (select string_agg(chr(c), '' order by c) from generate_series(33, 126) c)
                     || '012345678901234567890123456789' || '---------'),
                 nfc),
               '[\s\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+', ' ', 'g')),
             '^(''\s*)+(?=.)', ''),
           '^(0|[1-9][0-9]*)\.0+$', '\1')
$$;

create table order_spellings (
  conversion_id text primary key,
  programme_id text not null,
  -- The one spelling.
  transaction_id text not null,
  event text not null,
  spelled text not null,
  -- Null: this order has the number now. Else another one has it, and people decide what becomes of this one.
  same_as text
);
create unique index order_spellings_order on order_spellings (programme_id, transaction_id, event) where same_as is null;

with differing as (
  select * from (
    select id, programme_id, transaction_id, event, received_at, order_id_plain(transaction_id) as plain
      from conversions
     where transaction_id ~ '[^!-~]' or transaction_id like '''%' or transaction_id ~ '\.0+$'
  ) odd
   where plain <> transaction_id and plain <> ''
)
insert into order_spellings (conversion_id, programme_id, transaction_id, event, spelled, same_as)
select d.id, d.programme_id, d.plain, d.event, d.transaction_id,
       coalesce(c.id, nullif(first_value(d.id) over (partition by d.programme_id, d.plain, d.event
                                                     order by d.received_at, d.id), d.id))
  from differing d
  left join conversions c
    on c.programme_id = d.programme_id and c.transaction_id = d.plain and c.event = d.event;

update conversions c set transaction_id = s.transaction_id
  from order_spellings s
 where s.conversion_id = c.id and s.same_as is null;

grant select on order_spellings to gamma_app;
