import { openJournal, type Journal } from '../journal';

export type SmsEntry = {
  /** The client's own number of the message; with the phone it names one message. */
  readonly id: number;
  /** `+77011234567`. */
  readonly phone: string;
  readonly text: string;
  readonly sender: string | null;
  readonly at: number;
};

/** The phone book of what was sent: enough for a day of tests, small enough to read whole. */
export const KEPT_MESSAGES = 1000;

/** The fake gateway's outbox. Beyond KEPT_MESSAGES the oldest are forgotten, in memory and on disk. */
export class SmsBook {
  readonly #journal: Journal<SmsEntry>;
  readonly #entries = new Map<string, SmsEntry>();
  readonly #submits = new Map<string, number>();

  constructor(
    path: string | null,
    private readonly now: () => number,
  ) {
    this.#journal = openJournal<SmsEntry>(path);
    for (const entry of this.#journal.events) this.#keep(entry);
  }

  find(phone: string, id: number): SmsEntry | undefined {
    return this.#entries.get(key(phone, id));
  }

  /** Every request to send counts, also those that are never booked. */
  noteSubmit(phone: string, id: number): void {
    this.#submits.set(key(phone, id), this.submits(phone, id) + 1);
    const [oldest] = this.#submits.keys();
    if (this.#submits.size > 2 * KEPT_MESSAGES && oldest !== undefined) {
      this.#submits.delete(oldest);
    }
  }

  submits(phone: string, id: number): number {
    return this.#submits.get(key(phone, id)) ?? 0;
  }

  accept(message: Omit<SmsEntry, 'at'>): SmsEntry {
    const entry = { ...message, at: this.now() };
    this.#journal.append(entry);
    this.#keep(entry);
    // Twice the bound on disk before a rewrite: not one rewrite a message.
    if (this.#journal.events.length >= 2 * KEPT_MESSAGES) {
      this.#journal.rewrite([...this.#entries.values()]);
    }
    return entry;
  }

  /** Newest first, of one phone when given as digits. */
  list(phoneDigits: string | null = null): SmsEntry[] {
    const entries = [...this.#entries.values()].reverse();
    return phoneDigits === null
      ? entries
      : entries.filter((entry) => entry.phone.slice(1) === phoneDigits);
  }

  clear(): void {
    this.#journal.clear();
    this.#entries.clear();
    this.#submits.clear();
  }

  close(): void {
    this.#journal.close();
  }

  #keep(entry: SmsEntry): void {
    this.#entries.set(key(entry.phone, entry.id), entry);
    if (this.#entries.size <= KEPT_MESSAGES) return;
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }
}

function key(phone: string, id: number): string {
  return `${phone}/${id}`;
}
