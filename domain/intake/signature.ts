import { createHmac, createSecretKey, timingSafeEqual, type KeyObject } from 'node:crypto';

/**
 * Standard Webhooks signatures (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md):
 * HMAC-SHA256 over `id.timestamp.body` with the raw body bytes, sent as `v1,<base64>`. A header may carry
 * several, separated by spaces, so that a secret can be rotated without a gap.
 */
export const SIGNATURE_TOLERANCE_SECONDS = 300;
/** More than any honest rotation sends; a longer list only costs us time. */
const MAX_SIGNATURES = 8;
const SECRET = /^whsec_([A-Za-z0-9+/]+={0,2})$/;
/** 32 bytes in canonical base64: 43 characters and one `=`; the last character holds two zero bits. */
const SIGNATURE = /^v1,([A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=)$/;

export type SigningSecret = KeyObject;

/** `whsec_<base64 of 24 to 64 bytes>`; undefined when it is anything else. */
export function parseSecret(text: string): SigningSecret | undefined {
  const base64 = SECRET.exec(text)?.[1];
  if (base64 === undefined) return undefined;
  const bytes = Buffer.from(base64, 'base64');
  return bytes.length >= 24 && bytes.length <= 64 ? createSecretKey(bytes) : undefined;
}

export type SignedMessage = {
  readonly id: string;
  readonly timestamp: string;
  readonly body: Uint8Array;
};

function mac(secret: SigningSecret, { id, timestamp, body }: SignedMessage): Buffer {
  return createHmac('sha256', secret).update(`${id}.${timestamp}.`).update(body).digest();
}

/** The value of the `webhook-signature` header for one secret. */
export const sign = (secret: SigningSecret, message: SignedMessage): string =>
  `v1,${mac(secret, message).toString('base64')}`;

/**
 * Index of the secret that made one of the signatures in the header, -1 when none did. Every secret is
 * tried against every signature, each comparison in constant time. Signatures of other versions are
 * skipped, as the specification asks.
 */
export function signedBy(
  secrets: readonly SigningSecret[],
  message: SignedMessage,
  header: string,
): number {
  const claimed: Buffer[] = [];
  for (const part of header.split(' ', MAX_SIGNATURES)) {
    const base64 = SIGNATURE.exec(part)?.[1];
    if (base64 !== undefined) claimed.push(Buffer.from(base64, 'base64'));
  }
  if (claimed.length === 0) return -1;
  let found = -1;
  secrets.forEach((secret, index) => {
    const expected = mac(secret, message);
    for (const signature of claimed) {
      if (timingSafeEqual(expected, signature) && found < 0) found = index;
    }
  });
  return found;
}
