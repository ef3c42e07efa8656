import { createCipheriv } from 'node:crypto';

/**
 * AES-CMAC (RFC 4493, NIST SP 800-38B) of messages of at most one block, which is all a click id needs: one
 * AES block a tag. Node has no CMAC; it is two fixed subkeys around the AES that node:crypto does. One
 * long-lived cipher does every block (each ECB block is independent): 0.5 µs, where createHmac with its
 * native object a call costs 1.8 µs of the 13 a redirect has.
 */
const BLOCK_BYTES = 16;
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
};

/** `key` is 32 bytes (AES-256). NIST SP 800-38B App. B: at most 2^48 messages under one key. */
export function createCmac(key: Uint8Array): Cmac {
  if (key.length !== KEY_BYTES) throw new RangeError(`a CMAC key is ${KEY_BYTES} bytes`);
  const aes = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false);
  const forWhole = double(aes.update(Buffer.alloc(BLOCK_BYTES)));
  const forPart = double(forWhole);
  const block = Buffer.alloc(BLOCK_BYTES);
  return {
    tag(message, length) {
      if (length > BLOCK_BYTES) throw new RangeError('only messages of one block');
      const subkey = length === BLOCK_BYTES ? forWhole : forPart;
      for (let i = 0; i < BLOCK_BYTES; i += 1) {
        block[i] = subkey[i]! ^ (i < length ? message[i]! : i === length ? 0x80 : 0);
      }
      return aes.update(block);
    },
  };
}
