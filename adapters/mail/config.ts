import { ConfigError, integer, text, type Env } from '../../config/env';
import { partnerBaseUrl } from '../baseUrl';

export type MailConfig = {
  /** Above `/emails`. */
  readonly baseUrl: string;
  readonly key: string;
  /** `Gamma <no-reply@gamma.example>`, of a domain the provider has verified. */
  readonly from: string;
  readonly timeoutMs: number;
};

function sender(env: Env): string {
  const from = text(env, 'MAIL_FROM', 'Gamma <no-reply@gamma.example>');
  if (!/^[^<>"\r\n]{1,60} <[^\s<>@]+@[^\s<>@]+>$/.test(from))
    throw new ConfigError('MAIL_FROM must read Name <address@domain>.');
  return from;
}

export const mailConfig = (env: Env): MailConfig => ({
  baseUrl: partnerBaseUrl(env, 'MAIL_URL'),
  key: text(env, 'MAIL_KEY'),
  from: sender(env),
  timeoutMs: integer(env, 'MAIL_TIMEOUT_MS', 10_000, 10, 30_000),
});
