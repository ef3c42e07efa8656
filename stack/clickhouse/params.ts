import { TupleParam } from '@clickhouse/client';
import { ClickhouseFailure } from './failure';

/**
 * The HTTP interface carries `param_x` in ClickHouse's own text form; chdb wants a JavaScript value to
 * bind. These functions turn one into the other. Nothing here ever becomes part of the SQL text.
 */
export type Bound =
  string | null | boolean | number | bigint | Bound[] | Map<Bound, Bound> | TupleParam;

const ESCAPES: Readonly<Record<string, string>> = {
  t: '\t',
  n: '\n',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
  a: '\x07',
  e: '\x1b',
  '0': '\0',
};

const unescape = (text: string): string =>
  text.replace(/\\(?:x([0-9a-fA-F]{2})|([\s\S]))/g, (_, hex?: string, char?: string) =>
    hex === undefined
      ? (ESCAPES[char ?? ''] ?? char ?? '')
      : String.fromCharCode(parseInt(hex, 16)),
  );

/** The type in `{name:Type}`, found outside string literals and comments being of no concern here. */
function declaredType(sql: string, name: string): string {
  const match = new RegExp(`\\{\\s*${name}\\s*:\\s*([^}]+)\\}`).exec(sql);
  return match?.[1]?.trim() ?? '';
}

export function boundValue(sql: string, name: string, text: string): Bound {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    throw new ClickhouseFailure(457, 'BAD_QUERY_PARAMETER', `Query parameter name ${name}`);
  }
  if (/^(Array|Map|Tuple|Nested|Point|Ring|Polygon)\b/.test(declaredType(sql, name))) {
    return new Literal(name, text).whole();
  }
  return text === '\\N' ? null : unescape(text);
}

/** Reader of composite values: ['a',NULL], {'k':1}, ('a',2). */
class Literal {
  private at = 0;

  constructor(
    private readonly name: string,
    private readonly text: string,
  ) {}

  whole(): Bound {
    const value = this.value();
    this.space();
    if (this.at < this.text.length) this.fail();
    return value;
  }

  private fail(): never {
    throw new ClickhouseFailure(
      457,
      'BAD_QUERY_PARAMETER',
      `Value of query parameter '${this.name}' cannot be read at position ${this.at}`,
    );
  }

  private space(): void {
    while (/\s/.test(this.text[this.at] ?? '')) this.at += 1;
  }

  private eat(char: string): boolean {
    this.space();
    if (this.text[this.at] !== char) return false;
    this.at += 1;
    return true;
  }

  private value(): Bound {
    if (this.eat('[')) return this.list(']');
    if (this.eat('(')) return new TupleParam(this.list(')'));
    if (this.eat('{')) return this.map();
    if (this.eat("'")) return this.quoted();
    return this.word();
  }

  private list(close: string): Bound[] {
    const items: Bound[] = [];
    if (this.eat(close)) return items;
    do items.push(this.value());
    while (this.eat(','));
    if (!this.eat(close)) this.fail();
    return items;
  }

  private map(): Map<Bound, Bound> {
    const entries = new Map<Bound, Bound>();
    if (this.eat('}')) return entries;
    do {
      const key = this.value();
      if (!this.eat(':')) this.fail();
      entries.set(key, this.value());
    } while (this.eat(','));
    if (!this.eat('}')) this.fail();
    return entries;
  }

  private quoted(): string {
    const start = this.at;
    while (this.at < this.text.length && this.text[this.at] !== "'") {
      this.at += this.text[this.at] === '\\' ? 2 : 1;
    }
    const body = this.text.slice(start, this.at);
    if (!this.eat("'")) this.fail();
    return unescape(body);
  }

  private word(): Bound {
    const word = /^[A-Za-z0-9_.+-]+/.exec(this.text.slice(this.at))?.[0];
    if (word === undefined) this.fail();
    this.at += word.length;
    if (/^null$/i.test(word)) return null;
    if (/^(true|false)$/i.test(word)) return word.toLowerCase() === 'true';
    if (/^-?\d+$/.test(word)) return BigInt(word);
    const number = Number(word);
    return Number.isFinite(number) ? number : this.fail();
  }
}
