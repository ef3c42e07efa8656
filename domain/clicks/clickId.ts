import { createHmac, timingSafeEqual } from 'node:crypto';

import { err, ok, type Result } from '../result';
import { FOUR, read95, write95, writeFour } from './base62';
import { BLOCK_BYTES, createCmac, type Cmac } from './cmac';
import { readFirstDigits, readFirstHead } from './firstClickId';

/**
 * A click id is a letter and 31 letters and digits, and says by itself which link was clicked and when, so a sale can
 * be credited after every click store was lost (docs/click-ids.md has the layout and the arithmetic of forging one):
 *
 *   16 characters of 95 bits:
 *     34 bits  time, in ticks of 32 ms since 2025-01-01T00:00Z (lasts to 2042)
 *     28 bits  link number
 *     33 bits  nonce: a counter under a keyed bijection, so ids of one process never repeat
 *   16 characters of the tag: AES-CMAC (RFC 4493) of those bits, under a key derived for the environment; each 32 bits
 *     of it, modulo 62⁴, are four characters
 */
export const CLICK_ID_LENGTH = 32;
export const MAX_LINK_NUMBER = 0x0fff_ffff;
const TICK_MS = 32;
const EPOCH_MS = Date.UTC(2025, 0, 1);
const MAX_TICK = 2 ** 34 - 1;
/** Clocks of two machines differ by less; an id from further ahead was not minted by us. */
const FUTURE_TOLERANCE_MS = 5 * 60_000;

const HEAD_BYTES = 12;
/** The tag of the first form of ids. */
const FIRST_TAG_BYTES = 12;
/** Bytes of randomness `createClickIds` needs to mint: counter start and four round keys. */
export const NONCE_SEED_BYTES = 20;

export type ClickIdKey = { readonly id: string; readonly bytes: Uint8Array };
export type ClickIdError =
  'click_id_malformed' | 'click_id_forged' | 'click_id_other_environment' | 'click_id_from_future';
export type ClickIdFacts = { readonly linkNumber: number; readonly clickedAtMs: number };

export type ClickIdVerifier = {
  /**
   * What an id of ours says; `clickedAtMs` is at most 32 ms early. Errors: not 32 characters of the
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

const HEAD_DIGITS = 16;

/** The 128 bits at `at` as 16 characters: 62¹⁶ texts (95.27 bits), none more than 0.4 % likelier than another. */
function writeTag(to: Uint8Array, toAt: number, tag: Buffer, at: number): void {
  for (let word = 0; word < 16; word += 4)
    writeFour(to, toAt + word, tag.readUInt32BE(at + word) % FOUR);
}

/**
 * Counts through all 2^32 values in an order that looks random (four Feistel rounds): no value comes
 * twice before all have come, and the traffic of a process cannot be read off two ids. A bit beside it makes 33.
 */
type Nonce = { bits: number; more: number };
function nonceSequence(seed: Uint8Array): () => Nonce {
  if (seed.length !== NONCE_SEED_BYTES) {
    throw new RangeError(`nonce seed must be ${NONCE_SEED_BYTES} random bytes`);
  }
  const words = new DataView(seed.buffer, seed.byteOffset, seed.byteLength);
  let counter = words.getUint32(0);
  const keys = [4, 8, 12, 16].map((at) => words.getUint32(at));
  const nonce: Nonce = { bits: 0, more: 0 };
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
      nonce.more = mixed & 1;
    }
    nonce.bits = ((left << 16) | right) >>> 0;
    return nonce;
  };
}

/** The form of an id, and the keys of each: a tag of one says nothing in the other. */
type Form = 1 | 2;
type FormKeys = Readonly<Record<Form, Cmac>>;

/** Keys of 32 bytes for this use in this environment: another environment's ids never verify. */
function environmentKeys(key: ClickIdKey, environment: string): FormKeys {
  const derive = (form: Form): Cmac =>
    createCmac(
      createHmac('sha256', key.bytes).update(`gamma click id ${form}\0${environment}`).digest(),
    );
  return { 1: derive(1), 2: derive(2) };
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
  const derive = (of: readonly ClickIdKey[], names: readonly string[]): FormKeys[] =>
    names.flatMap((name) => of.map((key) => environmentKeys(key, name)));
  const load = (of: readonly ClickIdKey[]) => {
    const own = derive(of, [environment]);
    const minting = own[0]?.[2];
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

/** An id read as far as its text goes. */
type Read = {
  readonly form: Form;
  readonly head: Buffer;
  readonly claimedTag: Buffer;
  readonly facts: ClickIdFacts;
};

function readFirstForm(bytes: Buffer): Read {
  const { sinceEpochMs, linkNumber } = readFirstHead(bytes);
  return {
    form: 1,
    head: bytes,
    claimedTag: bytes.subarray(HEAD_BYTES),
    facts: { linkNumber, clickedAtMs: EPOCH_MS + sinceEpochMs },
  };
}

function readSecondForm(id: string): Read | undefined {
  const head = read95(id);
  if (!head) return undefined;
  const low = head.readUInt32BE(4);
  const tick = head.readUInt32BE(0) * 8 + (low >>> 29);
  return {
    form: 2,
    head,
    claimedTag: Buffer.from(id.slice(HEAD_DIGITS), 'latin1'),
    facts: {
      linkNumber: (low >>> 1) & MAX_LINK_NUMBER,
      clickedAtMs: EPOCH_MS + tick * TICK_MS,
    },
  };
}

function tagOf({ form, head }: Read, keys: FormKeys): Buffer {
  const tag = keys[form].tag(head, HEAD_BYTES);
  if (form === 1) return tag.subarray(0, FIRST_TAG_BYTES);
  const digits = Buffer.alloc(CLICK_ID_LENGTH - HEAD_DIGITS);
  writeTag(digits, 0, tag, 0);
  return digits;
}

function isGenuine(read: Read, keys: readonly FormKeys[]): boolean {
  let genuine = false;
  for (const key of keys) if (timingSafeEqual(tagOf(read, key), read.claimedTag)) genuine = true;
  return genuine;
}

function verifyWith(
  own: readonly FormKeys[],
  foreign: readonly FormKeys[],
  id: string,
  nowMs: number | undefined,
): Result<ClickIdFacts, ClickIdError> {
  const bytes = readFirstDigits(id);
  if (!bytes) return err('click_id_malformed');
  const read = /^[A-Za-z]/.test(id) ? readSecondForm(id) : readFirstForm(bytes);
  if (!read) return err('click_id_forged');
  if (!isGenuine(read, own)) {
    return err(isGenuine(read, foreign) ? 'click_id_other_environment' : 'click_id_forged');
  }
  if (nowMs !== undefined && read.facts.clickedAtMs > nowMs + FUTURE_TOLERANCE_MS) {
    return err('click_id_from_future');
  }
  return ok(read.facts);
}

/** A whole turn of the event loop under full load; more are minted in several runs. */
const MINTED_AT_ONCE = 64;

type Mint = (key: Cmac, clicks: readonly Mintable[], from: number, ids: string[]) => void;

/** Appends the ids of up to MINTED_AT_ONCE clicks: their heads side by side, one run of the cipher, one text cut up. */
function createMint(nextNonce: () => Nonce): Mint {
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
      const { bits, more } = nextNonce();
      const high = Math.floor(tick / 8);
      const low = ((tick % 8) << 29) | (linkNumber << 1) | more;
      const at = i * BLOCK_BYTES;
      heads.writeUInt32BE(high, at);
      heads.writeInt32BE(low, at + 4);
      heads.writeUInt32BE(bits, at + 8);
      write95(digits, i * CLICK_ID_LENGTH, high, low, bits);
    }
    const tags = key.tags(heads, HEAD_BYTES, count);
    for (let i = 0; i < count; i += 1)
      writeTag(digits, i * CLICK_ID_LENGTH + HEAD_DIGITS, tags, i * BLOCK_BYTES);
    const text = digits.toString('latin1', 0, count * CLICK_ID_LENGTH);
    for (let end = CLICK_ID_LENGTH; end <= text.length; end += CLICK_ID_LENGTH)
      ids.push(text.slice(end - CLICK_ID_LENGTH, end));
  };
}
