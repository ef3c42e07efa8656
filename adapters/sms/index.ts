import { setTimeout as pause } from 'node:timers/promises';
import { err, ok, type Result } from '../../domain/result';
import { Deadline } from '../http';
import type { SmsFailure, SmsMessage, SmsSender } from '../ports';
import { SmsClient, type CallFailed } from './client';
import type { SmsConfig } from './config';
import { callFailure, certainlyNotSent, DUPLICATE, gatewayRefusal } from './errors';
import { messageId, refuseMessage, tookIt } from './mapping';

export { smsConfig, type SmsConfig } from './config';

type Sent = Result<{ readonly providerId: string }, SmsFailure>;

/** Sends in one operation; the second and third only after it is known that the one before did not arrive. */
const MAX_ATTEMPTS = 3;
const FIRST_PAUSE_MS = 150;

export function createSms(config: SmsConfig): SmsSender {
  const client = new SmsClient(config);
  return { name: 'sms', send: (message) => send(client, config, message) };
}

async function send(client: SmsClient, config: SmsConfig, message: SmsMessage): Promise<Sent> {
  const refusal = refuseMessage(message);
  if (refusal) return err(refusal);
  const deadline = new Deadline(config.operationMs);

  // Once a call ended unclear, no later one makes it certain that nothing was sent.
  let unclear = false;
  const failed = (failure: SmsFailure): Sent =>
    err(unclear ? { ...failure, delivery: 'unknown' } : failure);
  for (let attempt = 1; ; attempt += 1) {
    const sent = await client.submit(message, deadline);
    if (sent.kind === 'accepted') return ok({ providerId: sent.id });
    if (sent.kind === 'error') {
      // An earlier copy of this very message may be what the gateway calls a duplicate.
      const arrived = sent.code === DUPLICATE && (await hasArrived(client, message, deadline));
      if (arrived === true) return accepted(message);
      unclear ||= arrived === null;
      return failed(gatewayRefusal(sent.code));
    }
    const failure = callFailure(sent.cause, sent.retryAfterMs);
    unclear ||= failure.delivery === 'unknown';
    const next = await afterFailure(client, message, deadline, sent);
    if (next === 'arrived') return accepted(message);
    const pauseMs = FIRST_PAUSE_MS * 2 ** (attempt - 1);
    if (next === 'give_up' || attempt === MAX_ATTEMPTS || deadline.remainingMs() <= pauseMs) {
      return failed(failure);
    }
    await pause(pauseMs);
  }
}

function accepted(message: SmsMessage): Sent {
  return ok({ providerId: String(messageId(message.reference)) });
}

/**
 * Resends only what certainly was not taken: no connection stood, or the gateway itself says after an
 * unclear call that it holds no such message. Should that call still be on its way, the resend has the
 * same id, phone and text, which the gateway refuses as a duplicate within a minute.
 */
async function afterFailure(
  client: SmsClient,
  message: SmsMessage,
  deadline: Deadline,
  failed: CallFailed,
): Promise<'arrived' | 'resend' | 'give_up'> {
  if (failed.cause === 'not_connected') return 'resend';
  if (certainlyNotSent(failed.cause)) return 'give_up';
  const arrived = await hasArrived(client, message, deadline);
  if (arrived === null) return 'give_up';
  return arrived ? 'arrived' : 'resend';
}

/** Null when the gateway does not say. */
async function hasArrived(
  client: SmsClient,
  message: SmsMessage,
  deadline: Deadline,
): Promise<boolean | null> {
  const answer = await client.status(message, deadline);
  return answer.kind === 'status' ? tookIt(answer.status) : null;
}
