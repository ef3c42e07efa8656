import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

import { METADATA_ENCODING_KEY, type Payload, type PayloadCodec } from '@temporalio/common';
import { temporal } from '@temporalio/proto';

import type { NamedKey } from '../config/env';

const ENCODING = Buffer.from('binary/encrypted');
const KEY_ID = 'encryption-key-id';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Everything Temporal stores of ours — inputs, results, signals, failure messages — is AES-256-GCM under a
 * named key, so a stolen Temporal database tells ids, states and times, nothing more. The first key encrypts,
 * all of them decrypt, which is how a key is rotated while workflows sleep for weeks.
 */
export class EncryptionCodec implements PayloadCodec {
  private readonly keys: ReadonlyMap<string, Buffer>;
  private readonly current: NamedKey;

  constructor(keys: readonly [NamedKey, ...NamedKey[]]) {
    this.current = keys[0];
    this.keys = new Map(keys.map((key) => [key.id, aesKey(key.bytes)]));
  }

  encode(payloads: Payload[]): Promise<Payload[]> {
    return Promise.resolve(payloads.map((payload) => this.seal(payload)));
  }

  decode(payloads: Payload[]): Promise<Payload[]> {
    return Promise.resolve(
      payloads.map((payload) => (isEncrypted(payload) ? this.open(payload) : payload)),
    );
  }

  private seal(payload: Payload): Payload {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.keyOf(this.current.id), iv);
    const plain = temporal.api.common.v1.Payload.encode(payload).finish();
    const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
    return {
      metadata: { [METADATA_ENCODING_KEY]: ENCODING, [KEY_ID]: Buffer.from(this.current.id) },
      data: Buffer.concat([iv, sealed, cipher.getAuthTag()]),
    };
  }

  private open(payload: Payload): Payload {
    const data = Buffer.from(payload.data ?? []);
    const key = this.keyOf(Buffer.from(payload.metadata?.[KEY_ID] ?? []).toString());
    const decipher = createDecipheriv('aes-256-gcm', key, data.subarray(0, IV_BYTES));
    decipher.setAuthTag(data.subarray(-TAG_BYTES));
    const plain = Buffer.concat([
      decipher.update(data.subarray(IV_BYTES, -TAG_BYTES)),
      decipher.final(),
    ]);
    const { metadata, data: inner } = temporal.api.common.v1.Payload.decode(plain);
    return { metadata, data: inner };
  }

  private keyOf(id: string): Buffer {
    const key = this.keys.get(id);
    if (!key) throw new Error(`a payload needs codec key "${id}", which is not configured`);
    return key;
  }
}

function isEncrypted(payload: Payload): boolean {
  const encoding = payload.metadata?.[METADATA_ENCODING_KEY];
  return encoding !== undefined && encoding !== null && Buffer.from(encoding).equals(ENCODING);
}

/** AES takes exactly 32 bytes; longer configured keys are condensed, not cut. */
const aesKey = (bytes: Buffer): Buffer =>
  bytes.length === 32 ? bytes : createHash('sha256').update(bytes).digest();
