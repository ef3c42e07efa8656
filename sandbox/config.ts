import { integer, text, type Env } from '../config/env';

/** The sandbox's own credentials: they open nothing but these fakes. */
export type SandboxConfig = {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Where the books are kept; null keeps them in memory. */
  readonly directory: string | null;
  readonly wooppay: {
    readonly login: string;
    readonly password: string;
    /** From accepted to paid. */
    readonly settleMs: number;
  };
  readonly wildberries: {
    readonly token: string;
    /** Least time between two feed requests; 0 for no limit of its own. */
    readonly intervalMs: number;
  };
};

export function sandboxConfig(env: Env): SandboxConfig {
  return {
    host: text(env, 'SANDBOX_HOST', '127.0.0.1'),
    port: integer(env, 'SANDBOX_PORT', 0, 0, 65_535),
    directory: env['SANDBOX_DIR'] || null,
    wooppay: {
      login: text(env, 'SANDBOX_WOOPPAY_LOGIN', 'gamma'),
      password: text(env, 'SANDBOX_WOOPPAY_PASSWORD', 'sandbox'),
      settleMs: integer(env, 'SANDBOX_SETTLE_MS', 200, 0, 86_400_000),
    },
    wildberries: {
      token: text(env, 'SANDBOX_WILDBERRIES_TOKEN', 'sandbox-wb-token'),
      intervalMs: integer(env, 'SANDBOX_WILDBERRIES_INTERVAL_MS', 0, 0, 86_400_000),
    },
  };
}
