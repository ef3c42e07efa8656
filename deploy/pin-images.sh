#!/bin/sh
# Writes the digest of every image that docker-compose.yml and Dockerfile name into .env (POSTGRES_DIGEST=@sha256:…):
# from then on a tag that somebody moves is not followed. Run it once at installation and after each upgrade.
# Usage: deploy/pin-images.sh [file]
set -eu
here=$(dirname "$0")
file=${1:-$here/../.env}
[ -e "$file" ] || { echo "$file is not there: deploy/make-env.sh writes it" >&2; exit 1; }
new=$(mktemp "$file.XXXXXX")
trap 'rm -f "$new"' EXIT
cp "$file" "$new"
# "postgres:18.6-trixie${POSTGRES_DIGEST:-}" and "node:…${NODE_DIGEST}" say which variable pins which image.
sed -nE 's/^.*(image: (&[a-z-]+ )?|FROM )([a-z0-9./_-]+:[A-Za-z0-9._-]+)\$\{([A-Z_]+_DIGEST)(:-)?\}.*$/\4 \3/p' \
  "$here/../docker-compose.yml" "$here/Dockerfile" | sort -u | while read -r variable image; do
  digest=$(docker buildx imagetools inspect --format '{{.Manifest.Digest}}' "$image")
  case $digest in
  sha256:????????????????????????????????????????????????????????????????) ;;
  *) echo "no digest for $image" >&2; exit 1 ;;
  esac
  grep -v "^$variable=" "$new" >"$new.next" || true
  echo "$variable=@$digest" >>"$new.next"
  mv "$new.next" "$new"
  echo "$image $digest"
done
chmod 600 "$new"
mv "$new" "$file"
trap - EXIT
