-- Up Migration
-- Why a link was taken down and by whom, names that people chose, and what its owner is told.

alter table links
  add column code_chosen boolean not null default false,
  add column taken_down_reason text check (taken_down_reason in ('fraud', 'adult', 'misleading', 'broken', 'other')),
  -- For colleagues; the owner reads the reason.
  add column taken_down_note text check (length(taken_down_note) <= 1000),
  add constraint links_taken_down_for check ((taken_down_at is null) = (taken_down_reason is null));
grant update (target_url, code_chosen, taken_down_reason, taken_down_note) on links to gamma_app;
-- A product that was taken down is looked for when its owner makes a link.
create index links_taken_down on links (influencer_id) where taken_down_at is not null;

alter table link_reports add column note text check (length(note) <= 1000);
grant update (note) on link_reports to gamma_app;

alter table notices drop constraint notices_code_check;
alter table notices add constraint notices_code_check check (code in (
  'money_payable', 'order_cancelled', 'payout_paid', 'payout_refused', 'payout_review', 'instrument_changed',
  'instrument_stopped', 'tax_status_pending', 'tax_status_confirmed', 'tax_status_rejected', 'tax_status_expiring',
  'link_taken_down', 'link_restored'));
