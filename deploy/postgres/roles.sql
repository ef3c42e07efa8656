-- Run once, by the image, when the data folder is new. Passwords come from the environment and so appear in
-- no file, command line or log. Later changes: ALTER ROLE … PASSWORD (see deploy/README.md).
\getenv owner_password GAMMA_OWNER_PASSWORD
\getenv temporal_password TEMPORAL_DB_PASSWORD

-- Owns the schema and runs migrations; no service logs in with it.
create role gamma_owner login password :'owner_password';
-- All that the platform does, owning nothing. Nobody logs in with it: each process has a role of its own
-- (processes.sql) with the part it needs (store/postgres/roles.sql).
create role gamma_app nologin;
create database gamma owner gamma_owner;
revoke connect, temporary on database gamma from public;
grant connect on database gamma to gamma_app;

-- Temporal's tables are its own: another role, other databases, no way from one to the other.
create role temporal login password :'temporal_password';
create database temporal owner temporal;
create database temporal_visibility owner temporal;
revoke connect, temporary on database temporal, temporal_visibility from public;
