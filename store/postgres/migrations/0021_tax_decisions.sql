-- Whether a stated tax status holds is decided by two people: one proposes with the evidence, another decides.
create table tax_decisions (
  id bigint generated always as identity primary key,
  status_id bigint not null references payee_statuses,
  decision text not null check (decision in ('confirm', 'refuse')),
  evidence text check (evidence in ('kgd', 'document')),
  evidence_ref text check (length(evidence_ref) between 3 and 200),
  expires_at timestamptz,
  reason text check (length(reason) between 3 and 300),
  proposed_by text not null,
  proposed_at timestamptz not null default now(),
  decided_by text,
  decided_at timestamptz,
  verdict text check (verdict in ('approved', 'refused')),
  check ((decision = 'confirm') = (evidence is not null and evidence_ref is not null and expires_at is not null)),
  check ((decision = 'refuse') = (reason is not null)),
  check ((decided_by is null) = (decided_at is null) and (decided_by is null) = (verdict is null)),
  constraint tax_decisions_four_eyes check (decided_by is null or decided_by <> proposed_by)
);
create unique index tax_decisions_one_open on tax_decisions (status_id) where verdict is null;

grant select, insert on tax_decisions to gamma_app;
grant update (decided_by, decided_at, verdict) on tax_decisions to gamma_app;
