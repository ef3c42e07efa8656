import { integer, keyRing, mode, text, type Env, type Mode, type NamedKey } from '../config/env';

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
    intakeQueue: integer(env, 'API_INTAKE_QUEUE', 5_000, 1, 1_000_000),
  };
}
