import { err, ok, type Result } from '../domain/result';

export type JsonObject = { readonly [name: string]: unknown };

/** A string, or a number token outside every string: the string branch comes first and eats quoted digits. */
const STRING_OR_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/**
 * Parses JSON with every number as the text the partner wrote ("1299.90" stays "1299.90"), so money
 * never passes through a float. JSON.parse has no such option in Node 20; it first judges the syntax.
 */
export function parseExactJson(text: string): Result<unknown, 'garbled_body'> {
  try {
    JSON.parse(text);
    const quoted = text.replace(STRING_OR_NUMBER, (token) =>
      token.startsWith('"') ? token : `"${token}"`,
    );
    return ok(JSON.parse(quoted) as unknown);
  } catch {
    return err('garbled_body');
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A non-empty own text field; numbers arrive as text too. */
export function textField(object: JsonObject, name: string): string | null {
  const value = Object.hasOwn(object, name) ? object[name] : undefined;
  return typeof value === 'string' && value !== '' ? value : null;
}
