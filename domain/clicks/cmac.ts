import { createCipheriv } from 'node:crypto';

/**
 * AES-CMAC (RFC 4493, NIST SP 800-38B) of messages of at most one block, which is all a click id needs: one
 * AES block a tag. Node has no CMAC; it is two fixed subkeys around the AES that node:crypto does. One
 * long-lived cipher does every block (each ECB block is independent), and as many at once as there are: a call
 * of the cipher costs 0.5 µs whether it is for one block or for twenty.
 */
export const BLOCK_BYTES = 16;
const KEY_BYTES = 32;

/** Doubling in GF(2^128), RFC 4493 §2.3. */
function double(block: Buffer): Buffer {
  const doubled = Buffer.alloc(BLOCK_BYTES);
  for (let i = 0; i < BLOCK_BYTES; i += 1)
    doubled[i] = (block[i]! << 1) | ((block[i + 1] ?? 0) >>> 7);
  if (block[0]! & 0x80) doubled[BLOCK_BYTES - 1]! ^= 0x87;
  return doubled;
}

export type Cmac = {
  /** The 16-byte tag of the first `length` bytes (0–16) of `message`. The result is the caller's own. */
  tag(message: Uint8Array, length: number): Buffer;
  /**
   * The tags, 16 bytes each, of `count` messages: the first `length` bytes (0–16) of each 16 of `blocks`, which are
   * used up. The result is the caller's own.
   */
  tags(blocks: Uint8Array, length: number, count: number): Buffer;
};

/** `key` is 32 bytes (AES-256). NIST SP 800-38B App. B: at most 2^48 messages under one key. */
export function createCmac(key: Uint8Array): Cmac {
  if (key.length !== KEY_BYTES) throw new RangeError(`a CMAC key is ${KEY_BYTES} bytes`);
  const aes = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false);
  const forWhole = double(aes.update(Buffer.alloc(BLOCK_BYTES)));
  const forPart = double(forWhole);
  const one = Buffer.alloc(BLOCK_BYTES);
  const tags = (blocks: Uint8Array, length: number, count: number): Buffer => {
    if (length > BLOCK_BYTES) throw new RangeError('only messages of one block');
    const subkey = length === BLOCK_BYTES ? forWhole : forPart;
    const end = count * BLOCK_BYTES;
    if (end > blocks.length) throw new RangeError(`${count} messages do not fit in the blocks`);
    for (let at = 0; at < end; at += BLOCK_BYTES) {
      for (let i = 0; i < BLOCK_BYTES; i += 1) {
        const byte = i < length ? blocks[at + i]! : i === length ? 0x80 : 0;
        blocks[at + i] = subkey[i]! ^ byte;
      }
    }
    return aes.update(blocks.subarray(0, end));
  };
  return {
    tags,
    tag(message, length) {
      one.set(message.subarray(0, Math.min(length, BLOCK_BYTES)));
      return tags(one, length, 1);
    },
  };
}
