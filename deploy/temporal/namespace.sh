#!/bin/sh
# Makes the namespace, or sets its retention when it is there. The CLI reads TEMPORAL_ADDRESS itself. With TEMPORAL_TLS_*
# it shows its certificate.
# The worker registers its search attributes at every start.
set -eu
set --
if [ -n "${TEMPORAL_TLS_CERT:-}" ]; then
  set -- --tls-ca-path "$TEMPORAL_TLS_CA" --tls-cert-path "$TEMPORAL_TLS_CERT" --tls-key-path "$TEMPORAL_TLS_KEY"
fi
attempt=0
until temporal operator cluster health "$@" >/dev/null 2>&1; do
  attempt=$((attempt + 1))
  if [ "$attempt" -ge 60 ]; then
    echo "Temporal at $TEMPORAL_ADDRESS is not healthy after two minutes" >&2
    exit 1
  fi
  sleep 2
done
verb=create
temporal operator namespace describe "$@" --namespace "$GAMMA_NAMESPACE" >/dev/null 2>&1 && verb=update
temporal operator namespace "$verb" "$@" --namespace "$GAMMA_NAMESPACE" --retention "$RETENTION"
