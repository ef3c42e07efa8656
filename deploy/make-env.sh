#!/bin/sh
# Writes .env (mode 0600) with new random secrets. Never touches one that is there: with other keys sealed
# data and workflow payloads cannot be read, with other passwords the databases cannot be opened.
# Usage: deploy/make-env.sh [live|test] [file]
set -eu
mode=${1:-live}
file=${2:-$(dirname "$0")/../.env}
if [ -e "$file" ]; then
  echo "$file exists and is left as it is" >&2
  exit 1
fi
case $mode in
live)
  environment=prod
  partners='# The payout provider and the shop: fill these in. https only.
WOOPPAY_URL=
WOOPPAY_LOGIN=
WOOPPAY_PASSWORD=
WILDBERRIES_URL=
WILDBERRIES_TOKEN='
  ;;
test)
  environment=test
  partners='# The fakes of the profile "sandbox".
WOOPPAY_URL=http://sandbox:8090/wooppay/v1
WOOPPAY_LOGIN=gamma
WOOPPAY_PASSWORD=sandbox
WILDBERRIES_URL=http://sandbox:8090/wildberries
WILDBERRIES_TOKEN=sandbox-wb-token'
  ;;
*)
  echo "usage: $0 [live|test] [file]" >&2
  exit 2
  ;;
esac
# A key is 32 random bytes under a short id: "id:base64". Passwords stand inside URLs, so they are hex.
key() { printf '%s:%s' "$1" "$(openssl rand -base64 32)"; }
password() { openssl rand -hex 24; }
umask 077
set -C
cat >"$file" <<SETTINGS
GAMMA_MODE=$mode
GAMMA_ENVIRONMENT=$environment

GAMMA_MASTER_KEY=$(key m1)
GAMMA_CLICK_KEYS=$(key c1)
GAMMA_CODEC_KEYS=$(key t1)
GAMMA_IP_HASH_KEY=$(key h1)

POSTGRES_PASSWORD=$(password)
GAMMA_OWNER_PASSWORD=$(password)
GAMMA_APP_PASSWORD=$(password)
TEMPORAL_DB_PASSWORD=$(password)
REDIS_PASSWORD=$(password)
CLICKHOUSE_PASSWORD=$(password)

$partners
SETTINGS
echo "wrote $file"
