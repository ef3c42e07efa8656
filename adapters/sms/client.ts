import { parseExactJson } from '../exactJson';
import { HttpClient, type Deadline } from '../http';
import type { PartnerFailure, SmsMessage } from '../ports';
import type { SmsConfig } from './config';
import { messageId } from './mapping';
import { readSent, readStatus, type WireSent, type WireStatus } from './wire';

export type CallFailed = {
  readonly kind: 'failed';
  readonly cause: PartnerFailure;
  /** From Retry-After, in seconds there; null without. */
  readonly retryAfterMs: number | null;
};

const MAX_BODY_BYTES = 64 * 1024;

/**
 * The gateway's JSON calls. Everything goes in the body: a phone or a text in a URL would stand in the
 * access logs of every proxy on the way.
 */
export class SmsClient {
  readonly #http: HttpClient;

  constructor(private readonly config: SmsConfig) {
    const { baseUrl, timeoutMs } = config;
    this.#http = new HttpClient({ baseUrl, timeoutMs, maxBodyBytes: MAX_BODY_BYTES });
  }

  submit(message: SmsMessage, deadline: Deadline): Promise<WireSent | CallFailed> {
    const { sender } = this.config;
    const body = {
      phones: message.phone,
      mes: message.text,
      id: messageId(message.reference),
      charset: 'utf-8',
      ...(sender === null ? {} : { sender }),
    };
    return this.#call('/rest/send/', body, deadline, readSent);
  }

  status(message: SmsMessage, deadline: Deadline): Promise<WireStatus | CallFailed> {
    const body = { phone: message.phone, id: messageId(message.reference) };
    return this.#call('/rest/status/', body, deadline, readStatus);
  }

  async #call<T>(
    path: string,
    body: Readonly<Record<string, unknown>>,
    deadline: Deadline,
    read: (json: unknown) => T | null,
  ): Promise<T | CallFailed> {
    const { credentials } = this.config;
    const who =
      'apiKey' in credentials
        ? { apikey: credentials.apiKey }
        : { login: credentials.login, psw: credentials.password };
    const answer = await this.#http.send({
      method: 'POST',
      path,
      json: { ...who, ...body, fmt: 3 },
      timeoutMs: deadline.remainingMs(),
    });
    if (answer.kind === 'failed') return { ...answer, retryAfterMs: null };
    if (answer.status !== 200) {
      const retryAfterMs = retryAfter(answer.headers);
      return { kind: 'failed', cause: `http_${answer.status}`, retryAfterMs };
    }
    const json = parseExactJson(answer.body);
    const value = json.ok ? read(json.value) : null;
    return value ?? { kind: 'failed', cause: 'garbled_body', retryAfterMs: null };
  }
}

const MAX_RETRY_AFTER_SECONDS = 3600;

function retryAfter(headers: Headers): number | null {
  const seconds = headers.get('retry-after') ?? '';
  if (!/^\d{1,9}$/.test(seconds)) return null;
  return Math.min(Number(seconds), MAX_RETRY_AFTER_SECONDS) * 1000;
}
