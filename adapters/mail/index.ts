import { err, ok, type Result } from '../../domain/result';
import { isObject, parseExactJson, textField } from '../exactJson';
import { HttpClient } from '../http';
import type { MailFailure, MailMessage, MailSender, PartnerFailure } from '../ports';
import type { MailConfig } from './config';

export { mailConfig, type MailConfig } from './config';

const MAX_BODY_BYTES = 64 * 1024;
const MAX_RETRY_AFTER_SECONDS = 3600;

/**
 * The provider's definite no to this very message (README.md). Anything else may be a fault of ours with the provider, a
 * wrong key or a domain not verified, and the message is worth keeping until it is mended.
 */
const REJECTED: readonly number[] = [400, 413, 422];

type Sent = Result<{ readonly providerId: string }, MailFailure>;

export function createMail(config: MailConfig): MailSender {
  const { baseUrl, timeoutMs } = config;
  const http = new HttpClient({ baseUrl, timeoutMs, maxBodyBytes: MAX_BODY_BYTES });
  return { name: 'mail', send: (message) => send(http, config, message) };
}

/** One call: who sends keeps the message and tries again for days (api/mail/mailRunner.ts). */
async function send(http: HttpClient, config: MailConfig, message: MailMessage): Promise<Sent> {
  if (!isSendable(message))
    return err({ code: 'mail_rejected', cause: 'malformed_message', retryAfterMs: null });
  const answer = await http.send({
    method: 'POST',
    path: '/emails',
    headers: {
      authorization: `Bearer ${config.key}`,
      'idempotency-key': message.reference,
    },
    json: { from: config.from, to: [message.to], subject: message.subject, text: message.text },
  });
  if (answer.kind === 'failed') return failed(answer.cause, null);
  if (answer.status === 200) {
    const json = parseExactJson(answer.body);
    const id = json.ok && isObject(json.value) ? textField(json.value, 'id') : null;
    return id === null ? failed('garbled_body', null) : ok({ providerId: id });
  }
  return failed(`http_${answer.status}`, retryAfter(answer.headers), answer.status);
}

/** A header injected through an address or a subject would send to more people than were meant. */
const isSendable = ({ reference, to, subject, text }: MailMessage): boolean =>
  /^[A-Za-z0-9_.:-]{1,64}$/.test(reference) &&
  /^[^\s<>,;"@]{1,64}@[^\s<>,;"@]{1,190}$/.test(to) &&
  /^[^\u0000-\u001f\u007f]{1,200}$/.test(subject) &&
  /\S/.test(text);

function failed(cause: PartnerFailure, retryAfterMs: number | null, status = 0): Sent {
  const code = REJECTED.includes(status)
    ? 'mail_rejected'
    : status === 429
      ? 'mail_rate_limited'
      : 'mail_unavailable';
  return err({ code, cause: `submit:${cause}`, retryAfterMs });
}

function retryAfter(headers: Headers): number | null {
  const seconds = headers.get('retry-after') ?? '';
  if (!/^\d{1,9}$/.test(seconds)) return null;
  return Math.min(Number(seconds), MAX_RETRY_AFTER_SECONDS) * 1000;
}
