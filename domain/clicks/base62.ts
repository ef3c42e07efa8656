/**
 * Numbers as letters and digits, in ASCII order, so that texts of one length compare as their numbers do. Nothing else
 * is used: runs of "-" and other signs read as attacks to common web firewalls (docs/click-ids.md).
 */
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const LETTERS_FROM = 10;
const BASE = 62;
const TWO = BASE ** 2;
const THREE = BASE ** 3;
/** What four digits can say; less than 2^24, so that a remainder and 24 more bits are an exact double. */
export const FOUR = BASE ** 4;
const LIMB = 2 ** 24;

const NO_DIGIT = 0xff;
const VALUE_OF = new Uint8Array(128).fill(NO_DIGIT);
const CODES = Buffer.from(DIGITS, 'latin1');
for (let i = 0; i < BASE; i += 1) VALUE_OF[CODES[i]!] = i;
/** Both digits of each number below 62². */
const HIGH = new Uint8Array(TWO);
const LOW = new Uint8Array(TWO);
for (let i = 0; i < TWO; i += 1) {
  HIGH[i] = CODES[(i / BASE) | 0]!;
  LOW[i] = CODES[i % BASE]!;
}

/** A number below FOUR as four digits. */
export function writeFour(to: Uint8Array, at: number, value: number): void {
  const high = (value / TWO) | 0;
  const low = value - high * TWO;
  to[at] = HIGH[high]!;
  to[at + 1] = LOW[high]!;
  to[at + 2] = HIGH[low]!;
  to[at + 3] = LOW[low]!;
}

/** 95 bits (31 of `a`, all of `b` and `c`) as a letter and 15 digits: 52 × 62¹⁵ is a little more than 2⁹⁵. */
export function write95(to: Uint8Array, at: number, a: number, b: number, c: number): void {
  // Long division by FOUR over parts of 24 bits; each quotient fits its part.
  let x = (a >>> 8) * LIMB + (((a & 0xff) << 16) | (b >>> 16));
  const q2 = Math.floor(x / FOUR);
  x = (x - q2 * FOUR) * LIMB + (((b & 0xffff) << 8) | (c >>> 24));
  const q1 = Math.floor(x / FOUR);
  x = (x - q1 * FOUR) * LIMB + (c & 0xff_ffff);
  const q0 = Math.floor(x / FOUR);
  writeFour(to, at + 12, x - q0 * FOUR);
  x = q2 * LIMB + q1;
  const p1 = Math.floor(x / FOUR);
  x = (x - p1 * FOUR) * LIMB + q0;
  const p0 = Math.floor(x / FOUR);
  writeFour(to, at + 8, x - p0 * FOUR);
  x = p1 * LIMB + p0;
  const first = Math.floor(x / FOUR);
  writeFour(to, at + 4, x - first * FOUR);
  const letter = (first / THREE) | 0;
  writeFour(to, at, first - letter * THREE);
  to[at] = CODES[LETTERS_FROM + letter]!;
}

/** What write95 wrote, as the 12 bytes of a, b and c; undefined for a text that it never writes. */
export function read95(text: string): Buffer | undefined {
  const limbs = [0, 0, 0, 0];
  for (let at = 0; at < 16; at += 4) {
    let four = 0;
    for (let i = at; i < at + 4; i += 1) {
      const value = VALUE_OF[text.charCodeAt(i)] ?? NO_DIGIT;
      if (value === NO_DIGIT || (i === 0 && value < LETTERS_FROM)) return undefined;
      four = four * BASE + (i === 0 ? value - LETTERS_FROM : value);
    }
    let carry = four;
    for (let limb = 3; limb >= 0; limb -= 1) {
      const x = limbs[limb]! * FOUR + carry;
      carry = Math.floor(x / LIMB);
      limbs[limb] = x - carry * LIMB;
    }
  }
  if (limbs[0]! >= LIMB / 2) return undefined;
  const bytes = Buffer.alloc(12);
  limbs.forEach((limb, n) => bytes.writeUIntBE(limb, n * 3, 3));
  return bytes;
}
