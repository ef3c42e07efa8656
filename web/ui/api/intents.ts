/**
 * What a person has asked for and whose answer is not yet known. `doubt`: an attempt may have been carried out
 * without our seeing its answer; one found after a reload was on its way when the page went.
 */
export type Intent<Input> = {
  readonly key: string;
  readonly input: Input;
  readonly doubt: boolean;
};

/** The part of the browser's `Storage` that is used. */
export type IntentStorage = {
  getItem(name: string): string | null;
  setItem(name: string, value: string): void;
  removeItem(name: string): void;
};

const PREFIX = 'gamma.intent.';

function isStored(value: unknown): value is { key: string; input: unknown } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'input' in value &&
    'key' in value &&
    typeof value.key === 'string'
  );
}

/**
 * Keeps one open intent a name in sessionStorage, so that a reload finds it again. Storage may be full or
 * forbidden (private windows): then the intent lives in memory only.
 */
export class Intents {
  private readonly memory = new Map<string, Intent<unknown>>();

  constructor(
    private readonly storage: IntentStorage,
    private readonly newKey: () => string,
  ) {}

  open<Input>(name: string): Intent<Input> | null {
    const kept = this.memory.get(name) ?? this.read(name);
    return kept as Intent<Input> | null;
  }

  /**
   * The intent to send: the open one if there is one (whatever its input: it must be settled before anything
   * else may be asked), else a new one under a new key.
   */
  begin<Input>(name: string, input: Input): Intent<Input> {
    const kept = this.open<Input>(name);
    if (kept) return kept;
    const intent = { key: this.newKey(), input, doubt: false };
    this.memory.set(name, intent);
    try {
      this.storage.setItem(PREFIX + name, JSON.stringify({ key: intent.key, input }));
    } catch {
      // Memory has it; only a reload would lose it.
    }
    return intent;
  }

  doubt(name: string): void {
    const kept = this.memory.get(name);
    if (kept) this.memory.set(name, { ...kept, doubt: true });
  }

  settle(name: string): void {
    this.memory.delete(name);
    try {
      this.storage.removeItem(PREFIX + name);
    } catch {
      // Nothing was written either.
    }
  }

  private read(name: string): Intent<unknown> | null {
    try {
      const value: unknown = JSON.parse(this.storage.getItem(PREFIX + name) ?? 'null');
      if (!isStored(value)) return null;
      const intent = { ...value, doubt: true };
      this.memory.set(name, intent);
      return intent;
    } catch {
      return null;
    }
  }
}
