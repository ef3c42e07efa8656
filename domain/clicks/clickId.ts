import { createHmac, timingSafeEqual } from 'node:crypto';

import { err, ok, type Result } from '../result';
import { BLOCK_BYTES, createCmac, type Cmac } from './cmac';

/**
 * A click id is 192 bits in exactly 32 URL-safe characters, and says by itself which link was clicked
 * and when, so a sale can be credited after every click store was lost (docs/click-ids.md has the
 * layout and the arithmetic of forging one):
 *
 *   36 bits  time, in ticks of 16 ms since 2025-01-01T00:00Z (lasts to 2059)
 *   28 bits  link number
 *   32 bits  nonce: a counter under a keyed bijection, so ids of one process never repeat
 *   96 bits  AES-CMAC-96 (RFC 4494) of the 96 bits above, under a key derived for the environment
 */
export const CLICK_ID_LENGTH = 32;
export const MAX_LINK_NUMBER = 0x0fff_ffff;
const TICK_MS = 16;
const EPOCH_MS = Date.UTC(2025, 0, 1);
const MAX_TICK = 2 ** 36 - 1;
/** Clocks of two machines differ by less; an id from further ahead was not minted by us. */
const FUTURE_TOLERANCE_MS = 5 * 60_000;

const HEAD_BYTES = 12;
const TAG_BYTES = 12;
/** Bytes of randomness `createClickIds` needs to mint: counter start and four round keys. */
export const NONCE_SEED_BYTES = 20;

export type ClickIdKey = { readonly id: string; readonly bytes: Uint8Array };
export type ClickIdError =
  'click_id_malformed' | 'click_id_forged' | 'click_id_other_environment' | 'click_id_from_future';
export type ClickIdFacts = { readonly linkNumber: number; readonly clickedAtMs: number };

export type ClickIdVerifier = {
  /**
   * What an id of ours says; `clickedAtMs` is at most 16 ms early. Errors: not 32 characters of the
   * alphabet, tag made with none of the live keys, tag of another environment under one of them, and (only
   * when `nowMs` is given) more than 5 minutes ahead of it.
   */
  verify(id: string, nowMs?: number): Result<ClickIdFacts, ClickIdError>;
};
export type ClickIds = ClickIdVerifier & {
  /** Throws RangeError on a link number or a time that does not fit: both are bugs of the caller. */
  mint(linkNumber: number, nowMs: number): string;
  /** An id for each click, in their order, as mint would give; several at once cost little more than one. */
  mintAll(clicks: readonly Mintable[]): string[];
};
export type Mintable = { readonly linkNumber: number; readonly nowMs: number };

/** In ASCII order, so ids compare as strings in the order of their times. */
const ALPHABET = '-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz';
const NOT_IN_ALPHABET = 0xff;
const DIGIT_OF = new Uint8Array(128).fill(NOT_IN_ALPHABET);
const CODE_OF = Buffer.from(ALPHABET, 'latin1');
for (let i = 0; i < 64; i += 1) DIGIT_OF[CODE_OF[i]!] = i;

const DIGITS_IN_96_BITS = 16;

/** Three 32-bit words as 16 characters. */
function writeDigits(to: Uint8Array, at: number, a: number, b: number, c: number): void {
  let bits = a >>> 8;
  for (let word = 0; word < 4; word += 1) {
    const digit = at + word * 4;
    to[digit] = CODE_OF[bits >>> 18]!;
    to[digit + 1] = CODE_OF[(bits >>> 12) & 63]!;
    to[digit + 2] = CODE_OF[(bits >>> 6) & 63]!;
    to[digit + 3] = CODE_OF[bits & 63]!;
    if (word === 0) bits = ((a & 0xff) << 16) | (b >>> 16);
    else if (word === 1) bits = ((b & 0xffff) << 8) | (c >>> 24);
    else bits = c & 0xff_ffff;
  }
}

function decode(text: string): Uint8Array | undefined {
  if (text.length !== CLICK_ID_LENGTH) return undefined;
  const bytes = new Uint8Array(HEAD_BYTES + TAG_BYTES);
  for (let i = 0, at = 0; i < CLICK_ID_LENGTH; i += 4, at += 3) {
    let bits = 0;
    for (let j = i; j < i + 4; j += 1) {
      const digit = DIGIT_OF[text.charCodeAt(j)] ?? NOT_IN_ALPHABET;
      if (digit === NOT_IN_ALPHABET) return undefined;
      bits = (bits << 6) | digit;
    }
    bytes[at] = bits >>> 16;
    bytes[at + 1] = bits >>> 8;
    bytes[at + 2] = bits;
  }
  return bytes;
}

/**
 * Counts through all 2^32 values in an order that looks random (four Feistel rounds): no value comes
 * twice before all have come, and the traffic of a process cannot be read off two ids.
 */
function nonceSequence(seed: Uint8Array): () => number {
  if (seed.length !== NONCE_SEED_BYTES) {
    throw new RangeError(`nonce seed must be ${NONCE_SEED_BYTES} random bytes`);
  }
  const words = new DataView(seed.buffer, seed.byteOffset, seed.byteLength);
  let counter = words.getUint32(0);
  const keys = [4, 8, 12, 16].map((at) => words.getUint32(at));
  return () => {
    counter = (counter + 1) >>> 0;
    let left = counter >>> 16;
    let right = counter & 0xffff;
    for (const key of keys) {
      let mixed = Math.imul(right ^ key, 0x9e3779b1) ^ (key >>> 7);
      mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b);
      const next = (left ^ (mixed >>> 16)) & 0xffff;
      left = right;
      right = next;
    }
    return ((left << 16) | right) >>> 0;
  };
}

/** A key of 32 bytes for this use in this environment: another environment's ids never verify. */
function environmentKey(key: ClickIdKey, environment: string): Buffer {
  return createHmac('sha256', key.bytes).update(`gamma click id 1\0${environment}`).digest();
}

/**
 * The first key mints, every key verifies (so a key is rotated with an overlap). Without a nonce seed
 * (20 random bytes, fresh for each process: two processes on one seed would repeat each other's ids)
 * the result can only verify.
 */
export function createClickIds(keys: readonly ClickIdKey[], environment: string): ClickIdVerifier;
export function createClickIds(
  keys: readonly ClickIdKey[],
  environment: string,
  nonceSeed: Uint8Array,
): ClickIds;
export function createClickIds(
  keys: readonly ClickIdKey[],
  environment: string,
  nonceSeed?: Uint8Array,
): ClickIdVerifier | ClickIds {
  return createClickIdRing(keys, { environment, ...(nonceSeed && { nonceSeed }) });
}

export type ClickIdRing = ClickIds & {
  /** From the next id on the first of these mints and all of them verify. Throws RangeError on an empty list. */
  readonly use: (keys: readonly ClickIdKey[]) => void;
};
export type ClickIdRingOptions = {
  readonly environment: string;
  /** Without it `mint` throws. */
  readonly nonceSeed?: Uint8Array;
  /**
   * Environments that may run on the same keys by mistake: their ids are refused as theirs instead of as forged,
   * because a test shop sending to live is somebody's set-up to mend and no attack.
   */
  readonly otherEnvironments?: readonly string[];
};

/** Names that environments of this platform usually have. */
export const ENVIRONMENTS = ['live', 'test', 'staging', 'demo'] as const;

/** Click ids whose keys can change while the process runs: the nonce goes on, so no id repeats. */
export function createClickIdRing(
  keys: readonly ClickIdKey[],
  options: ClickIdRingOptions,
): ClickIdRing {
  const { environment, nonceSeed } = options;
  const others = (options.otherEnvironments ?? []).filter((other) => other !== environment);
  const derive = (of: readonly ClickIdKey[], names: readonly string[]): Cmac[] =>
    names.flatMap((name) => of.map((key) => createCmac(environmentKey(key, name))));
  const load = (of: readonly ClickIdKey[]): { own: Cmac[]; foreign: Cmac[]; minting: Cmac } => {
    const own = derive(of, [environment]);
    const [minting] = own;
    if (!minting) throw new RangeError('click ids need at least one key');
    return { own, foreign: derive(of, others), minting };
  };
  let loaded = load(keys);
  const mint = nonceSeed && createMint(nonceSequence(nonceSeed));
  const mintAll = (clicks: readonly Mintable[]): string[] => {
    if (!mint) throw new RangeError('minting needs a nonce seed');
    const ids: string[] = [];
    for (let from = 0; from < clicks.length; from += MINTED_AT_ONCE)
      mint(loaded.minting, clicks, from, ids);
    return ids;
  };
  return {
    use(next) {
      loaded = load(next);
    },
    mint: (linkNumber, nowMs) => mintAll([{ linkNumber, nowMs }])[0]!,
    mintAll,
    verify: (id, nowMs) => verifyWith(loaded.own, loaded.foreign, id, nowMs),
  };
}

function isGenuine(bytes: Uint8Array, keys: readonly Cmac[]): boolean {
  const claimed = bytes.subarray(HEAD_BYTES);
  let genuine = false;
  for (const key of keys) {
    const tag = key.tag(bytes, HEAD_BYTES).subarray(0, TAG_BYTES);
    if (timingSafeEqual(tag, claimed)) genuine = true;
  }
  return genuine;
}

function verifyWith(
  own: readonly Cmac[],
  foreign: readonly Cmac[],
  id: string,
  nowMs: number | undefined,
): Result<ClickIdFacts, ClickIdError> {
  const bytes = decode(id);
  if (!bytes) return err('click_id_malformed');
  if (!isGenuine(bytes, own)) {
    return err(isGenuine(bytes, foreign) ? 'click_id_other_environment' : 'click_id_forged');
  }
  const head = new DataView(bytes.buffer);
  const low = head.getUint32(4);
  const clickedAtMs = EPOCH_MS + (head.getUint32(0) * 16 + (low >>> 28)) * TICK_MS;
  if (nowMs !== undefined && clickedAtMs > nowMs + FUTURE_TOLERANCE_MS) {
    return err('click_id_from_future');
  }
  return ok({ linkNumber: low & MAX_LINK_NUMBER, clickedAtMs });
}

/** A whole turn of the event loop under full load; more are minted in several runs. */
const MINTED_AT_ONCE = 64;

type Mint = (key: Cmac, clicks: readonly Mintable[], from: number, ids: string[]) => void;

/** Appends the ids of up to MINTED_AT_ONCE clicks: their heads side by side, one run of the cipher, one text cut up. */
function createMint(nextNonce: () => number): Mint {
  const heads = Buffer.alloc(MINTED_AT_ONCE * BLOCK_BYTES);
  const digits = Buffer.alloc(MINTED_AT_ONCE * CLICK_ID_LENGTH);
  return (key, clicks, from, ids) => {
    const count = Math.min(MINTED_AT_ONCE, clicks.length - from);
    for (let i = 0; i < count; i += 1) {
      const { linkNumber, nowMs } = clicks[from + i]!;
      const tick = Math.floor((nowMs - EPOCH_MS) / TICK_MS);
      if (!(tick >= 0 && tick <= MAX_TICK))
        throw new RangeError(`click time ${nowMs} does not fit`);
      if (!(Number.isInteger(linkNumber) && linkNumber >= 0 && linkNumber <= MAX_LINK_NUMBER)) {
        throw new RangeError(`link number ${linkNumber} does not fit`);
      }
      const high = Math.floor(tick / 16);
      const low = ((tick % 16) << 28) | linkNumber;
      const nonce = nextNonce();
      const at = i * BLOCK_BYTES;
      heads.writeUInt32BE(high, at);
      heads.writeInt32BE(low, at + 4);
      heads.writeUInt32BE(nonce, at + 8);
      writeDigits(digits, i * CLICK_ID_LENGTH, high, low, nonce);
    }
    const tags = key.tags(heads, HEAD_BYTES, count);
    for (let i = 0; i < count; i += 1) {
      const at = i * BLOCK_BYTES;
      writeDigits(
        digits,
        i * CLICK_ID_LENGTH + DIGITS_IN_96_BITS,
        tags.readUInt32BE(at),
        tags.readUInt32BE(at + 4),
        tags.readUInt32BE(at + 8),
      );
    }
    const text = digits.toString('latin1', 0, count * CLICK_ID_LENGTH);
    for (let end = CLICK_ID_LENGTH; end <= text.length; end += CLICK_ID_LENGTH)
      ids.push(text.slice(end - CLICK_ID_LENGTH, end));
  };
}
