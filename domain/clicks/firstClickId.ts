/**
 * Click ids as they were made at first: 24 bytes as 32 digits of 64, "-" for none. They are in shops' books and go on
 * proving their clicks; none is made any more. All of them begin with "-" or a digit (the letters' turn was 2031).
 *
 *   36 bits  time, in ticks of 16 ms since 2025-01-01T00:00Z
 *   28 bits  link number
 *   32 bits  nonce
 *   96 bits  AES-CMAC-96 (RFC 4494) of the 96 bits above
 */
const ALPHABET = '-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz';
const NO_DIGIT = 0xff;
const VALUE_OF = new Uint8Array(128).fill(NO_DIGIT);
for (let i = 0; i < 64; i += 1) VALUE_OF[ALPHABET.charCodeAt(i)] = i;

const DIGITS = 32;
const BYTES = 24;
const TICK_MS = 16;

/** The bytes of 32 digits of the alphabet, undefined for any other text. */
export function readFirstDigits(text: string): Buffer | undefined {
  if (text.length !== DIGITS) return undefined;
  const bytes = Buffer.alloc(BYTES);
  for (let i = 0, at = 0; i < DIGITS; i += 4, at += 3) {
    let bits = 0;
    for (let j = i; j < i + 4; j += 1) {
      const digit = VALUE_OF[text.charCodeAt(j)] ?? NO_DIGIT;
      if (digit === NO_DIGIT) return undefined;
      bits = (bits << 6) | digit;
    }
    bytes.writeUIntBE(bits, at, 3);
  }
  return bytes;
}

/** Milliseconds since the epoch of ids, and the link, in the first 12 bytes. */
export function readFirstHead(bytes: Buffer): { sinceEpochMs: number; linkNumber: number } {
  const low = bytes.readUInt32BE(4);
  const sinceEpochMs = (bytes.readUInt32BE(0) * 16 + (low >>> 28)) * TICK_MS;
  return { sinceEpochMs, linkNumber: low & 0x0fff_ffff };
}
