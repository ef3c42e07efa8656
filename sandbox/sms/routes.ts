import {
  answer,
  BadRequest,
  fieldsOf,
  garble,
  pause,
  reset,
  same,
  type Exchange,
  type Fields,
} from '../exchange';
import { showOutbox } from '../pages/outbox';
import type { SmsBook, SmsEntry } from './book';
import { readSmsDial, SMS_OK, type SmsDial, type SmsMode } from './dial';

/** A stand-in for an SMS gateway: adapters/sms/README.md says which one and what is modelled. */
export type SmsFake = {
  readonly book: SmsBook;
  readonly now: () => number;
  readonly login: string;
  readonly password: string;
  readonly apiKey: string;
  dial: SmsDial;
};

/** The gateway holds identical messages apart for this long. */
const DUPLICATE_MS = 60_000;

export async function smsApi(fake: SmsFake, exchange: Exchange): Promise<void> {
  switch (`${exchange.method} ${exchange.path}`) {
    case 'POST /rest/send/':
      return send(fake, exchange);
    case 'POST /rest/status/':
      return status(fake, exchange);
    case 'GET /outbox':
      return showOutbox(exchange, fake.book, phoneFilter(exchange));
    default:
      return answer(exchange, 404, { error: 'no such method' });
  }
}

function refuse(exchange: Exchange, code: number, error: string): void {
  answer(exchange, 200, { error, error_code: code });
}

function authorised(fake: SmsFake, fields: Fields): boolean {
  if (fields['apikey'] !== undefined) return same(fields['apikey'], fake.apiKey);
  return same(fields['login'], fake.login) && same(fields['psw'], fake.password);
}

type Message = Omit<SmsEntry, 'at'>;

/** A message as sent, or the gateway's number for what is wrong with it. */
function readMessage(fields: Fields): Message | 1 | 7 {
  const { phones, mes, id, sender } = fields;
  if (typeof phones !== 'string' || !/^\+?[1-9]\d{7,14}$/.test(phones)) return 7;
  if (typeof mes !== 'string' || mes.trim() === '' || [...mes].length > 1000) return 1;
  if (typeof id !== 'number' || !Number.isInteger(id) || id < 1 || id > 2_147_483_647) return 1;
  return {
    id,
    phone: `+${phones.replace('+', '')}`,
    text: mes,
    sender: typeof sender === 'string' ? sender : null,
  };
}

/** Counted down; what it shows when spent is `ok`. */
function takeDial(fake: SmsFake): SmsDial {
  const { dial } = fake;
  if (dial.remaining === null) return dial;
  dial.remaining -= 1;
  if (dial.remaining === 0) fake.dial = SMS_OK;
  return dial;
}

const NEVER_BOOKED: ReadonlySet<SmsMode> = new Set([
  'timeout_before_accept',
  'http_500',
  'reject',
  'invalid_phone',
  'undeliverable',
  'no_money',
  'unauthorized',
  'duplicate',
  'rate_limit',
]);

async function send(fake: SmsFake, exchange: Exchange): Promise<void> {
  const fields = fieldsOf(exchange.body);
  if (!authorised(fake, fields)) return refuse(exchange, 2, 'authorise error');
  const message = readMessage(fields);
  if (message === 1) return refuse(exchange, 1, 'parameters error');
  if (message === 7) return refuse(exchange, 7, 'invalid number');
  const { book } = fake;
  book.noteSubmit(message.phone, message.id);
  const dial = takeDial(fake);
  const booked = book.find(message.phone, message.id);
  if (booked && dial.mode === 'ok') return again(fake, exchange, booked, message);
  if (!booked && !NEVER_BOOKED.has(dial.mode)) book.accept(message);
  await deliver(exchange, dial, message.id);
}

/** One id and phone make one message: it is never booked twice, whatever comes. */
function again(fake: SmsFake, exchange: Exchange, booked: SmsEntry, message: Message): void {
  if (booked.text !== message.text) return refuse(exchange, 1, 'parameters error');
  if (fake.now() - booked.at < DUPLICATE_MS) {
    return refuse(exchange, 9, 'duplicate request, wait a minute');
  }
  answer(exchange, 200, { id: booked.id, cnt: 1 });
}

/** What the caller sees of it, the book being written already. */
async function deliver(exchange: Exchange, dial: SmsDial, id: number): Promise<void> {
  switch (dial.mode) {
    case 'timeout_after_accept':
    case 'timeout_before_accept':
      return; // The connection stays open without an answer until the caller gives up.
    case 'reset_after_accept':
      return reset(exchange);
    case 'garbled_after_accept':
      return garble(exchange);
    case 'http_500':
    case 'http_500_after_accept':
      return answer(exchange, 500, { error: 'internal error' });
    case 'rate_limit':
      return answer(exchange, 429, { error: 'too many requests' }, { 'retry-after': '30' });
    case 'unauthorized':
      return refuse(exchange, 2, 'authorise error');
    case 'no_money':
      return refuse(exchange, 3, 'no money');
    case 'reject':
      return refuse(exchange, 6, 'message is denied');
    case 'invalid_phone':
      return refuse(exchange, 7, 'invalid number');
    case 'undeliverable':
      return refuse(exchange, 8, "can't to deliver");
    case 'duplicate':
      return refuse(exchange, 9, 'duplicate request, wait a minute');
    case 'slow':
      await pause(exchange, dial.ms);
      return answer(exchange, 200, { id, cnt: 1 });
    case 'ok':
      return answer(exchange, 200, { id, cnt: 1 });
  }
}

/** 1 delivered, −3 no such message. */
function status(fake: SmsFake, exchange: Exchange): void {
  const fields = fieldsOf(exchange.body);
  if (!authorised(fake, fields)) return refuse(exchange, 2, 'authorise error');
  const { phone, id } = fields;
  if (typeof phone !== 'string' || typeof id !== 'number') {
    return refuse(exchange, 1, 'parameters error');
  }
  const booked = fake.book.find(`+${phone.replace('+', '')}`, id);
  if (!booked) return answer(exchange, 200, { status: -3, id, phone });
  answer(exchange, 200, { status: 1, last_timestamp: Math.floor(booked.at / 1000), err: 0 });
}

/** A phone in any spelling as digits; null without a filter. A `+` in a query string arrives as a space. */
export function phoneFilter(exchange: Exchange): string | null {
  const asked = exchange.query.get('phone');
  if (asked === null || asked.trim() === '') return null;
  return asked.replace(/\D/g, '');
}

function outboxRow(book: SmsBook, entry: SmsEntry): Record<string, unknown> {
  return {
    id: entry.id,
    phone: entry.phone,
    text: entry.text,
    sender: entry.sender,
    at: new Date(entry.at).toISOString(),
    submits: book.submits(entry.phone, entry.id),
  };
}

/** The dial and the outbox, for tests and the demo; no gateway has these. */
export function smsControl(fake: SmsFake, exchange: Exchange): void {
  switch (`${exchange.method} ${exchange.path}`) {
    case 'GET /outbox': {
      const limit = Number(exchange.query.get('limit') ?? '100');
      if (!Number.isInteger(limit) || limit < 1) throw new BadRequest('limit must be at least 1');
      const entries = fake.book.list(phoneFilter(exchange)).slice(0, limit);
      return answer(exchange, 200, {
        messages: entries.map((entry) => outboxRow(fake.book, entry)),
      });
    }
    case 'POST /dial':
      fake.dial = readSmsDial(exchange.body);
      return answer(exchange, 200, { dial: fake.dial });
    case 'GET /dial':
      return answer(exchange, 200, { dial: fake.dial });
    default:
      return answer(exchange, 404, { error: 'no such route; see sandbox/README.md' });
  }
}
