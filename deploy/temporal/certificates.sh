#!/bin/sh
# Makes the authority and the certificates of the mutual TLS between Temporal's frontend and those who may reach it.
# Whoever holds a client's key reaches Temporal's API; the authority's key can make more of them: keep it away from the host.
# Never touches a folder that is there. Usage: deploy/temporal/certificates.sh [folder] [days]
set -eu
folder=${1:-$(dirname "$0")/tls}
days=${2:-825}
if [ -e "$folder" ]; then
  echo "$folder exists and is left as it is" >&2
  exit 1
fi
umask 077
mkdir -p "$folder"
cd "$folder"
new_key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.key" 2>/dev/null; }
new_key ca
openssl req -x509 -new -key ca.key -sha256 -days 3650 -subj "/CN=Gamma Temporal authority" \
  -addext "basicConstraints=critical,CA:TRUE,pathlen:0" -addext "keyUsage=critical,keyCertSign" -out ca.pem
# name, use, further extensions
certificate() {
  new_key "$1"
  openssl req -new -key "$1.key" -subj "/CN=$1" -out "$1.csr"
  printf 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=%s\n%s\n' "$2" "$3" >"$1.ext"
  openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -sha256 -days "$days" -extfile "$1.ext" \
    -out "$1.pem" 2>/dev/null
  rm "$1.csr" "$1.ext"
  # Read in the containers by their own users; the folder is closed to everybody else on this host.
  chmod 0644 "$1.pem" "$1.key"
}
# The server's own system workers call its frontend with the same certificate.
certificate server serverAuth,clientAuth 'subjectAltName=DNS:temporal,DNS:localhost,IP:127.0.0.1'
for client in api worker worker-payouts operator; do certificate "$client" clientAuth ''; done
chmod 0644 ca.pem
rm -f ca.srl
echo "wrote $folder; move ca.key to where only you reach it"
