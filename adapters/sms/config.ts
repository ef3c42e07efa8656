import { ConfigError, integer, text, type Env } from '../../config/env';
import { partnerBaseUrl } from '../baseUrl';

export type SmsCredentials =
  { readonly apiKey: string } | { readonly login: string; readonly password: string };

export type SmsConfig = {
  /** Above `/rest/send/`. */
  readonly baseUrl: string;
  readonly credentials: SmsCredentials;
  /** Sender name registered with the gateway; null for the account's default. */
  readonly sender: string | null;
  /** One HTTP call. */
  readonly timeoutMs: number;
  /** One `send` with its questions and repeats: a person waits for the code. */
  readonly operationMs: number;
};

/** The key wins over log-in and password: it can be limited to sending and replaced alone. */
function credentials(env: Env): SmsCredentials {
  const apiKey = env['SMS_API_KEY'] ?? '';
  if (apiKey !== '') return { apiKey };
  return { login: text(env, 'SMS_LOGIN'), password: text(env, 'SMS_PASSWORD') };
}

function senderName(env: Env): string | null {
  const sender = env['SMS_SENDER'] ?? '';
  if (sender === '') return null;
  if (!/^(?:[0-9]{1,15}|[A-Za-z0-9 ._-]{1,11})$/.test(sender)) {
    throw new ConfigError('SMS_SENDER must be up to 11 Latin characters or 15 digits.');
  }
  return sender;
}

export function smsConfig(env: Env): SmsConfig {
  const timeoutMs = integer(env, 'SMS_TIMEOUT_MS', 4000, 10, 15_000);
  return {
    baseUrl: partnerBaseUrl(env, 'SMS_URL'),
    credentials: credentials(env),
    sender: senderName(env),
    timeoutMs,
    operationMs: integer(env, 'SMS_OPERATION_MS', 2 * timeoutMs + 2000, 10, 60_000),
  };
}
