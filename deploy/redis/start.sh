#!/bin/sh
# Passwords go in through standard input: on a command line every process of the host could read them.
# Who may do what is the same as in the embedded stack (store/redis/acl.ts; test/pure/composeFiles compares them).
set -eu
prefix=${REDIS_PREFIX:-gamma:}
exec redis-server - <<SETTINGS
user default on >$REDIS_PASSWORD ~* &* +@all
user redirect on >$REDIS_REDIRECT_PASSWORD resetkeys ~${prefix}link:* resetchannels -@all +auth +hello +ping +select +client|setname +info +mget +set
user drain on >$REDIS_DRAIN_PASSWORD resetkeys ~${prefix}click:* resetchannels -@all +auth +hello +ping +select +client|setname +info +set
user api on >$REDIS_API_PASSWORD resetkeys ~${prefix}* resetchannels +@all -@admin -@dangerous +info
dir /data
appendonly yes
appendfsync everysec
maxmemory 768mb
# Full means an error to the drain, which keeps its click log and tries again; evicting would lose clicks unseen.
maxmemory-policy noeviction
SETTINGS
