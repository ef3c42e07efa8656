import { isUtf8 } from 'node:buffer';

import { parseJson } from '../domain/intake/json';
import { err, ok, type Result } from '../domain/result';
import { violations, type Operation } from './contract';
import type { ProblemCode, ProblemExtra } from './problem';

export type Refused = { readonly code: ProblemCode } & ProblemExtra;

const refuse = (code: ProblemCode, extra: ProblemExtra = {}): Result<never, Refused> =>
  err({ code, ...extra });

/** Query parameters by name; a repeated one is refused, because two readers would pick different ones. */
export function readQuery(search: string): Result<ReadonlyMap<string, string>, Refused> {
  const found = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(search)) {
    if (found.has(name)) return refuse('parameter_doubled');
    found.set(name, value);
  }
  return ok(found);
}

/** Query parameters that people type or paste, without the marks that nobody sees. */
export function plainQuery(
  operation: Operation,
  query: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const even = operation.parameters.filter(({ in: at, plainly }) => at === 'query' && plainly);
  if (!even.some(({ name }) => query.has(name))) return query;
  const read = new Map(query);
  for (const { name, plainly } of even) {
    const said = query.get(name);
    if (said !== undefined && plainly) read.set(name, plainly(said));
  }
  return read;
}

/** Path and query parameters against the document. */
export function checkParameters(
  operation: Operation,
  path: Readonly<Record<string, string>>,
  query: ReadonlyMap<string, string>,
): Refused | undefined {
  const declared = operation.parameters.filter((parameter) => parameter.in === 'query');
  for (const name of query.keys()) {
    if (!declared.some((parameter) => parameter.name === name))
      return { code: 'parameter_unknown' };
  }
  for (const parameter of operation.parameters) {
    if (parameter.in === 'header') continue;
    const value = parameter.in === 'path' ? path[parameter.name] : query.get(parameter.name);
    if (value === undefined && !parameter.required) continue;
    // Postgres text cannot hold U+0000: what nobody can have stored is refused here, not by a failing query.
    const isHeld = value === undefined || !value.includes('\0');
    if (value === undefined || !isHeld || !parameter.validate(value)) {
      const fault = isHeld ? parameter.validate.errors?.[0]?.message : 'must not hold U+0000';
      const message = fault ?? 'is required';
      return {
        code: 'parameter_invalid',
        errors: [{ pointer: `/${parameter.in}/${parameter.name}`, message }],
      };
    }
  }
  return undefined;
}

/** Only plain JSON: no other type, no compression (a small body could unpack into a huge one). */
export function isJson(contentType: string | undefined, encoding: string | undefined): boolean {
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') return false;
  if (contentType === 'application/json') return true;
  return /^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(contentType ?? '');
}

/** Bytes → JSON value, refusing what two parsers could read differently. */
export function readJson(bytes: Buffer): Result<unknown, Refused> {
  // Some writers put a mark of the byte order before the text; it is no part of it.
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  if (!isUtf8(bytes)) return refuse('json_invalid', { detail: 'The body is not valid UTF-8.' });
  const parsed = parseJson(bytes.toString('utf8', hasMark ? 3 : 0));
  if (parsed.ok) return parsed;
  const { code, at } = parsed.error;
  return refuse(code, { detail: `The JSON is refused at offset ${at}: ${code}.` });
}

/** A JSON value against the operation's request schema. */
export function checkBody(operation: Operation, value: unknown): Refused | undefined {
  const validate = operation.body?.validate;
  if (!validate || validate(value)) return undefined;
  return { code: 'body_invalid', errors: violations(validate.errors) };
}
