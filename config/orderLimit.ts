import { DEFAULT_ORDER_LIMIT } from '../domain/conversions/limits';
import { formatTenge, parseTenge, type Tiyn } from '../domain/money';
import { ConfigError, text, type Env } from './env';

/** The largest sale of an order that needs no person, where its programme sets none of its own; tiyn. */
export function readOrderLimit(env: Env): Tiyn {
  const limit = parseTenge(text(env, 'ORDER_LIMIT', formatTenge(DEFAULT_ORDER_LIMIT)));
  if (!limit.ok) throw new ConfigError('ORDER_LIMIT must be decimal tenge, like "5000000.00".');
  return limit.value;
}
