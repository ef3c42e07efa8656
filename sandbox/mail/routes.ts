import { answer, BadRequest, fieldsOf, oneOf, same, wholeOf, type Exchange } from '../exchange';
import { showMailbox } from '../pages/mailbox';
import type { MailBook } from './book';

/** How the provider treats a message; sandbox/README.md. */
export const MAIL_MODES = [
  'ok',
  'timeout_before_accept',
  'http_500',
  'http_500_after_accept',
  'rate_limit',
  'unauthorized',
  'reject',
] as const;
export type MailMode = (typeof MAIL_MODES)[number];

/** `remaining`: messages still to be treated so; null for all until the dial is turned. */
export type MailDial = { readonly mode: MailMode; remaining: number | null };
export const MAIL_OK: MailDial = { mode: 'ok', remaining: null };

/** A stand-in for a mail provider: adapters/mail/README.md says which one and what is modelled. */
export type MailFake = { readonly book: MailBook; readonly key: string; dial: MailDial };

export function mailApi(fake: MailFake, exchange: Exchange): void {
  switch (`${exchange.method} ${exchange.path}`) {
    case 'POST /emails':
      return send(fake, exchange);
    case 'GET /outbox':
      return showMailbox(exchange, fake.book, exchange.query.get('to')?.trim() || null);
    default:
      return answer(exchange, 404, { name: 'not_found' });
  }
}

function takeDial(fake: MailFake): MailMode {
  const { dial } = fake;
  if (dial.remaining === null) return dial.mode;
  dial.remaining -= 1;
  if (dial.remaining === 0) fake.dial = MAIL_OK;
  return dial.mode;
}

function send(fake: MailFake, exchange: Exchange): void {
  const { authorization, 'idempotency-key': key } = exchange.headers;
  if (!same(authorization, `Bearer ${fake.key}`))
    return answer(exchange, 401, { name: 'missing_api_key' });
  const { from, to, subject, text } = fieldsOf(exchange.body);
  const [address, ...others] = Array.isArray(to) ? (to as unknown[]) : [];
  if (
    ![from, address, subject, text].every((one) => typeof one === 'string' && one !== '') ||
    others.length > 0 ||
    typeof key !== 'string'
  )
    return answer(exchange, 422, { name: 'validation_error' });
  const mode = takeDial(fake);
  if (mode === 'timeout_before_accept') return; // Open without an answer until the caller gives up.
  if (mode === 'http_500') return answer(exchange, 500, { name: 'internal_server_error' });
  if (mode === 'unauthorized') return answer(exchange, 403, { name: 'invalid_api_key' });
  if (mode === 'reject') return answer(exchange, 422, { name: 'validation_error' });
  if (mode === 'rate_limit')
    return answer(exchange, 429, { name: 'rate_limit_exceeded' }, { 'retry-after': '1' });
  if (!fake.book.find(key))
    fake.book.accept({
      key,
      from: from as string,
      to: (address as string).toLowerCase(),
      subject: subject as string,
      text: text as string,
    });
  if (mode === 'http_500_after_accept')
    return answer(exchange, 500, { name: 'internal_server_error' });
  answer(exchange, 200, { id: key });
}

/** The dial and the outbox, for tests and the demo; no provider has these. */
export function mailControl(fake: MailFake, exchange: Exchange): void {
  switch (`${exchange.method} ${exchange.path}`) {
    case 'GET /outbox': {
      const limit = Number(exchange.query.get('limit') ?? '100');
      if (!Number.isInteger(limit) || limit < 1) throw new BadRequest('limit must be at least 1');
      const entries = fake.book.list(exchange.query.get('to')).slice(0, limit);
      return answer(exchange, 200, {
        messages: entries.map(({ at, ...entry }) => ({ ...entry, at: new Date(at).toISOString() })),
      });
    }
    case 'POST /dial': {
      const fields = fieldsOf(exchange.body);
      const count = wholeOf(fields, 'count') ?? null;
      if (count === 0) throw new BadRequest('count must be at least 1');
      fake.dial = { mode: oneOf(fields, 'mode', MAIL_MODES), remaining: count };
      return answer(exchange, 200, { dial: fake.dial });
    }
    case 'GET /dial':
      return answer(exchange, 200, { dial: fake.dial });
    default:
      return answer(exchange, 404, { error: 'no such route; see sandbox/README.md' });
  }
}
