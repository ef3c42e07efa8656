-- Parts are only merged with parts that have the same projections. With sums made by merges alone (0002), a part that
-- was not merged beside its neighbours while it was new stayed without them for ever, and so did the clicks that come
-- late to a month merged long ago: each report read more and more small parts, row by row. So an insert makes the
-- sums of its own rows (a twentieth of what a batch costs in all), and every part has the same.
--
-- Safe to run again, and with drains at work: projections belong to parts, so no token is forgotten. The engine makes
-- what is missing in its own time (11 M rows of parts without sums took 30 s); reports are right meanwhile.

alter table clicks_daily {{on_cluster}} modify setting materialize_projections_on_insert = 1;

alter table clicks_daily {{on_cluster}} materialize projection by_programme;

alter table clicks_daily {{on_cluster}} materialize projection by_influencer;
