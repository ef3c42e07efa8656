-- A brand's clicks by link read every row of the rollup, and by influencer a third as many, because
-- no sums began with the programme. These do, and leave the reason out, so they are also the fewest rows for figures
-- of all influencers. They cost a batch of 25,000 clicks 4 to 5 ms of CPU (under 3 %: bench/README.md).
--
-- Safe to run again, and with drains at work, as 0003 is. An insert that was under way when the projection was added
-- leaves a part without it: its rows are counted as they are, and the next migration makes its sums (migrate.ts).

alter table clicks_daily {{on_cluster}} add projection if not exists by_link (
  select programme_id, influencer_id, link_number, day,
         sum(clicks), sum(billable_clicks), sum(if(is_repeat = 1, 0, billable_clicks))
  group by programme_id, influencer_id, link_number, day
);

alter table clicks_daily {{on_cluster}} materialize projection by_link;
