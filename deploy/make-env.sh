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
  partners='# Where people reach the apps and the API: https://host. Cookies, links and the Origin check rest on it.
PUBLIC_ORIGIN=
# What short links begin with; the same host will do.
REDIRECT_PUBLIC_ORIGIN=

# The payout provider, the shop and the SMS gateway: fill these in. https only.
WOOPPAY_URL=
WOOPPAY_LOGIN=
WOOPPAY_PASSWORD=
# An account with the provider that may only ask about cards, and its card form.
WOOPPAY_CARDS_LOGIN=
WOOPPAY_CARDS_PASSWORD=
WOOPPAY_CARD_FORM_URL=
WILDBERRIES_URL=
WILDBERRIES_TOKEN=
SMS_URL=
SMS_API_KEY=
MAIL_URL=
MAIL_KEY=
# Name <address@domain>, a domain verified with the provider.
MAIL_FROM='
  ;;
test)
  environment=test
  partners='PUBLIC_ORIGIN=http://127.0.0.1:8081
REDIRECT_PUBLIC_ORIGIN=http://127.0.0.1:8080

# The fakes of the profile "sandbox".
WOOPPAY_URL=http://sandbox:8090/wooppay/v1
WOOPPAY_LOGIN=gamma
WOOPPAY_PASSWORD=sandbox
WOOPPAY_CARDS_LOGIN=gamma-cards
WOOPPAY_CARDS_PASSWORD=sandbox-cards
WOOPPAY_CARD_FORM_URL=http://127.0.0.1:8090/wooppay/card-form
WILDBERRIES_URL=http://sandbox:8090/wildberries
WILDBERRIES_TOKEN=sandbox-wb-token
SMS_URL=http://sandbox:8090/sms
SMS_API_KEY=sandbox-sms-key
MAIL_URL=http://sandbox:8090/mail
MAIL_KEY=sandbox-mail-key
SANDBOX_URL=http://sandbox:8090'
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
GAMMA_REDIRECT_PASSWORD=$(password)
GAMMA_API_PASSWORD=$(password)
GAMMA_WORKER_PASSWORD=$(password)
TEMPORAL_DB_PASSWORD=$(password)
REDIS_PASSWORD=$(password)
REDIS_REDIRECT_PASSWORD=$(password)
REDIS_DRAIN_PASSWORD=$(password)
REDIS_API_PASSWORD=$(password)
CLICKHOUSE_PASSWORD=$(password)

$partners
SETTINGS
echo "wrote $file"
