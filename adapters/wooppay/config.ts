import { integer, text, type Env } from '../../config/env';
import { partnerBaseUrl } from '../baseUrl';

export type WooppayConfig = {
  /** With `/v1`. */
  readonly baseUrl: string;
  readonly login: string;
  readonly password: string;
  readonly partnerName: string;
  /** One HTTP call. */
  readonly timeoutMs: number;
  /**
   * One port operation (log in, look up, send): below the start-to-close timeout of the activity that
   * calls it (30 s to submit, 20 s for the status), so the outcome is ours and not the server's timeout.
   */
  readonly operationMs: number;
};

/** The account that pays: for the worker alone. */
export const wooppayConfig = (env: Env): WooppayConfig => readConfig(env, 'WOOPPAY');

/** A second account that may only ask about cards, for the process that the public reaches. */
export const wooppayCardsConfig = (env: Env): WooppayConfig => readConfig(env, 'WOOPPAY_CARDS');

function readConfig(env: Env, account: 'WOOPPAY' | 'WOOPPAY_CARDS'): WooppayConfig {
  const timeoutMs = integer(env, 'WOOPPAY_TIMEOUT_MS', 10_000, 10, 15_000);
  return {
    baseUrl: partnerBaseUrl(env, 'WOOPPAY_URL'),
    login: text(env, `${account}_LOGIN`),
    password: text(env, `${account}_PASSWORD`),
    partnerName: text(env, 'WOOPPAY_PARTNER_NAME', 'gamma'),
    timeoutMs,
    operationMs: integer(env, 'WOOPPAY_OPERATION_MS', timeoutMs + 2000, 10, 18_000),
  };
}
