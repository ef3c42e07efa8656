-- Up Migration
-- Links with a name of their own, an end and a product; uploads of many; what people say is wrong with one.

alter table programmes
  -- The shop's Android app by its package name, and whether its iOS app opens the shop's own https addresses
  -- (universal links: the shop publishes apple-app-site-association). Null and false: the browser opens the shop.
  add column android_package text check (android_package ~ '^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)+$' and length(android_package) <= 150),
  add column ios_universal boolean not null default false,
  -- Query parameters that choose the product on this shop's pages; for shops without a rule of their own.
  add column product_params text[] not null default '{}' check (cardinality(product_params) <= 10),
  -- Whether buyers look for this shop's goods at Kaspi instead: share texts then say where the order counts.
  add column buyers_prefer_kaspi boolean not null default false;
grant update (android_package, ios_universal, product_params, buyers_prefer_kaspi) on programmes to gamma_app;

alter table links
  -- Where two addresses of one product meet (domain/links/product.ts); null for open links and rows from before.
  add column product_key text,
  add column expires_at timestamptz,
  add column taken_down_at timestamptz;
-- Names are chosen by people: Sale and sale must not be two links.
create unique index links_code_folded on links (lower(code)) where code is not null;
create index links_product on links (influencer_id, product_key) where product_key is not null;
grant update (title, product_key, expires_at, taken_down_at, catalogue_item_id) on links to gamma_app;

-- One upload of a table of links. The same bytes again are the same upload.
create table link_imports (
  id text primary key,
  influencer_id text not null references influencers,
  body_sha256 bytea not null check (length(body_sha256) = 32),
  file_name text not null default '' check (length(file_name) <= 200),
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  unique (influencer_id, body_sha256)
);
create index link_imports_open on link_imports (created_at) where finished_at is null;
create index link_imports_influencer on link_imports (influencer_id, created_at desc, id desc);

create table link_import_rows (
  import_id text not null references link_imports,
  row int not null check (row between 1 and 10000),
  -- As uploaded: {"url","title","slug","expires_at"}; nothing else is read.
  input jsonb not null,
  state text not null default 'waiting' check (state in ('waiting', 'created', 'existing', 'refused')),
  link_id text,
  -- Code of the closed list (docs/errors.md); only of a refused row.
  problem text check ((problem is not null) = (state = 'refused')),
  primary key (import_id, row)
);
create index link_import_rows_waiting on link_import_rows (import_id, row) where state = 'waiting';

create table link_reports (
  id text primary key,
  link_number int references links,
  -- Code or address as the person gave it; a report of a link that is not ours is kept too.
  address text not null check (length(address) between 1 and 500),
  reason text not null check (reason in ('fraud', 'adult', 'misleading', 'broken', 'other')),
  comment text not null default '' check (length(comment) <= 1000),
  from_prefix text not null,
  created_at timestamptz not null default now(),
  state text not null default 'open' check (state in ('open', 'dismissed', 'taken_down')),
  decided_by text,
  decided_at timestamptz,
  check ((state = 'open') = (decided_at is null))
);
create index link_reports_newest on link_reports (state, created_at desc, id desc);
create index link_reports_link on link_reports (link_number) where link_number is not null;

grant select, insert on link_imports, link_import_rows, link_reports to gamma_app;
grant update (finished_at) on link_imports to gamma_app;
grant update (state, link_id, problem) on link_import_rows to gamma_app;
grant update (state, decided_by, decided_at) on link_reports to gamma_app;
