import {
  ConfigError,
  integer,
  keyRing,
  mode,
  oneOf,
  text,
  type Env,
  type KeyRing,
  type Mode,
} from '../config/env';
import { keySource, type KeySource } from '../config/keySource';
import { readOrderLimit } from '../config/orderLimit';
import type { Tiyn } from '../domain/money';
import { SMS_CEILINGS, type SmsCeilings } from './accounts/smsBudget';
import { RECOVERY_DELAY_MS } from './accounts/recoveryLinks';
import { PROXY_HEADERS, type TrustedProxies } from '../telemetry/forwarded';
import type { Rates } from './server';

export type ApiConfig = {
  readonly host: string;
  /** 0: any free port; the ready line says which. */
  readonly port: number;
  readonly databaseUrl: string;
  /** Part of API keys and click ids: those of one environment mean nothing in another. */
  readonly environment: string;
  readonly mode: Mode;
  readonly masterKeys: KeyRing;
  readonly clickKeys: KeySource;
  readonly redisUrl: string;
  readonly redisPrefix: string;
  /** Where clicks are counted; without one figures are shown without clicks. */
  readonly clickhouseUrl: string | undefined;
  /** https://host of the apps and the API. Cookies, the Origin check and links in invitations rest on it. */
  readonly publicOrigin: string;
  /** https://host that short links begin with; that of the apps when both are behind one host. */
  readonly redirectOrigin: string;
  /** The payment provider's hosted card form; without it no card can be added. */
  readonly cardFormUrl: string | null;
  readonly trustedProxies: TrustedProxies;
  readonly rates: Rates;
  readonly smsCeilings: SmsCeilings;
  /** Postbacks waiting for the database before new ones are refused with 503. */
  readonly intakeQueue: number;
  /** Between the second person's word on a recovery and its effect. */
  readonly recoveryDelayMs: number;
  /** For links to workflows; operators' screens only. */
  readonly temporalUiUrl: string | null;
  /** The fake partners, steered by operators in test mode only. */
  readonly sandboxUrl: string | null;
  /** As the worker's; shown to operators where a programme has no ceiling of its own. */
  readonly orderLimit: Tiyn;
};

export function readApiConfig(env: Env): ApiConfig {
  return {
    host: text(env, 'API_HOST', '127.0.0.1'),
    port: integer(env, 'API_PORT', 8081, 0, 65_535),
    databaseUrl: text(env, 'DATABASE_URL'),
    environment: text(env, 'GAMMA_ENVIRONMENT'),
    mode: mode(env),
    masterKeys: keyRing(env, 'GAMMA_MASTER_KEY'),
    clickKeys: keySource(env, 'GAMMA_CLICK_KEYS'),
    redisUrl: text(env, 'REDIS_URL'),
    redisPrefix: text(env, 'REDIS_PREFIX', 'gamma:'),
    clickhouseUrl: env['CLICKHOUSE_URL'] === '' ? undefined : env['CLICKHOUSE_URL'],
    publicOrigin: readPublicOrigin(env),
    redirectOrigin: readOrigin(env, 'REDIRECT_PUBLIC_ORIGIN', readPublicOrigin(env)),
    cardFormUrl: optionalUrl(env, 'WOOPPAY_CARD_FORM_URL'),
    trustedProxies: {
      hops: integer(env, 'API_TRUSTED_PROXIES', 0, 0, 5),
      header: oneOf(env, 'TRUSTED_PROXY_HEADER', PROXY_HEADERS, 'x-forwarded-for'),
    },
    rates: {
      actor: integer(env, 'API_RATE_ACTOR', 600, 1, 10_000_000),
      address: integer(env, 'API_RATE_ADDRESS', 1_200, 1, 10_000_000),
      signIn: integer(env, 'API_RATE_SIGN_IN', 1_000, 1, 10_000_000),
    },
    smsCeilings: {
      hour: integer(env, 'API_SMS_HOUR', SMS_CEILINGS.hour, 10, 10_000_000),
      day: integer(env, 'API_SMS_DAY', SMS_CEILINGS.day, 10, 100_000_000),
    },
    intakeQueue: integer(env, 'API_INTAKE_QUEUE', 5_000, 1, 1_000_000),
    recoveryDelayMs: readRecoveryDelay(env),
    temporalUiUrl: optionalUrl(env, 'TEMPORAL_UI_URL'),
    sandboxUrl: mode(env) === 'test' ? optionalUrl(env, 'SANDBOX_URL') : null,
    orderLimit: readOrderLimit(env),
  };
}

/** With real money an hour at least: less would be a wait in which nobody reads a mail. */
export const readRecoveryDelay = (env: Env): number => {
  const leastMs = mode(env) === 'live' ? 3_600_000 : 0;
  return integer(env, 'RECOVERY_DELAY_MS', RECOVERY_DELAY_MS, leastMs, 30 * 86_400_000);
};

export const readPublicOrigin = (env: Env): string => readOrigin(env, 'PUBLIC_ORIGIN');

function readOrigin(env: Env, key: string, fallback?: string): string {
  const origin = text(env, key, fallback);
  const parsed = URL.canParse(origin) ? new URL(origin) : undefined;
  const isLocal = parsed?.hostname === '127.0.0.1' || parsed?.hostname === 'localhost';
  if (!parsed || parsed.origin !== origin || !(parsed.protocol === 'https:' || isLocal))
    throw new ConfigError(`${key} must be https://host[:port] (http only on this machine).`);
  return origin;
}

function optionalUrl(env: Env, key: string): string | null {
  const url = env[key] ?? '';
  if (url === '') return null;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new ConfigError(`${key} must be an http(s) URL, not "${url}".`);
  return url;
}
