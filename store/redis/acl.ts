/** Processes with a Redis user of their own; the worker does not use Redis. */
export const REDIS_PROCESSES = ['redirect', 'drain', 'api'] as const;
export type RedisProcess = (typeof REDIS_PROCESSES)[number];

/** What ioredis says on a new connection. */
const CONNECTION = '+auth +hello +ping +select +client|setname +info';

/**
 * Rules of `ACL SETUSER`, without the password: which keys, and which commands on them. Links are what the redirects keep for
 * each other, clicks what the drain tells the API; sessions, codes and limits are the API's alone (deploy/redis/start.sh says
 * the same for production).
 */
export const redisRules = (prefix: string): Record<RedisProcess, string> => ({
  redirect: `resetkeys ~${prefix}link:* resetchannels -@all ${CONNECTION} +mget +set`,
  drain: `resetkeys ~${prefix}click:* resetchannels -@all ${CONNECTION} +set`,
  api: `resetkeys ~${prefix}* resetchannels +@all -@admin -@dangerous +info`,
});
