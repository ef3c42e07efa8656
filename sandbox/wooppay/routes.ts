import { randomBytes } from 'node:crypto';
import { formatTenge, parseTenge, type Tiyn } from '../../domain/money';
import {
  BadRequest,
  answer,
  fieldsOf,
  garble,
  pause,
  reset,
  same,
  textOf,
  type Exchange,
} from '../exchange';
import { bookRow, type BookedPayout, type PayoutBook } from './book';
import { cardForm } from './cardForm';
import { describeCard, registerByHand, type CardBook } from './cards';
import { readDial, type Dial, type DialBoard } from './dials';

/**
 * A stand-in for the provider's REST v1 with its own book. The mass-payout calls are modelled on the
 * rest of that API; adapters/wooppay/README.md lists what the contract must confirm.
 */
export type WooppayFake = {
  readonly book: PayoutBook;
  readonly dials: DialBoard;
  readonly cards: CardBook;
  readonly now: () => number;
  /** Origins the card form may send a browser back to. */
  readonly returnOrigins: readonly string[];
  readonly login: string;
  readonly password: string;
  readonly cardsLogin: string;
  readonly cardsPassword: string;
  readonly settleMs: number;
  /** Told of every payout that settles, when set: `{id, reference_id, status}`, once, without a signature. */
  readonly callbacks: { url: string | null };
  /** Sessions do not outlive the process: a restart makes clients log in again. */
  readonly sessions: Map<string, Account>;
};

/** `cards` may only ask about cards. */
type Account = 'payouts' | 'cards';

const STATUS_CODES = { processing: 2, paid: 4, failed: 3, refused: 3 } as const;
const PAGE_ROWS = 500;

export async function wooppayApi(fake: WooppayFake, exchange: Exchange): Promise<void> {
  if (exchange.path === '/card-form') return cardForm(fake, exchange);
  const route = `${exchange.method} ${exchange.path}`;
  if (route === 'POST /v1/auth') return logIn(fake, exchange);
  const account = fake.sessions.get(exchange.headers.authorization ?? '');
  if (account === undefined) {
    return answer(exchange, 401, {
      name: 'Unauthorized',
      message: 'Your request was made with invalid credentials.',
    });
  }
  if (account === 'cards' && route !== 'POST /v1/card/describe') {
    const message = 'The account has no right to this operation';
    return answer(exchange, 403, { name: 'Forbidden', message });
  }
  switch (route) {
    case 'POST /v1/payout/create':
      return create(fake, exchange);
    case 'GET /v1/payout':
      return find(fake, exchange);
    case 'GET /v1/payout/history':
      return history(fake, exchange);
    case 'POST /v1/card/describe':
      return describe(fake, exchange);
    case 'GET /v1/balance':
      return answer(exchange, 200, { balance: decimal(fake.book.balance()), currency: 'KZT' });
    default:
      return notFound(exchange);
  }
}

function notFound(exchange: Exchange): void {
  answer(exchange, 404, { name: 'Not Found', message: 'Operation is not found' });
}

function invalid(exchange: Exchange, field: string, message: string, code?: string): void {
  answer(exchange, 422, [{ field, message, ...(code === undefined ? {} : { code }) }]);
}

function logIn(fake: WooppayFake, exchange: Exchange): void {
  const fields = fieldsOf(exchange.body);
  const is = (login: string, password: string): boolean =>
    same(fields['login'], login) && same(fields['password'], password);
  const account: Account | null = is(fake.login, fake.password)
    ? 'payouts'
    : is(fake.cardsLogin, fake.cardsPassword)
      ? 'cards'
      : null;
  if (account === null) return invalid(exchange, 'password', 'Incorrect login or password');
  const token = randomBytes(24).toString('hex');
  fake.sessions.set(token, account);
  answer(exchange, 200, { token, country: 'KZ', login: fields['login'] });
}

type Order = { readonly reference: string; readonly asked: Tiyn; readonly token: string };

/** A creation as sent, or the field at fault. */
function readOrder(body: unknown): Order | string {
  const fields = fieldsOf(body);
  const { reference_id: reference, card_token: token, amount: amountText } = fields;
  if (typeof reference !== 'string' || !/^[\w.:-]{1,64}$/.test(reference)) return 'reference_id';
  if (typeof token !== 'string' || token === '') return 'card_token';
  const amount = typeof amountText === 'string' ? parseTenge(amountText) : null;
  if (!amount?.ok || amount.value <= 0n) return 'amount';
  return { reference, asked: amount.value, token };
}

async function create(fake: WooppayFake, exchange: Exchange): Promise<void> {
  const order = readOrder(exchange.body);
  if (typeof order === 'string') return invalid(exchange, order, `${order} is invalid`);
  const { book, cards } = fake;
  if (!cards.issued(order.token)) {
    return invalid(exchange, 'card_token', 'The card is not known', 'card_unknown');
  }
  const submits = book.submits(order.reference);
  book.noteSubmit(order.reference);
  const ofCard = cards.payoutMode(order.token);
  const dial = fake.dials.take(order.reference, order.token, submits, ofCard);

  const booked = book.find(order.reference);
  if (booked && (booked.asked !== order.asked || booked.token !== order.token)) {
    return answer(exchange, 409, {
      name: 'Conflict',
      message: 'Another operation uses this reference_id',
    });
  }
  const payout = booked ?? bookNew(fake, order, dial);
  await deliver(fake, exchange, dial, payout);
}

const NEVER_BOOKED = new Set(['timeout_before_accept', 'http_500']);

function bookNew(fake: WooppayFake, order: Order, dial: Dial): BookedPayout | null {
  const { book } = fake;
  if (NEVER_BOOKED.has(dial.mode)) return null;
  const failure = {
    code: dial.code ?? 'card_blocked',
    reason: dial.reason ?? 'The card does not accept payments',
  };
  if (dial.mode === 'refuse') return book.refuse(order, failure);
  if (book.balance() < order.asked) {
    const reason = 'Not enough money on the account';
    return book.refuse(order, { code: 'insufficient_balance', reason });
  }
  const settleMs = dial.mode === 'slow' ? fake.settleMs : (dial.ms ?? fake.settleMs);
  const payout = book.accept(
    { ...order, paid: dial.mode === 'wrong_amount' ? wrongAmount(dial, order.asked) : order.asked },
    settleMs,
    dial.mode === 'accept_then_fail' ? failure : null,
    dial.mode === 'not_found_then_found' ? (dial.misses ?? 1) : 0,
  );
  callBack(fake, payout, settleMs);
  return payout;
}

/** Sent once and forgotten, as providers do: whoever misses it has to ask. */
function callBack(fake: WooppayFake, payout: BookedPayout, settleMs: number): void {
  const { url } = fake.callbacks;
  if (url === null) return;
  const tell = (): void => {
    const { id, reference_id, status } = wirePayout(fake.book, payout);
    void fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id, reference_id, status }),
    }).then(
      (response) => response.arrayBuffer(),
      () => undefined,
    );
  };
  setTimeout(tell, settleMs).unref();
}

/** One tenge too little, unless the dial says what. */
function wrongAmount(dial: Dial, asked: Tiyn): Tiyn {
  const told = dial.amount === undefined ? null : parseTenge(dial.amount);
  if (told?.ok) return told.value;
  return asked > 100n ? asked - 100n : asked + 100n;
}

/** What the caller sees of it, the book being written already. */
async function deliver(
  fake: WooppayFake,
  exchange: Exchange,
  dial: Dial,
  payout: BookedPayout | null,
): Promise<void> {
  switch (dial.mode) {
    case 'timeout_after_accept':
    case 'timeout_before_accept':
      return; // The connection stays open without an answer until the caller gives up.
    case 'reset_after_accept':
    case 'not_found_then_found':
      return reset(exchange);
    case 'garbled_after_accept':
      return garble(exchange);
    case 'http_500':
    case 'http_500_after_accept':
      return answer(exchange, 500, { name: 'Internal Server Error', message: 'An error occurred' });
    case 'slow':
      await pause(exchange, dial.ms ?? 1000);
      break;
    default:
  }
  if (payout?.refused && payout.failure) {
    const field = payout.failure.code === 'insufficient_balance' ? 'amount' : 'card_token';
    return invalid(exchange, field, payout.failure.reason, payout.failure.code);
  }
  if (payout) answer(exchange, 200, wirePayout(fake.book, payout));
}

/** Amounts are decimal tenge numbers on this wire. */
function decimal(amount: Tiyn): number {
  return Number(formatTenge(amount));
}

function wirePayout(book: PayoutBook, payout: BookedPayout): Record<string, unknown> {
  const state = book.state(payout);
  const failed = state === 'failed' || state === 'refused';
  const changedAt = state === 'processing' ? payout.acceptedAt : payout.settlesAt;
  return {
    id: Number(payout.providerId),
    reference_id: payout.reference,
    amount: decimal(payout.paid),
    currency: 'KZT',
    status: STATUS_CODES[state],
    error_code: failed ? payout.failure?.code : null,
    error_message: failed ? payout.failure?.reason : null,
    created_at: new Date(payout.acceptedAt).toISOString(),
    updated_at: new Date(changedAt).toISOString(),
  };
}

function describe(fake: WooppayFake, exchange: Exchange): void {
  const token = fieldsOf(exchange.body)['card_token'];
  const card = typeof token === 'string' ? fake.cards.find(token) : undefined;
  if (!card) return notFound(exchange);
  answer(exchange, 200, describeCard(card));
}

function find(fake: WooppayFake, exchange: Exchange): void {
  const payout = fake.book.find(exchange.query.get('reference_id') ?? '');
  if (!payout) return notFound(exchange);
  if (payout.misses > 0) {
    payout.misses -= 1;
    return notFound(exchange);
  }
  answer(exchange, 200, wirePayout(fake.book, payout));
}

/** The day of acceptance in Almaty, UTC+5. */
function dayOf(at: number): string {
  return new Date(at + 5 * 3_600_000).toISOString().slice(0, 10);
}

function history(fake: WooppayFake, exchange: Exchange): void {
  const date = exchange.query.get('date') ?? '';
  const page = Number(exchange.query.get('page') ?? '1');
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return invalid(exchange, 'date', 'date is invalid');
  if (!Number.isSafeInteger(page) || page < 1) return invalid(exchange, 'page', 'page is invalid');
  const rows = fake.book.list().filter((payout) => dayOf(payout.acceptedAt) === date);
  const items = rows.slice((page - 1) * PAGE_ROWS, page * PAGE_ROWS);
  answer(exchange, 200, {
    items: items.map((payout) => wirePayout(fake.book, payout)),
    next_page: rows.length > page * PAGE_ROWS ? page + 1 : null,
  });
}

/** The dials and the book, for tests and the demo; no partner has these. */
export function wooppayControl(fake: WooppayFake, exchange: Exchange): void {
  switch (`${exchange.method} ${exchange.path}`) {
    case 'POST /dial':
      fake.dials.turn(readDial(exchange.body));
      return answer(exchange, 200, { dials: fake.dials.list() });
    case 'GET /dial':
      return answer(exchange, 200, { dials: fake.dials.list() });
    case 'GET /book':
      return answer(exchange, 200, {
        payouts: fake.book.references().map((reference) => bookRow(fake.book, reference)),
        balance: formatTenge(fake.book.balance()),
      });
    case 'POST /balance': {
      const amount = parseTenge(textOf(fieldsOf(exchange.body), 'amount') ?? '');
      if (!amount.ok) throw new BadRequest('amount is not tenge');
      fake.book.setBalance(amount.value);
      return answer(exchange, 200, { balance: formatTenge(fake.book.balance()) });
    }
    case 'POST /callbacks':
      fake.callbacks.url = textOf(fieldsOf(exchange.body), 'url') ?? null;
      return answer(exchange, 200, { url: fake.callbacks.url });
    case 'POST /remember':
      for (const payout of fake.book.list()) payout.misses = 0;
      return answer(exchange, 200, { misses: 0 });
    case 'POST /tokens':
      return answer(exchange, 200, describeCard(registerByHand(fake.cards, exchange.body)));
    case 'POST /expire-sessions':
      fake.sessions.clear();
      return answer(exchange, 200, { sessions: 0 });
    default:
      return notFound(exchange);
  }
}
