-- Who may do what with which table, all of it: run after the migrations, each time, as the owner. Migrations grant to
-- gamma_app, which has everything the platform does and which no process of the platform logs in as (tests and programs at
-- the terminal do). Each process has a role of its own that can do its work and no more: r reads, r(…) reads these columns,
-- u(…) writes these (a row cannot be locked for share without a column to write), w has what gamma_app has there. A table that is missing here is closed to all three; test/stack/roles says which.
do $roles$
declare
  one record;
  wanted record;
  made record;
begin
  for one in select unnest(array['gamma_redirect', 'gamma_api', 'gamma_worker']) as role loop
    if not exists (select from pg_roles where rolname = one.role) then
      begin
        execute format('create role %I nologin', one.role);
        execute format('grant %I to gamma_app', one.role);
      exception when insufficient_privilege then
        raise exception 'role % is missing and % may not make it: run deploy/postgres/roles.sql’s line for it as the superuser', one.role, current_user;
      end;
    end if;
    execute format('revoke all on all tables in schema public from %I', one.role);
  end loop;

  for one in
    select * from (values
      -- table,                    redirect, api, worker
      ('api_keys',                 '', 'w', ''),
      ('audit_log',                '', 'w', ''),
      ('brands',                   '', 'w', 'w'),
      ('catalogue_items',          'r(id, image_url)', 'w', ''),
      ('conversion_actions',       '', 'w', 'r'),
      ('conversion_corrections',   '', 'w', 'w'),
      ('conversion_history',       '', 'w', 'w'),
      ('conversions',              '', 'w', 'w'),
      ('debt_nettings',            '', 'w', 'w'),
      ('debt_write_offs',          '', 'w', ''),
      ('debts',                    '', 'w', 'w'),
      ('idempotency_keys',         '', 'w', ''),
      ('influencers',              'r(id, ref)', 'w',
        'r(id, ref, display_name, instrument_kind, instrument_token, instrument_sealed, instrument_last4, instrument_brand, instrument_bank, instrument_set_at, instrument_stopped_at, iin_index) u(instrument_stopped_at)'),
      ('invitations',              '', 'w', ''),
      ('ledger_accounts',          '', 'w', 'w'),
      ('ledger_balances',          '', 'r', 'r'),
      ('ledger_entries',           '', 'w', 'w'),
      ('ledger_transactions',      '', 'w', 'w'),
      ('link_import_rows',         '', 'w', ''),
      ('link_imports',             '', 'w', ''),
      ('link_reports',             '', 'w', ''),
      ('links',                    'r', 'w', ''),
      ('mails',                    '', 'w', ''),
      ('notices',                  '', 'w', 'w'),
      ('order_decisions',          '', 'w', ''),
      ('order_spellings',          '', 'r', ''),
      ('outbox',                   '', 'w', 'w'),
      ('outbox_dead_letters',      '', 'w', ''),
      ('payable_lots',             '', 'w', 'w'),
      ('payee_statuses',           '', 'w', 'r'),
      ('payout_approvals',         '', 'w', 'w'),
      ('payout_attempts',          '', 'r', 'w'),
      ('payout_batches',           '', 'w', 'w'),
      ('payout_history',           '', 'w', 'w'),
      ('payout_lots',              '', 'w', 'w'),
      ('payout_moves',             '', 'r', 'r'),
      ('payout_reviews',           '', 'w', 'w'),
      ('payout_run_moves',         '', 'r', 'r'),
      ('payout_withholdings',      '', 'w', 'w'),
      ('payouts',                  '', 'w', 'w'),
      ('platform_switches',        '', 'w', 'r'),
      ('programme_days',           '', 'w', 'w'),
      ('programme_secrets',        '', 'w', ''),
      ('programme_terms',          '', 'w', 'r'),
      ('programmes',               'r(id, brand_id, hosts, click_param, state, name, android_package, ios_universal, product_params)', 'w', 'w'),
      ('provider_callbacks',       '', 'w', ''),
      ('receipts',                 '', 'w', 'w'),
      ('recoveries',               '', 'w', ''),
      ('recovery_codes',           '', 'w', ''),
      ('request_gates',            '', '', 'w'),
      ('review_flags',             '', 'w', 'r'),
      ('stopped_instruments',      '', 'w', 'r'),
      ('tax_decisions',            '', 'w', ''),
      ('users',                    '', 'w', 'r(id, role, tenant_id, name, locale)')
    ) as matrix (tab, redirect, api, worker)
  loop
    for wanted in
      select * from (values
        ('gamma_redirect', one.redirect), ('gamma_api', one.api), ('gamma_worker', one.worker)
      ) as cell (role, may) where may <> ''
    loop
      if wanted.may = 'r' then
        execute format('grant select on %I to %I', one.tab, wanted.role);
      elsif wanted.may like 'r(%' then
        execute format('grant select %s on %I to %I', substring(wanted.may from '^r(\([^)]*\))'), one.tab, wanted.role);
        if wanted.may like '% u(%' then
          execute format('grant update %s on %I to %I', substring(wanted.may from ' u(\([^)]*\))'), one.tab, wanted.role);
        end if;
      else
        -- What gamma_app has there: of the whole table, and column by column.
        for made in
          select acl.privilege_type as privilege, '' as columns
            from pg_class c, aclexplode(c.relacl) acl
           where c.oid = one.tab::regclass and acl.grantee = 'gamma_app'::regrole
          union all
          select acl.privilege_type, '(' || string_agg(quote_ident(a.attname), ', ') || ')'
            from pg_attribute a, aclexplode(a.attacl) acl
           where a.attrelid = one.tab::regclass and acl.grantee = 'gamma_app'::regrole
           group by acl.privilege_type
        loop
          execute format('grant %s %s on %I to %I', made.privilege, made.columns, one.tab, wanted.role);
        end loop;
      end if;
    end loop;
  end loop;
end
$roles$;
