import { endianness } from 'node:os';

/**
 * Blocks of rows in the engine's Native format, its fastest to read: column after column, values of fixed width as they
 * lie in memory (https://clickhouse.com/docs/interfaces/formats/Native). Columns are matched by name; one whose type
 * here is another than the table's is converted (`input_format_native_allow_types_conversion`, on by default).
 */
export type NativeColumn = {
  readonly name: string;
  readonly type: string;
  /** In order, nothing between them. */
  readonly data: readonly Uint8Array[];
};

type Numbers = Uint8Array | Uint16Array | Uint32Array | BigUint64Array;

/** Numbers are sent as they lie in memory, and the format is little-endian. */
if (endianness() !== 'LE')
  throw new Error('clicks can be shipped from little-endian machines only');

const bytesOf = ({ buffer, byteOffset, byteLength }: Numbers): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

const uint64 = (value: number): Uint8Array => bytesOf(BigUint64Array.of(BigInt(value)));

/** Seven bits a byte, the low ones first (LEB128). */
function varint(value: number): string {
  let text = '';
  let left = value;
  for (; left > 0x7f; left >>>= 7) text += String.fromCharCode((left & 0x7f) | 0x80);
  return text + String.fromCharCode(left);
}

const bytes = (raw: string): Uint8Array => Buffer.from(raw, 'latin1');

declare const isNative: unique symbol;
/** A text as a block has it: its UTF-8 with the length before it, each byte as a character. */
export type NativeText = string & { readonly [isNative]: true };

const NOT_ASCII = /[^\x00-\x7f]/;

/** Half of a surrogate pair is no text and becomes U+FFFD. */
export function nativeText(value: string): NativeText {
  if (!NOT_ASCII.test(value)) return (varint(value.length) + value) as NativeText;
  const raw = Buffer.from(value).toString('latin1');
  return (varint(raw.length) + raw) as NativeText;
}

/** DateTime64(3): milliseconds since 1970 as 64 bits, here each as two numbers, the low one first. */
export const numbersColumn = (
  name: string,
  type: 'UInt8' | 'UInt32' | 'UInt64' | "DateTime64(3, 'UTC')",
  values: Numbers,
): NativeColumn => ({ name, type, data: [bytesOf(values)] });

/** `values`: texts of `width` bytes, one after the other. */
export const fixedTextColumn = (name: string, width: number, values: Uint8Array): NativeColumn => ({
  name,
  type: `FixedString(${width})`,
  data: [values],
});

/** LowCardinality: the keys of a block come with it, numbers of keys in 16 or 32 bits. */
const KEYS_VERSION = 1;
const OWN_KEYS = 1 << 9;
const KEY_16 = 1;
const KEY_32 = 2;

export const textColumn = (name: string, values: readonly NativeText[]): NativeColumn => ({
  name,
  type: 'String',
  data: [bytes(values.join(''))],
});

/**
 * Columns that share their rows' numbers: row n has `values[valueOfRow[n]]` of each. What many rows share costs two
 * bytes a row. Keys may be equal; the engine tells, and looking for them here would cost more than it reads.
 */
export function sharedTextColumns(
  columns: readonly { readonly name: string; readonly values: readonly NativeText[] }[],
  valueOfRow: Uint32Array,
): NativeColumn[] {
  const narrow = columns.every(({ values }) => values.length <= 0x1_0000);
  const numbers = bytesOf(narrow ? Uint16Array.from(valueOfRow) : valueOfRow);
  return columns.map(({ name, values }) => ({
    name,
    type: 'LowCardinality(String)',
    data: [
      ...[uint64(KEYS_VERSION), uint64(OWN_KEYS | (narrow ? KEY_16 : KEY_32))],
      ...[uint64(values.length), bytes(values.join(''))],
      ...[uint64(valueOfRow.length), numbers],
    ],
  }));
}

export type NativeBlock = { readonly columns: readonly string[]; readonly bytes: Buffer };

export function nativeBlock(rows: number, columns: readonly NativeColumn[]): NativeBlock {
  const pieces = columns.flatMap(({ name, type, data }) => [
    bytes(nativeText(name) + nativeText(type)),
    ...data,
  ]);
  return {
    columns: columns.map(({ name }) => name),
    bytes: Buffer.concat([bytes(varint(columns.length) + varint(rows)), ...pieces]),
  };
}
