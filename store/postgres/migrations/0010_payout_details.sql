-- Up Migration
-- Where a payout was sent: the person's card or IBAN may be another one by the time they look.
alter table payouts
  add column instrument_kind text check (instrument_kind in ('card', 'iban')),
  add column instrument_last4 text;
