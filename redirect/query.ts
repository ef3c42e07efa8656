import { isTracking } from '../domain/links/product';
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
  /** Parameters follow a target that is escaped in part: whose they are cannot be told. */
  readonly halfEscaped: boolean;
};

const NOTHING: LinkQuery = {
  ref: undefined,
  target: undefined,
  sub: undefined,
  repeated: false,
  malformed: false,
  halfEscaped: false,
};

/**
 * Reads a query string. In `target` a plus stays a plus (people paste addresses unescaped, and an
 * escaped one carries %2B); in sub ids it is a space, as forms write it. The first of equal sub ids counts.
 *
 * A target written with its "?" and "&" as they are ends at the first "&" of the query: what follows under a name that is
 * not ours belongs to it and is put back. Our own names stay ours wherever they stand.
 */
export function readLinkQuery(query: string): LinkQuery {
  if (query === '') return NOTHING;
  let ref: string | undefined;
  let target: string | undefined;
  let sub: string[] | undefined;
  let repeated = false;
  let malformed = false;
  let written: WrittenTarget | undefined;
  let halfEscaped = false;
  for (let from = 0; from <= query.length;) {
    let end = query.indexOf('&', from);
    if (end < 0) end = query.length;
    let equals = query.indexOf('=', from);
    if (equals < 0 || equals > end) equals = end;
    const rawName = query.slice(from, equals);
    const name = rawName.includes('%') ? (decoded(rawName) ?? rawName) : rawName;
    const value = query.slice(equals + 1, end);
    const piece = from;
    from = end + 1;
    if (name === 'ref' || name === 'target') {
      const text = decoded(value);
      if (text === undefined) malformed = true;
      if ((name === 'ref' ? ref : target) !== undefined) repeated = true;
      if (name === 'ref') ref = text ?? '';
      else {
        target = text ?? '';
        written = writtenTarget(value);
      }
    } else if (name.length === 4 && name.startsWith('sub')) {
      const at = name.charCodeAt(3) - 0x31;
      if (at < 0 || at >= SUB_COUNT) continue;
      sub ??= Array<string>(SUB_COUNT).fill('');
      if (sub[at] === '') sub[at] = cut(subValue(value), MAX_LENGTH.sub);
    } else if (written && end > piece) {
      if (written.open) written.text += `&${query.slice(piece, end)}`;
      else if (!isTracking(name)) halfEscaped = true;
    }
  }
  if (written?.open && target !== '') target = written.text;
  return { ref, target, sub, repeated, malformed, halfEscaped };
}

/** `open`: nothing in its query is escaped for ours, so that it is text of its own and more of it may follow. */
type WrittenTarget = { text: string; readonly open: boolean };

/** What a target is that stands in a query with a "?" of its own; undefined for all others. */
function writtenTarget(value: string): WrittenTarget | undefined {
  const queryAt = value.indexOf('?');
  if (queryAt < 0) return undefined;
  const search = value.slice(queryAt);
  const open = !search.includes('%26') && (search.includes('=') || !/%3d/i.test(search));
  const place = value.slice(0, queryAt);
  return { text: (place.includes('://') ? place : (decoded(place) ?? place)) + search, open };
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
