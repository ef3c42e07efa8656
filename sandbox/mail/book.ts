import { openJournal, type Journal } from '../journal';

export type MailEntry = {
  /** The client's Idempotency-Key: one a message. */
  readonly key: string;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly at: number;
};

/** Enough for a day of tests, small enough to read whole. */
const KEPT_MESSAGES = 1000;

/** The fake provider's outbox. Beyond KEPT_MESSAGES the oldest are forgotten, in memory and on disk. */
export class MailBook {
  readonly #journal: Journal<MailEntry>;
  readonly #entries = new Map<string, MailEntry>();

  constructor(
    path: string | null,
    private readonly now: () => number,
  ) {
    this.#journal = openJournal<MailEntry>(path);
    for (const entry of this.#journal.events) this.#keep(entry);
  }

  find(key: string): MailEntry | undefined {
    return this.#entries.get(key);
  }

  accept(message: Omit<MailEntry, 'at'>): void {
    const entry = { ...message, at: this.now() };
    this.#journal.append(entry);
    this.#keep(entry);
    if (this.#journal.events.length >= 2 * KEPT_MESSAGES)
      this.#journal.rewrite([...this.#entries.values()]);
  }

  /** Newest first, of one address when given. */
  list(to: string | null = null): MailEntry[] {
    const entries = [...this.#entries.values()].reverse();
    return to === null ? entries : entries.filter((entry) => entry.to === to.toLowerCase());
  }

  clear(): void {
    this.#journal.clear();
    this.#entries.clear();
  }

  close(): void {
    this.#journal.close();
  }

  #keep(entry: MailEntry): void {
    this.#entries.set(entry.key, entry);
    if (this.#entries.size <= KEPT_MESSAGES) return;
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }
}
