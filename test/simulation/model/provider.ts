import type {
  PayoutProvider,
  StatementOutcome,
  StatusOutcome,
  SubmitOutcome,
} from '../../../adapters/ports';
import { almatyDate } from '../../../domain/time';
import type { Turn } from './database';
import type { Chance } from './random';

type Booked = {
  readonly reference: string;
  readonly providerId: string;
  readonly amount: bigint;
  readonly bookedAt: number;
  state: 'processing' | 'paid' | 'refused';
  /** Its own lists are behind by this much. */
  readonly seenFrom: number;
  readonly settlesAt: number;
  readonly settlesAs: 'paid' | 'refused';
};

const MINUTE = 60_000;

/** A provider with books of its own, that fails in every way it can, and counts how often money really left. */
export class ProviderModel {
  readonly books: Booked[] = [];
  isReliable = false;
  /** Refuses a second send under one reference; else it books what it is sent. */
  readonly deduplicates: boolean;
  private made = 0;

  constructor(
    private readonly chance: Chance,
    private readonly now: () => number,
  ) {
    this.deduplicates = chance.is(50);
  }

  for(turn: Turn): PayoutProvider {
    return {
      name: 'model',
      capabilities: {
        destinations: ['card_token'],
        deduplicatesByReference: true,
        lookupByReference: true,
        statement: true,
        balance: true,
      },
      ensurePayout: async ({ reference, amount }) => {
        await turn.wait(`provider ensurePayout ${reference}`);
        return this.ensure(reference, amount);
      },
      status: async (reference) => {
        await turn.wait(`provider status ${reference}`);
        return this.status(reference);
      },
      statement: async (day) => {
        await turn.wait(`provider statement ${day}`);
        return this.statement(day);
      },
      balance: async () => {
        await turn.wait('provider balance');
        return { kind: 'balance', amount: 10n ** 14n };
      },
      describeToken: () => Promise.resolve({ kind: 'unknown', cause: 'read:timeout' }),
    };
  }

  /** Movements of money for a payout, under whichever of its references: more than one is paid twice. */
  paid(payoutId: string): readonly Booked[] {
    return this.of(payoutId).filter((one) => one.state === 'paid');
  }

  /** What people find who look into its own books. */
  of(payoutId: string): readonly Booked[] {
    this.settle();
    return this.books.filter((one) => one.reference.split('.')[0] === payoutId);
  }

  private settle(): void {
    for (const one of this.books)
      if (one.state === 'processing' && this.now() >= one.settlesAt) one.state = one.settlesAs;
  }

  private find(reference: string): Booked | undefined {
    this.settle();
    return this.books.find((one) => one.reference === reference && this.now() >= one.seenFrom);
  }

  private ensure(reference: string, amount: bigint): SubmitOutcome {
    const known = this.find(reference);
    if (known) return outcomeOf(known);
    if (this.deduplicates && this.books.some((one) => one.reference === reference))
      return { kind: 'unknown', cause: 'submit:reference_conflict' };
    const mood = this.isReliable
      ? 'paid'
      : this.chance.weighted({ paid: 5, accepted: 3, refused: 1, lost: 3, booked: 3, other: 2 });
    switch (mood) {
      case 'paid':
        return outcomeOf(this.book(reference, amount, 0, 'paid'));
      case 'accepted':
        return outcomeOf(
          this.book(reference, amount, 0, this.chance.is(85) ? 'paid' : 'refused', 1),
        );
      case 'refused':
        return outcomeOf(this.book(reference, amount, 0, 'refused'));
      // The answer is lost, the money is not: and for a while its own lists do not show it.
      case 'booked':
        this.book(
          reference,
          amount,
          this.chance.between(0, 25) * MINUTE,
          'paid',
          this.chance.below(3),
        );
        return { kind: 'unknown', cause: 'submit:timeout' };
      case 'lost':
        return { kind: 'unknown', cause: this.chance.of(['submit:timeout', 'submit:http_500']) };
      case 'other':
        return outcomeOf(
          this.book(
            reference,
            this.chance.is(50) || amount === 1n ? amount + 1n : amount - 1n,
            0,
            'paid',
          ),
        );
    }
  }

  private book(
    reference: string,
    amount: bigint,
    hiddenMs: number,
    settlesAs: 'paid' | 'refused',
    hours = 0,
  ): Booked {
    this.made += 1;
    const settlesAt = this.now() + hours * 60 * MINUTE;
    const state = hours === 0 ? settlesAs : 'processing';
    const seenFrom = this.now() + hiddenMs;
    const providerId = `prv-${this.made}`;
    const bookedAt = this.now();
    const promised = { seenFrom, settlesAt, settlesAs };
    const one: Booked = { reference, providerId, amount, bookedAt, state, ...promised };
    this.books.push(one);
    return one;
  }

  /** Its books themselves, which are not behind as its lists are. */
  private statement(day: string): StatementOutcome {
    if (!this.isReliable && this.chance.is(20)) return { kind: 'unknown', cause: 'read:timeout' };
    this.settle();
    const entries = this.books
      .filter(({ bookedAt }) => almatyDate(new Date(bookedAt)) === day)
      .map(({ bookedAt, ...one }) => ({ ...one, at: new Date(bookedAt).toISOString() }));
    return { kind: 'statement', entries };
  }

  private status(reference: string): StatusOutcome {
    if (!this.isReliable && this.chance.is(20)) return { kind: 'unknown', cause: 'read:timeout' };
    const known = this.find(reference);
    if (!known) return { kind: 'not_found' };
    const outcome = outcomeOf(known);
    return outcome.kind === 'accepted'
      ? { kind: 'processing', providerId: known.providerId }
      : outcome;
  }
}

function outcomeOf(one: Booked): Exclude<SubmitOutcome, { kind: 'unknown' }> {
  if (one.state === 'paid') return { kind: 'paid', providerId: one.providerId, amount: one.amount };
  if (one.state === 'refused')
    return { kind: 'refused', code: 'card_blocked', reason: 'the card is blocked' };
  return { kind: 'accepted', providerId: one.providerId };
}
