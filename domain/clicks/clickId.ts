import { createHmac, timingSafeEqual } from 'node:crypto';

import { err, ok, type Result } from '../result';
import { createCmac, type Cmac } from './cmac';

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
};

/** In ASCII order, so ids compare as strings in the order of their times. */
const ALPHABET = '-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz';
const NOT_IN_ALPHABET = 0xff;
const DIGIT_OF = new Uint8Array(128).fill(NOT_IN_ALPHABET);
/** Two characters for each 12 bits: half the look-ups and joins of one character at a time. */
const PAIRS: string[] = [];
for (let i = 0; i < 64; i += 1) {
  DIGIT_OF[ALPHABET.charCodeAt(i)] = i;
  for (let j = 0; j < 64; j += 1) PAIRS.push(ALPHABET.charAt(i) + ALPHABET.charAt(j));
}

/** 32-bit words, three of them, as 16 characters. */
function encodeWords(a: number, b: number, c: number): string {
  return (
    PAIRS[a >>> 20]! +
    PAIRS[(a >>> 8) & 0xfff]! +
    PAIRS[((a & 0xff) << 4) | (b >>> 28)]! +
    PAIRS[(b >>> 16) & 0xfff]! +
    PAIRS[(b >>> 4) & 0xfff]! +
    PAIRS[((b & 0xf) << 8) | (c >>> 24)]! +
    PAIRS[(c >>> 12) & 0xfff]! +
    PAIRS[c & 0xfff]!
  );
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
  const nextNonce = nonceSeed ? nonceSequence(nonceSeed) : undefined;
  const head = Buffer.alloc(HEAD_BYTES);
  return {
    use(next) {
      loaded = load(next);
    },
    mint(linkNumber, nowMs) {
      if (!nextNonce) throw new RangeError('minting needs a nonce seed');
      return mintWith(loaded.minting, nextNonce, head, linkNumber, nowMs);
    },
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

function mintWith(
  key: Cmac,
  nextNonce: () => number,
  head: Buffer,
  linkNumber: number,
  nowMs: number,
): string {
  const tick = Math.floor((nowMs - EPOCH_MS) / TICK_MS);
  if (!(tick >= 0 && tick <= MAX_TICK)) throw new RangeError(`click time ${nowMs} does not fit`);
  if (!(Number.isInteger(linkNumber) && linkNumber >= 0 && linkNumber <= MAX_LINK_NUMBER)) {
    throw new RangeError(`link number ${linkNumber} does not fit`);
  }
  const high = Math.floor(tick / 16);
  const low = ((tick % 16) << 28) | linkNumber;
  const nonce = nextNonce();
  head.writeUInt32BE(high, 0);
  head.writeInt32BE(low, 4);
  head.writeUInt32BE(nonce, 8);
  const tag = key.tag(head, HEAD_BYTES);
  return (
    encodeWords(high, low, nonce) +
    encodeWords(tag.readUInt32BE(0), tag.readUInt32BE(4), tag.readUInt32BE(8))
  );
}
