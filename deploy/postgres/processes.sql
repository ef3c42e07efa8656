-- What each process logs in with. Run by the image after roles.sql when the data folder is new, and by a person on an
-- installation from before these roles, or to take over new passwords from .env (deploy/README.md). The drain has none: it
-- does not use Postgres.
\getenv redirect_password GAMMA_REDIRECT_PASSWORD
\getenv api_password GAMMA_API_PASSWORD
\getenv worker_password GAMMA_WORKER_PASSWORD

select format('create role %I login', role)
  from unnest(array['gamma_redirect', 'gamma_api', 'gamma_worker']) as role
 where not exists (select from pg_roles where rolname = role)
\gexec
alter role gamma_redirect password :'redirect_password';
alter role gamma_api password :'api_password';
alter role gamma_worker password :'worker_password';
grant connect on database gamma to gamma_redirect, gamma_api, gamma_worker;
-- Before these roles everybody was gamma_app.
alter role gamma_app nologin password null;
