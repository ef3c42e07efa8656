import { isUtf8 } from 'node:buffer';

import { parseJson } from '../../domain/intake/json';
import { plainly } from '../../domain/intake/plainly';
import { EXACT_KEYS } from '../../domain/intake/postback';
import { err, type Result } from '../../domain/result';
import type { Refused } from '../request';

/** JSON by any of its names, or by none: the signature says who sent it, and the bytes say what it is. */
const JSON_TYPE =
  /^(?:(?:application|text)\/(?:[\w.+-]+\+)?json|text\/plain|application\/octet-stream)$/i;
const WINDOWS_1251 = /charset\s*=\s*"?(?:windows-1251|cp1251|cp-1251)\b/i;

export function isJsonText(contentType: string | undefined, encoding: string | undefined): boolean {
  if (encoding !== undefined && encoding !== '' && encoding.toLowerCase() !== 'identity')
    return false;
  if (contentType === undefined || contentType === 'application/json') return true;
  const [essence = ''] = contentType.split(';', 1);
  return essence.trim() === '' || JSON_TYPE.test(essence.trim());
}

function decodedBy(label: string, bytes: Buffer): string | undefined {
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** 1C and .NET write a mark of the byte order before the text, or UTF-16; C programs a NUL behind it. */
function textOf(bytes: Buffer, contentType: string | undefined): string | undefined {
  const [a, b] = bytes;
  if ((a === 0xff && b === 0xfe) || (a === 0x7b && b === 0)) return decodedBy('utf-16le', bytes);
  if ((a === 0xfe && b === 0xff) || (a === 0 && b === 0x7b)) return decodedBy('utf-16be', bytes);
  if (!isUtf8(bytes))
    return WINDOWS_1251.test(contentType ?? '') ? decodedBy('windows-1251', bytes) : undefined;
  return bytes.toString('utf8', a === 0xef && b === 0xbb ? 3 : 0);
}

const withoutTail = (text: string): string =>
  text.endsWith('\0') ? text.slice(0, text.search(/[\0\s]+$/u)) : text;

/** The JSON of a postback's raw body; the signature was over the bytes as they came. */
export function readSaidJson(
  bytes: Buffer,
  contentType: string | undefined,
): Result<unknown, Refused> {
  const text = textOf(bytes, contentType);
  if (text === undefined)
    return err({ code: 'json_invalid', detail: 'The body is not valid UTF-8.' });
  const parsed = parseJson(withoutTail(text), EXACT_KEYS);
  if (parsed.ok) return parsed;
  const { code, at } = parsed.error;
  return err({ code, detail: `The JSON is refused at offset ${at}: ${code}.` });
}

/** The same in one spelling, ready for the schema. */
export function readSaid(bytes: Buffer, contentType: string | undefined): Result<unknown, Refused> {
  const json = readSaidJson(bytes, contentType);
  if (!json.ok) return json;
  const read = plainly(json.value);
  if (read.ok) return read;
  const { code, pointer } = read.error;
  return err({ code, errors: [{ pointer, message: code }] });
}
