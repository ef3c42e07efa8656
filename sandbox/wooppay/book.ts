import { formatTenge, type Tiyn } from '../../domain/money';
import { openJournal, type Journal } from '../journal';

/** What is on disk: enough to tell every payout's state at any later moment without further events. */
type BookEvent =
  | { readonly type: 'submit'; readonly reference: string; readonly at: number }
  | {
      readonly type: 'accept';
      readonly reference: string;
      /** Asked for and, differing with `wrong_amount`, paid. Tiyn as text. */
      readonly asked: string;
      readonly paid: string;
      readonly token: string;
      readonly providerId: string;
      readonly at: number;
      readonly settlesAt: number;
      readonly failure: Failure | null;
      /** Look-ups to answer 404 before the payout shows. */
      readonly misses: number;
    }
  | {
      readonly type: 'refuse';
      readonly reference: string;
      readonly asked: string;
      readonly token: string;
      readonly providerId: string;
      readonly at: number;
      readonly failure: Failure;
    };

export type Failure = { readonly code: string; readonly reason: string };

export type PayoutState = 'processing' | 'paid' | 'failed' | 'refused';

export type BookedPayout = {
  readonly reference: string;
  readonly providerId: string;
  readonly asked: Tiyn;
  readonly paid: Tiyn;
  readonly token: string;
  readonly acceptedAt: number;
  readonly settlesAt: number;
  readonly failure: Failure | null;
  readonly refused: boolean;
  misses: number;
};

/** Opening balance of a new book: 100 million tenge. */
const OPENING_BALANCE: Tiyn = 10_000_000_000n;

/** The fake provider's own record of money: what tests compare our ledger with. */
export class PayoutBook {
  readonly #journal: Journal<BookEvent>;
  readonly #payouts = new Map<string, BookedPayout>();
  readonly #submits = new Map<string, number>();
  #opening: Tiyn = OPENING_BALANCE;
  #lastId = 0;

  constructor(
    path: string | null,
    private readonly now: () => number,
  ) {
    this.#journal = openJournal<BookEvent>(path);
    for (const event of this.#journal.events) this.#apply(event);
  }

  find(reference: string): BookedPayout | undefined {
    return this.#payouts.get(reference);
  }

  submits(reference: string): number {
    return this.#submits.get(reference) ?? 0;
  }

  /** Every request to create counts, also those that are never booked. */
  noteSubmit(reference: string): void {
    this.#write({ type: 'submit', reference, at: this.now() });
  }

  accept(
    order: { reference: string; asked: Tiyn; paid: Tiyn; token: string },
    settleMs: number,
    failure: Failure | null,
    misses: number,
  ): BookedPayout {
    const at = this.now();
    return this.#book({
      type: 'accept',
      reference: order.reference,
      asked: order.asked.toString(),
      paid: order.paid.toString(),
      token: order.token,
      providerId: this.#nextId(),
      at,
      settlesAt: at + settleMs,
      failure,
      misses,
    });
  }

  refuse(order: { reference: string; asked: Tiyn; token: string }, failure: Failure): BookedPayout {
    const { reference, token } = order;
    const asked = order.asked.toString();
    const providerId = this.#nextId();
    return this.#book({
      type: 'refuse',
      reference,
      asked,
      token,
      providerId,
      at: this.now(),
      failure,
    });
  }

  state(payout: BookedPayout): PayoutState {
    if (payout.refused) return 'refused';
    if (this.now() < payout.settlesAt) return 'processing';
    return payout.failure ? 'failed' : 'paid';
  }

  /** In the order booked. */
  list(): BookedPayout[] {
    return [...this.#payouts.values()];
  }

  /** References ever sent, booked or not. */
  references(): string[] {
    return [...this.#submits.keys()];
  }

  /** Opening balance less everything accepted and not failed. */
  balance(): Tiyn {
    const out = this.list().filter((payout) => ['processing', 'paid'].includes(this.state(payout)));
    return out.reduce((balance, payout) => balance - payout.paid, this.#opening);
  }

  setBalance(balance: Tiyn): void {
    this.#opening += balance - this.balance();
  }

  clear(): void {
    this.#journal.clear();
    this.#payouts.clear();
    this.#submits.clear();
    this.#opening = OPENING_BALANCE;
  }

  close(): void {
    this.#journal.close();
  }

  /** Never one it gave before, not even after a reset: a provider's id names one movement for ever. */
  #nextId(): string {
    this.#lastId = Math.max(this.#lastId + 1, Date.now());
    return String(this.#lastId);
  }

  #book(event: Exclude<BookEvent, { type: 'submit' }>): BookedPayout {
    this.#write(event);
    const payout = this.#payouts.get(event.reference);
    if (!payout) throw new Error(`payout was not booked: ${event.reference}`);
    return payout;
  }

  #write(event: BookEvent): void {
    this.#journal.append(event);
    this.#apply(event);
  }

  #apply(event: BookEvent): void {
    if (event.type === 'submit') {
      this.#submits.set(event.reference, this.submits(event.reference) + 1);
      return;
    }
    this.#lastId = Math.max(this.#lastId, Number(event.providerId));
    const accepted = event.type === 'accept';
    this.#payouts.set(event.reference, {
      reference: event.reference,
      providerId: event.providerId,
      asked: BigInt(event.asked),
      paid: BigInt(accepted ? event.paid : event.asked),
      token: event.token,
      acceptedAt: event.at,
      settlesAt: accepted ? event.settlesAt : event.at,
      failure: event.failure,
      refused: !accepted,
      misses: accepted ? event.misses : 0,
    });
  }
}

/** A row of `GET /control/wooppay/book`. */
export function bookRow(book: PayoutBook, reference: string): Record<string, unknown> {
  const payout = book.find(reference);
  const submits = book.submits(reference);
  if (!payout) return { reference, state: 'not_booked', submits };
  const state = book.state(payout);
  return {
    reference,
    amount: formatTenge(payout.paid),
    askedAmount: formatTenge(payout.asked),
    state,
    providerId: payout.providerId,
    destination: payout.token,
    ...(payout.failure && state !== 'processing' ? payout.failure : {}),
    acceptedAt: new Date(payout.acceptedAt).toISOString(),
    settledAt: state === 'processing' ? null : new Date(payout.settlesAt).toISOString(),
    submits,
  };
}
