import {
  ConfigError,
  integer,
  keyRing,
  mode,
  text,
  type Env,
  type Mode,
  type NamedKey,
} from '../config/env';
import type { Rates } from './server';

type KeyRing = readonly [NamedKey, ...NamedKey[]];

export type ApiConfig = {
  readonly host: string;
  /** 0: any free port; the ready line says which. */
  readonly port: number;
  readonly databaseUrl: string;
  /** Part of API keys and click ids: those of one environment mean nothing in another. */
  readonly environment: string;
  readonly mode: Mode;
  readonly masterKeys: KeyRing;
  readonly clickKeys: KeyRing;
  readonly redisUrl: string;
  readonly redisPrefix: string;
  /** https://host of the apps and the API. Cookies, the Origin check and links in invitations rest on it. */
  readonly publicOrigin: string;
  readonly trustedProxies: number;
  readonly rates: Rates;
  /** Postbacks waiting for the database before new ones are refused with 503. */
  readonly intakeQueue: number;
};

export function readApiConfig(env: Env): ApiConfig {
  return {
    host: text(env, 'API_HOST', '127.0.0.1'),
    port: integer(env, 'API_PORT', 8081, 0, 65_535),
    databaseUrl: text(env, 'DATABASE_URL'),
    environment: text(env, 'GAMMA_ENVIRONMENT'),
    mode: mode(env),
    masterKeys: keyRing(env, 'GAMMA_MASTER_KEY'),
    clickKeys: keyRing(env, 'GAMMA_CLICK_KEYS'),
    redisUrl: text(env, 'REDIS_URL'),
    redisPrefix: text(env, 'REDIS_PREFIX', 'gamma:'),
    publicOrigin: publicOrigin(env),
    trustedProxies: integer(env, 'API_TRUSTED_PROXIES', 0, 0, 5),
    rates: {
      actor: integer(env, 'API_RATE_ACTOR', 600, 1, 10_000_000),
      address: integer(env, 'API_RATE_ADDRESS', 120, 1, 10_000_000),
    },
    intakeQueue: integer(env, 'API_INTAKE_QUEUE', 5_000, 1, 1_000_000),
  };
}

function publicOrigin(env: Env): string {
  const origin = text(env, 'PUBLIC_ORIGIN');
  const parsed = URL.canParse(origin) ? new URL(origin) : undefined;
  const isLocal = parsed?.hostname === '127.0.0.1' || parsed?.hostname === 'localhost';
  if (!parsed || parsed.origin !== origin || !(parsed.protocol === 'https:' || isLocal))
    throw new ConfigError('PUBLIC_ORIGIN must be https://host[:port] (http only on this machine).');
  return origin;
}
