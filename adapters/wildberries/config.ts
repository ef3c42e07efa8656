import { integer, text, type Env } from '../../config/env';
import { partnerBaseUrl } from '../baseUrl';

export type WildberriesConfig = {
  /** Of the seller analytics API. */
  readonly baseUrl: string;
  readonly token: string;
  readonly timeoutMs: number;
  /**
   * Least time between two requests of one token: 60 s for personal and service tokens, 3 h for base
   * tokens. The sandbox has no limit of its own, so a demo may set less.
   */
  readonly intervalMs: number;
};

export function wildberriesConfig(env: Env): WildberriesConfig {
  return {
    baseUrl: partnerBaseUrl(env, 'WILDBERRIES_URL'),
    token: text(env, 'WILDBERRIES_TOKEN'),
    timeoutMs: integer(env, 'WILDBERRIES_TIMEOUT_MS', 10_000, 10, 18_000),
    intervalMs: integer(env, 'WILDBERRIES_INTERVAL_MS', 60_000, 0, 6 * 3_600_000),
  };
}
