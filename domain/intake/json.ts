import { err, ok, type Result } from '../result';
import { exactNumber } from './exactNumber';

/**
 * A strict RFC 8259 reader for signed bodies. JSON.parse will not do: it silently keeps the last of two
 * equal keys (so the shop and we could read different amounts from one signed body), and it turns
 * 1000.10 into a float. Here a repeated key is an error, and numbers under the `exact` keys stay the
 * decimal text that was sent.
 */
export type JsonFault = {
  readonly code: 'json_invalid' | 'json_duplicate_key' | 'json_too_deep';
  /** Offset in the text, in UTF-16 units. */
  readonly at: number;
};

const MAX_DEPTH = 16;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const HEX4 = /^[0-9A-Fa-f]{4}$/;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

class Refused extends Error {
  constructor(
    readonly code: JsonFault['code'],
    readonly at: number,
  ) {
    super(code);
  }
}

class Reader {
  at = 0;
  depth = 0;

  constructor(
    readonly text: string,
    readonly exact: ReadonlySet<string>,
  ) {}

  refuse(code: JsonFault['code'] = 'json_invalid'): never {
    throw new Refused(code, this.at);
  }

  /** Character code of the next token's first character. */
  peek(): number {
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return code;
      this.at += 1;
    }
  }

  value(key: string): unknown {
    const code = this.peek();
    if (code === 34) return this.string();
    if (code === 123) return this.object();
    if (code === 91) return this.array(key);
    if (code === 45 || (code >= 48 && code <= 57)) return this.number(key);
    return this.literal();
  }

  literal(): unknown {
    for (const [word, value] of [
      ['true', true],
      ['false', false],
      ['null', null],
    ] as const) {
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length;
        return value;
      }
    }
    return this.refuse();
  }

  number(key: string): number | string {
    NUMBER.lastIndex = this.at;
    const raw = NUMBER.exec(this.text)?.[0];
    if (raw === undefined) return this.refuse();
    this.at += raw.length;
    return this.exact.has(key) ? exactNumber(raw) : Number(raw);
  }

  string(): string {
    const from = (this.at += 1);
    for (let i = from; i < this.text.length; i += 1) {
      const code = this.text.charCodeAt(i);
      if (code === 34) {
        this.at = i + 1;
        return this.text.slice(from, i);
      }
      if (code === 92) return this.escapedString(from, i);
      if (code < 32) break;
    }
    return this.refuse();
  }

  escapedString(from: number, firstEscape: number): string {
    let value = this.text.slice(from, firstEscape);
    this.at = firstEscape;
    for (;;) {
      const char = this.text.charAt(this.at);
      if (char === '') return this.refuse();
      this.at += 1;
      if (char === '"') break;
      if (char === '\\') value += this.escape();
      else if (char < ' ') return this.refuse();
      else value += char;
    }
    // Postgres text cannot hold U+0000, and a lone surrogate would be stored as another character.
    if (value.includes('\0') || !value.isWellFormed()) return this.refuse();
    return value;
  }

  escape(): string {
    const char = this.text.charAt(this.at);
    this.at += 1;
    if (char !== 'u') return ESCAPES[char] ?? this.refuse();
    const hex = this.text.slice(this.at, this.at + 4);
    if (!HEX4.test(hex)) return this.refuse();
    this.at += 4;
    return String.fromCharCode(parseInt(hex, 16));
  }

  enter(): void {
    this.at += 1;
    this.depth += 1;
    if (this.depth > MAX_DEPTH) this.refuse('json_too_deep');
  }

  array(key: string): unknown[] {
    this.enter();
    const items: unknown[] = [];
    if (this.peek() === 93) return this.leave(items);
    for (;;) {
      items.push(this.value(key));
      const code = this.peek();
      if (code === 93) return this.leave(items);
      if (code !== 44) return this.refuse();
      this.at += 1;
    }
  }

  object(): Record<string, unknown> {
    this.enter();
    const fields: Record<string, unknown> = {};
    if (this.peek() === 125) return this.leave(fields);
    for (;;) {
      if (this.peek() !== 34) return this.refuse();
      const key = this.string();
      if (Object.hasOwn(fields, key)) return this.refuse('json_duplicate_key');
      // As a key of a plain object this one would set the prototype instead of a field.
      if (key === '__proto__') return this.refuse();
      if (this.peek() !== 58) return this.refuse();
      this.at += 1;
      fields[key] = this.value(key);
      const code = this.peek();
      if (code === 125) return this.leave(fields);
      if (code !== 44) return this.refuse();
      this.at += 1;
    }
  }

  leave<T>(value: T): T {
    this.at += 1;
    this.depth -= 1;
    return value;
  }
}

const NONE: ReadonlySet<string> = new Set();

/** `exact`: object keys whose numbers are given as the text sent ("1000.10"), not as floats. */
export function parseJson(
  text: string,
  exact: ReadonlySet<string> = NONE,
): Result<unknown, JsonFault> {
  const reader = new Reader(text, exact);
  try {
    const value = reader.value('');
    if (!Number.isNaN(reader.peek())) reader.refuse();
    return ok(value);
  } catch (thrown) {
    if (thrown instanceof Refused) return err({ code: thrown.code, at: thrown.at });
    throw thrown;
  }
}
