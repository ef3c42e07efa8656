import { createHash } from 'node:crypto';
import type { SmsMessage } from '../ports';
import { malformed } from './errors';
import type { SmsFailure } from '../ports';

/** What cannot be sent is told before anything leaves the process. */
export function refuseMessage(message: SmsMessage): SmsFailure | null {
  if (!/^\+[1-9][0-9]{7,14}$/.test(message.phone)) return malformed('phone');
  const characters = [...message.text].length;
  const speakable = /\S/.test(message.text) && characters <= 1000;
  return speakable && /^[A-Za-z0-9_.:-]{1,64}$/.test(message.reference)
    ? null
    : malformed('message');
}

/**
 * The gateway's message id is a number from 1 to 2^31 − 1 that the client may choose. Derived from our
 * reference, so a repeat names the same message; together with the phone a collision does not happen.
 */
export function messageId(reference: string): number {
  const digest = createHash('sha256').update(`sms:${reference}`).digest();
  return 1 + (digest.readUInt32BE(0) % 2_147_483_647);
}

/** −3: the gateway holds no message with this id for this phone. All other states mean it took it. */
const NO_SUCH_MESSAGE = -3;

export function tookIt(status: number): boolean {
  return status !== NO_SUCH_MESSAGE;
}
