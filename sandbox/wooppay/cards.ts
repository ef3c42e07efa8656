import { randomBytes } from 'node:crypto';
import { cardNetwork, type CardNetwork } from '../../domain/identity/cardNumber';
import { BadRequest, fieldsOf, oneOf, textOf } from '../exchange';
import { openJournal, type Journal } from '../journal';
import type { Mode } from './dials';

export const CARD_STATES = ['active', 'blocked', 'expired'] as const;
export type CardState = (typeof CARD_STATES)[number];

/** How payouts to a card end when no dial says otherwise. */
export const CARD_BEHAVIOURS = ['pays', 'refuses', 'bounces'] as const;
export type CardBehaviour = (typeof CARD_BEHAVIOURS)[number];

/**
 * A card taken on. The number itself is kept nowhere, not even here: people may type a real one in spite
 * of the warning, and last four, network and behaviour are all a payout needs.
 */
export type BookedCard = {
  readonly token: string;
  readonly last4: string;
  readonly brand: CardNetwork;
  readonly state: CardState;
  readonly behaviour: CardBehaviour;
  /** The `state` the form was opened with. */
  readonly formState: string | null;
  readonly at: number;
};

const MODES: Readonly<Record<CardBehaviour, Mode>> = {
  pays: 'ok',
  refuses: 'refuse',
  bounces: 'accept_then_fail',
};

/** Issued here, so it must stand in the book; shorter ones are those of seeds and tests. */
const ISSUED = /^tok_card_[0-9a-f]{32}$/;
const WELL_KNOWN = /^tok_(?:card|special|refuse|fail|timeout|lost|wrong)(?:_[0-9A-Za-z]+)?$/;

/** The fake provider's card tokens. */
export class CardBook {
  readonly #journal: Journal<BookedCard>;
  readonly #cards = new Map<string, BookedCard>();

  constructor(
    path: string | null,
    private readonly now: () => number,
  ) {
    this.#journal = openJournal<BookedCard>(path);
    for (const card of this.#journal.events) this.#cards.set(card.token, card);
  }

  find(token: string): BookedCard | undefined {
    return this.#cards.get(token);
  }

  /** True for tokens of this book and for the well-known ones of seeds and tests. */
  issued(token: string): boolean {
    return this.#cards.has(token) || (WELL_KNOWN.test(token) && !ISSUED.test(token));
  }

  payoutMode(token: string): Mode {
    const card = this.#cards.get(token);
    if (!card) return 'ok';
    return card.state === 'active' ? MODES[card.behaviour] : 'refuse';
  }

  register(card: Omit<BookedCard, 'token' | 'at'>, token = newToken()): BookedCard {
    const booked = { ...card, token, at: this.now() };
    this.#journal.append(booked);
    this.#cards.set(token, booked);
    return booked;
  }

  clear(): void {
    this.#journal.clear();
    this.#cards.clear();
  }

  close(): void {
    this.#journal.close();
  }
}

function newToken(): string {
  return `tok_card_${randomBytes(16).toString('hex')}`;
}

/** Numbers that behave in a way of their own; README.md lists them. Any other valid one pays. */
const TEST_CARDS: Readonly<Record<string, { behaviour: CardBehaviour; state: CardState } | null>> =
  {
    '4000000000000002': { behaviour: 'refuses', state: 'active' },
    '4000000000000341': { behaviour: 'bounces', state: 'active' },
    '4000000000009979': { behaviour: 'pays', state: 'blocked' },
    '4000000000009995': null,
  };

/** What becomes of a card number (digits that passed Luhn); null when the issuer declines it at the form. */
export function cardOf(digits: string): Omit<BookedCard, 'token' | 'at' | 'formState'> | null {
  const brand = cardNetwork(digits);
  const special = TEST_CARDS[digits];
  if (brand === null || special === null) return null;
  const { behaviour, state } = special ?? { behaviour: 'pays', state: 'active' };
  return { last4: digits.slice(-4), brand, behaviour, state };
}

export function describeCard(card: BookedCard): Record<string, unknown> {
  const { token, last4, brand, state, formState } = card;
  return { card_token: token, last4, brand, status: state, form_state: formState };
}

const BRANDS: readonly CardNetwork[] = ['visa', 'mastercard', 'unionpay', 'maestro', 'amex'];

/** `POST /control/wooppay/tokens`: a card for a test without the form. */
export function registerByHand(cards: CardBook, body: unknown): BookedCard {
  const fields = fieldsOf(body ?? {});
  const last4 = textOf(fields, 'last4') ?? '4242';
  if (!/^\d{4}$/.test(last4)) throw new BadRequest('last4 must be four digits');
  const token = textOf(fields, 'token');
  if (token !== undefined && !WELL_KNOWN.test(token)) throw new BadRequest('token is malformed');
  const choice = <T extends string>(name: string, values: readonly T[], fallback: T): T =>
    fields[name] === undefined ? fallback : oneOf(fields, name, values);
  const card = {
    last4,
    brand: choice('brand', BRANDS, 'visa'),
    state: choice('state', CARD_STATES, 'active'),
    behaviour: choice('behaviour', CARD_BEHAVIOURS, 'pays'),
    formState: textOf(fields, 'formState') ?? null,
  };
  return cards.register(card, token);
}
