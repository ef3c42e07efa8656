import { ConfigError, integer, text, type Env } from '../config/env';

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
    /** A second account, which may only ask about cards. */
    readonly cardsLogin: string;
    readonly cardsPassword: string;
    /** From accepted to paid. */
    readonly settleMs: number;
    /** Origins the card form may send a browser back to; none: it refuses all. */
    readonly returnOrigins: readonly string[];
  };
  readonly wildberries: {
    readonly token: string;
    /** Least time between two feed requests; 0 for no limit of its own. */
    readonly intervalMs: number;
  };
  readonly mail: { readonly key: string };
  readonly sms: {
    readonly login: string;
    readonly password: string;
    readonly apiKey: string;
  };
};

/** Whole origins, compared as the browser writes them: a prefix would let `https://app.example.evil` in. */
function returnOrigins(env: Env): readonly string[] {
  const parts = (env['SANDBOX_RETURN_ORIGINS'] ?? '').split(',').map((part) => part.trim());
  return parts
    .filter((part) => part !== '')
    .map((part) => {
      const url = URL.canParse(part) ? new URL(part) : null;
      if (!url || !['http:', 'https:'].includes(url.protocol) || url.href !== `${url.origin}/`) {
        throw new ConfigError(
          `SANDBOX_RETURN_ORIGINS holds "${part}", which is no http(s) origin.`,
        );
      }
      return url.origin;
    });
}

export function sandboxConfig(env: Env): SandboxConfig {
  return {
    host: text(env, 'SANDBOX_HOST', '127.0.0.1'),
    port: integer(env, 'SANDBOX_PORT', 0, 0, 65_535),
    directory: env['SANDBOX_DIR'] || null,
    wooppay: {
      login: text(env, 'SANDBOX_WOOPPAY_LOGIN', 'gamma'),
      password: text(env, 'SANDBOX_WOOPPAY_PASSWORD', 'sandbox'),
      cardsLogin: text(env, 'SANDBOX_WOOPPAY_CARDS_LOGIN', 'gamma-cards'),
      cardsPassword: text(env, 'SANDBOX_WOOPPAY_CARDS_PASSWORD', 'sandbox-cards'),
      settleMs: integer(env, 'SANDBOX_SETTLE_MS', 200, 0, 86_400_000),
      returnOrigins: returnOrigins(env),
    },
    wildberries: {
      token: text(env, 'SANDBOX_WILDBERRIES_TOKEN', 'sandbox-wb-token'),
      intervalMs: integer(env, 'SANDBOX_WILDBERRIES_INTERVAL_MS', 0, 0, 86_400_000),
    },
    mail: { key: text(env, 'SANDBOX_MAIL_KEY', 'sandbox-mail-key') },
    sms: {
      login: text(env, 'SANDBOX_SMS_LOGIN', 'gamma'),
      password: text(env, 'SANDBOX_SMS_PASSWORD', 'sandbox'),
      apiKey: text(env, 'SANDBOX_SMS_API_KEY', 'sandbox-sms-key'),
    },
  };
}
