import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';

import type { NamedKey } from '../../config/env';

/**
 * Envelope encryption for personal data and signing secrets: AES-256-GCM under a fresh key per record,
 * that key wrapped (AES-256-GCM again) by a master key from the environment. The row's id is associated
 * data of both, so a value copied to another row does not open (research/reliability-anchors.md §3, ASVS 11.3).
 *
 * Layout: 1 byte version | 1 byte key-id length | key id | 12 iv | 16 tag | 32 wrapped key | 12 iv | 16 tag | ciphertext
 */
const VERSION = 1;

type Boxed = { readonly iv: Buffer; readonly tag: Buffer; readonly bytes: Buffer };

function box(key: Buffer, plain: Buffer, associated: Buffer): Boxed {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(associated);
  const bytes = Buffer.concat([cipher.update(plain), cipher.final()]);
  return { iv, tag: cipher.getAuthTag(), bytes };
}

function unbox(key: Buffer, boxed: Boxed, associated: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, boxed.iv)
    .setAAD(associated)
    .setAuthTag(boxed.tag);
  return Buffer.concat([decipher.update(boxed.bytes), decipher.final()]);
}

export type Sealer = {
  seal(plain: Buffer, rowId: string): Buffer;
  /** Throws when the key, the row or any byte is wrong. */
  open(sealed: Buffer, rowId: string): Buffer;
  /** Keyed equality index; its key is derived apart from the wrapping keys. */
  blindIndex(value: string, column: string): Buffer;
};

/** First key seals, all keys open. */
export function createSealer(masterKeys: readonly [NamedKey, ...NamedKey[]]): Sealer {
  const [current] = masterKeys;
  const wrapping = new Map(masterKeys.map((key) => [key.id, key.bytes.subarray(0, 32)]));
  const indexKey = createHmac('sha256', masterKeys[masterKeys.length - 1]!.bytes)
    .update('gamma blind index')
    .digest();
  return {
    seal(plain, rowId) {
      const associated = Buffer.from(rowId);
      const recordKey = randomBytes(32);
      const wrapped = box(wrapping.get(current.id)!, recordKey, associated);
      const body = box(recordKey, plain, associated);
      const id = Buffer.from(current.id);
      return Buffer.concat([
        Buffer.from([VERSION, id.length]),
        id,
        wrapped.iv,
        wrapped.tag,
        wrapped.bytes,
        body.iv,
        body.tag,
        body.bytes,
      ]);
    },
    open(sealed, rowId) {
      const associated = Buffer.from(rowId);
      const idLength = sealed[1] ?? 0;
      const id = sealed.subarray(2, 2 + idLength).toString();
      const key = wrapping.get(id);
      if (sealed[0] !== VERSION || !key)
        throw new Error(`sealed value needs master key "${id}", which is not configured`);
      const at = (from: number, length: number): Buffer =>
        sealed.subarray(2 + idLength + from, 2 + idLength + from + length);
      const recordKey = unbox(
        key,
        { iv: at(0, 12), tag: at(12, 16), bytes: at(28, 32) },
        associated,
      );
      return unbox(
        recordKey,
        { iv: at(60, 12), tag: at(72, 16), bytes: sealed.subarray(2 + idLength + 88) },
        associated,
      );
    },
    blindIndex: (value, column) =>
      createHmac('sha256', indexKey).update(`${column}\0${value}`).digest(),
  };
}
