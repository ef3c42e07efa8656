#!/bin/sh
# Brings Temporal's two databases to the schema of this server version. Each step is skipped when it is done,
# so this runs at every start and is what an upgrade of Temporal needs before its new server. The databases
# and their owner are made by deploy/postgres/roles.sql. The tool reads SQL_HOST, SQL_PORT, SQL_USER and
# SQL_PASSWORD itself.
set -eu
for name in temporal visibility; do
  database=temporal
  [ "$name" = visibility ] && database=temporal_visibility
  temporal-sql-tool --plugin postgres12 --database "$database" setup-schema --version 0.0
  temporal-sql-tool --plugin postgres12 --database "$database" \
    update-schema --schema-name "postgresql/v12/$name"
done
