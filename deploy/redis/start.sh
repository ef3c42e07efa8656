#!/bin/sh
# The password goes in through standard input: on a command line every process of the host could read it.
set -eu
exec redis-server - <<SETTINGS
requirepass $REDIS_PASSWORD
dir /data
appendonly yes
appendfsync everysec
maxmemory 768mb
# Full means an error to the drain, which keeps its click log and tries again; evicting would lose clicks unseen.
maxmemory-policy noeviction
SETTINGS
