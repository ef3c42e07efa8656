-- Up Migration
-- A card or IBAN that was stopped stays stopped for every payout that was approved to it, also after its owner put in
-- another one: until now the stop was forgotten with the instrument it stood on.

create table stopped_instruments (
  instrument_token text primary key,
  influencer_id text not null references influencers (id),
  stopped_at timestamptz not null
);
grant select, insert on stopped_instruments to gamma_app;

insert into stopped_instruments (instrument_token, influencer_id, stopped_at)
  select instrument_token, id, instrument_stopped_at from influencers
   where instrument_stopped_at is not null and instrument_token is not null
  on conflict do nothing;

-- Whoever stops it, by whatever statement.
create function keep_stopped_instrument() returns trigger language plpgsql as $$
begin
  insert into stopped_instruments (instrument_token, influencer_id, stopped_at)
    values (new.instrument_token, new.id, new.instrument_stopped_at)
    on conflict do nothing;
  return null;
end $$;
create trigger influencers_keep_stopped after update of instrument_stopped_at on influencers
  for each row when (new.instrument_stopped_at is not null and new.instrument_token is not null)
  execute function keep_stopped_instrument();
