import { MAX_LENGTH, SUB_COUNT, cut } from './clickLine';

/** What our own links carry. Other parameters (utm_*, fbclid …) are not ours and are passed over. */
export type LinkQuery = {
  readonly ref: string | undefined;
  readonly target: string | undefined;
  /** sub1 … sub5, or undefined when there is none at all. */
  readonly sub: readonly string[] | undefined;
  /** ref or target came twice: two readers could each believe another one. */
  readonly repeated: boolean;
  /** A %-sequence of ref or target is not UTF-8. */
  readonly malformed: boolean;
};

const NOTHING: LinkQuery = {
  ref: undefined,
  target: undefined,
  sub: undefined,
  repeated: false,
  malformed: false,
};

/**
 * Reads a query string. In `target` a plus stays a plus (people paste addresses unescaped, and an
 * escaped one carries %2B); in sub ids it is a space, as forms write it. The first of equal sub ids counts.
 */
export function readLinkQuery(query: string): LinkQuery {
  if (query === '') return NOTHING;
  let ref: string | undefined;
  let target: string | undefined;
  let sub: string[] | undefined;
  let repeated = false;
  let malformed = false;
  for (let from = 0; from <= query.length;) {
    let end = query.indexOf('&', from);
    if (end < 0) end = query.length;
    let equals = query.indexOf('=', from);
    if (equals < 0 || equals > end) equals = end;
    const rawName = query.slice(from, equals);
    const name = rawName.includes('%') ? (decoded(rawName) ?? rawName) : rawName;
    const value = query.slice(equals + 1, end);
    from = end + 1;
    if (name === 'ref' || name === 'target') {
      const text = decoded(value);
      if (text === undefined) malformed = true;
      if ((name === 'ref' ? ref : target) !== undefined) repeated = true;
      if (name === 'ref') ref = text ?? '';
      else target = text ?? '';
    } else if (name.length === 4 && name.startsWith('sub')) {
      const at = name.charCodeAt(3) - 0x31;
      if (at < 0 || at >= SUB_COUNT) continue;
      sub ??= Array<string>(SUB_COUNT).fill('');
      if (sub[at] === '') sub[at] = cut(subValue(value), MAX_LENGTH.sub);
    }
  }
  return { ref, target, sub, repeated, malformed };
}

function decoded(value: string): string | undefined {
  if (!value.includes('%')) return value;
  try {
    return decodeURIComponent(value);
  } catch {
    return undefined;
  }
}

function subValue(value: string): string {
  const spaced = value.includes('+') ? value.replaceAll('+', ' ') : value;
  return decoded(spaced) ?? spaced;
}
