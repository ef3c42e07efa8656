/**
 * Typed readers for settings. A process reads all it needs at start through one config function of its
 * own (redirect/config.ts, api/config.ts …) and dies with one clear sentence when something is missing:
 * a service that starts half-configured loses money later.
 */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

export type Env = Readonly<Record<string, string | undefined>>;

export function text(env: Env, key: string, fallback?: string): string {
  const value = env[key] ?? fallback;
  if (value === undefined || value === '') {
    throw new ConfigError(`${key} is not set. See .env.example for what it means.`);
  }
  return value;
}

export function integer(env: Env, key: string, fallback: number, min: number, max: number): number {
  const raw = env[key];
  const value = raw === undefined || raw === '' ? fallback : Number(raw);
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new ConfigError(`${key} must be a whole number from ${min} to ${max}, not "${raw}".`);
  }
  return value;
}

export function oneOf<T extends string>(
  env: Env,
  key: string,
  values: readonly T[],
  fallback: T,
): T {
  const value = env[key] ?? fallback;
  if (!(values as readonly string[]).includes(value)) {
    throw new ConfigError(`${key} must be one of ${values.join(', ')}, not "${value}".`);
  }
  return value as T;
}

export type NamedKey = { readonly id: string; readonly bytes: Buffer };

export type KeyRing = readonly [NamedKey, ...NamedKey[]];

/**
 * `id:base64,id:base64` — the first is used for new work, all of them to read. Each key is ≥ 32 bytes. In live mode a key
 * that was plainly not drawn at random, or that also stands in another setting, starts nothing.
 */
export function keyRing(env: Env, key: string): KeyRing {
  const keys = parseKeyRing(text(env, key), key);
  if (mode(env) === 'live') keys.forEach(({ bytes }) => refuseWeak(env, key, bytes));
  return keys;
}

/** Of 32 random bytes some 30 differ; fewer than 16 have a chance below 10^-15. */
const LEAST_DISTINCT = 16;
const OTHER_KEYS = /^GAMMA_[A-Z_]*KEYS?$/;

function refuseWeak(env: Env, key: string, bytes: Buffer): void {
  const isText = bytes.every((byte) => byte >= 0x20 && byte < 0x7f);
  const steps = new Set(bytes.subarray(1).map((byte, at) => byte - bytes[at]!));
  if (new Set(bytes).size < LEAST_DISTINCT || steps.size < LEAST_DISTINCT || isText)
    throw new ConfigError(
      `${key} holds a key that was not drawn at random: openssl rand -base64 32.`,
    );
  for (const [name, value] of Object.entries(env)) {
    if (name === key || !OTHER_KEYS.test(name) || !value) continue;
    const others = value.split(/[,\n]/).map((one) => one.split(':')[1] ?? '');
    if (others.some((base64) => Buffer.from(base64, 'base64').equals(bytes)))
      throw new ConfigError(`${key} and ${name} hold the same key: each needs one of its own.`);
  }
}

/** The same of a text that did not come from the environment; `name` is what an error calls it. */
export function parseKeyRing(written: string, key: string): KeyRing {
  const keys = written
    .trim()
    .split(/[,\n]/)
    .map((part) => {
      const [id = '', base64 = ''] = part.trim().split(':');
      const bytes = Buffer.from(base64, 'base64');
      if (!/^[A-Za-z0-9]{1,8}$/.test(id) || bytes.length < 32) {
        throw new ConfigError(`${key} must be "id:base64,…" with keys of at least 32 bytes.`);
      }
      // Not even in tests: a template that was never filled in.
      if (bytes.every((byte) => byte === 0)) {
        throw new ConfigError(`${key} holds a key of zeros.`);
      }
      return { id, bytes };
    });
  const [first, ...rest] = keys;
  if (!first) throw new ConfigError(`${key} holds no key.`);
  return [first, ...rest];
}

/** `test` allows demo rules (demo_flat_10) and the sandbox; `live` refuses both. */
export type Mode = 'test' | 'live';
export const mode = (env: Env): Mode => oneOf(env, 'GAMMA_MODE', ['test', 'live'], 'live');
