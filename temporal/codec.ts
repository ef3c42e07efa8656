import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

import {
  METADATA_ENCODING_KEY,
  type Payload,
  type PayloadCodec,
  type SerializationContext,
} from '@temporalio/common';
import { temporal } from '@temporalio/proto';

import type { NamedKey } from '../config/env';
import { unreadable, type Unreadable } from '../workflows/unreadable';

const ENCODING = Buffer.from('binary/encrypted');
const KEY_ID = 'encryption-key-id';
/** `<namespace>/<workflow id>` the payload was made for; part of what the cipher authenticates. */
const MADE_FOR = 'encryption-for';
const IV_BYTES = 12;
const TAG_BYTES = 16;

export type CodecOptions = {
  /**
   * What becomes of a payload that we did not encrypt, or not for this workflow. `mark`, for workers: it arrives as
   * unreadable and is dropped (workflows/interceptors.ts). `throw`, for clients: an answer that is not ours is none.
   * `show`, for people who look: as it is.
   */
  readonly foreign: 'mark' | 'throw' | 'show';
  /**
   * Payloads made before they were bound to their workflow are taken, as long as workflows live that hold some
   * (120 days); afterwards GAMMA_CODEC_UNBOUND=refuse.
   */
  readonly acceptUnbound?: boolean;
};

/** Not of ours, or not for this place. */
export class ForeignPayload extends Error {
  override readonly name = 'ForeignPayload';
  constructor(readonly why: Parameters<typeof unreadable>[0]) {
    super(`a payload is refused: ${why}`);
  }
}

/**
 * Everything Temporal stores of ours — inputs, results, signals, failure messages — is AES-256-GCM under a
 * named key, so a stolen Temporal database tells ids, states and times, nothing more. The first key encrypts,
 * all of them decrypt, which is how a key is rotated while workflows sleep for weeks.
 *
 * It is also the proof of who wrote: plain payloads are not believed, and one that was copied from another workflow
 * is not either (the workflow's id is authenticated with it). The SDK tells no codec which message of a workflow a
 * payload belongs to, so a copy within one workflow is believed: what moves money is decided by rows in Postgres.
 *
 * A key that is not configured is an operator's mistake and no forgery: it throws everywhere, and work waits for it.
 */
export class EncryptionCodec implements PayloadCodec {
  private readonly keys: ReadonlyMap<string, Buffer>;
  private readonly current: NamedKey;

  constructor(
    keys: readonly [NamedKey, ...NamedKey[]],
    private readonly options: CodecOptions,
  ) {
    this.current = keys[0];
    this.keys = new Map(keys.map((key) => [key.id, aesKey(key.bytes)]));
  }

  encode(payloads: Payload[], context?: SerializationContext): Promise<Payload[]> {
    return Promise.resolve(payloads.map((payload) => this.seal(payload, ownerOf(context))));
  }

  decode(payloads: Payload[], context?: SerializationContext): Promise<Payload[]> {
    const read = (): Payload[] => payloads.map((payload) => this.read(payload, ownerOf(context)));
    return Promise.resolve().then(read);
  }

  private seal(payload: Payload, owner: string | undefined): Payload {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.keyOf(this.current.id), iv);
    if (owner !== undefined) cipher.setAAD(Buffer.from(owner));
    const plain = temporal.api.common.v1.Payload.encode(payload).finish();
    const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
    return {
      metadata: {
        [METADATA_ENCODING_KEY]: ENCODING,
        [KEY_ID]: Buffer.from(this.current.id),
        ...(owner !== undefined && { [MADE_FOR]: Buffer.from(owner) }),
      },
      data: Buffer.concat([iv, sealed, cipher.getAuthTag()]),
    };
  }

  private read(payload: Payload, owner: string | undefined): Payload {
    try {
      return this.open(payload, owner);
    } catch (thrown) {
      const { foreign } = this.options;
      if (foreign === 'throw' || !(thrown instanceof ForeignPayload)) throw thrown;
      return foreign === 'show' ? payload : marked(unreadable(thrown.why));
    }
  }

  private open(payload: Payload, owner: string | undefined): Payload {
    if (!isEncrypted(payload)) throw new ForeignPayload('plain');
    const madeFor = metadataOf(payload, MADE_FOR);
    // Where the SDK says for whom (all but the UI's codec server and exports), it must be the one it was made for.
    if (owner !== undefined && madeFor !== owner) {
      if (madeFor !== undefined || this.options.acceptUnbound === false)
        throw new ForeignPayload('of_another_workflow');
    }
    const key = this.keyOf(metadataOf(payload, KEY_ID) ?? '');
    const data = Buffer.from(payload.data ?? []);
    if (data.length < IV_BYTES + TAG_BYTES) throw new ForeignPayload('damaged');
    const decipher = createDecipheriv('aes-256-gcm', key, data.subarray(0, IV_BYTES));
    if (madeFor !== undefined) decipher.setAAD(Buffer.from(madeFor));
    decipher.setAuthTag(data.subarray(-TAG_BYTES));
    const { metadata, data: inner } = temporal.api.common.v1.Payload.decode(
      opened(decipher, data.subarray(IV_BYTES, -TAG_BYTES)),
    );
    return { metadata, data: inner };
  }

  private keyOf(id: string): Buffer {
    const key = this.keys.get(id);
    if (!key) throw new Error(`a payload needs codec key "${id}", which is not configured`);
    return key;
  }
}

/** Authenticated or not at all. */
function opened(decipher: ReturnType<typeof createDecipheriv>, sealed: Buffer): Buffer {
  try {
    return Buffer.concat([decipher.update(sealed), decipher.final()]);
  } catch {
    throw new ForeignPayload('damaged');
  }
}

/** The workflow a payload belongs to; an activity's belong to the workflow that called it. */
function ownerOf(context: SerializationContext | undefined): string | undefined {
  return context?.workflowId === undefined
    ? undefined
    : `${context.namespace}/${context.workflowId}`;
}

const metadataOf = (payload: Payload, name: string): string | undefined => {
  const value = payload.metadata?.[name];
  return value === undefined || value === null ? undefined : Buffer.from(value).toString();
};

const isEncrypted = (payload: Payload): boolean =>
  metadataOf(payload, METADATA_ENCODING_KEY) === ENCODING.toString();

const marked = (mark: Unreadable): Payload => ({
  metadata: { [METADATA_ENCODING_KEY]: Buffer.from('json/plain') },
  data: Buffer.from(JSON.stringify(mark)),
});

/** AES takes exactly 32 bytes; longer configured keys are condensed, not cut. */
const aesKey = (bytes: Buffer): Buffer =>
  bytes.length === 32 ? bytes : createHash('sha256').update(bytes).digest();
