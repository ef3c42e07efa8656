import type { IncomingMessage } from 'node:http';

import type { PostbackAttempt } from '../../store/redis/postbackLog';
import type { TrustedProxies } from '../../telemetry/forwarded';
import { errorText, type Logger } from '../../telemetry/logger';
import { addressPrefix, clientAddress } from '../access/clientAddress';
import type { Refused } from '../request';
import { readSaidJson } from './said';

/** What a request that left no receipt of its own was answered. */
export type Note = Pick<Refused, 'detail' | 'errors' | 'receiptId'> & {
  /** A problem code, or `duplicate`. */
  readonly code: string;
  readonly conversionId?: string;
};

export type NotedRequest = {
  readonly request: IncomingMessage;
  readonly programmeId: string;
  /** Undefined when it was refused unread. */
  readonly body: Buffer | undefined;
  readonly status: number;
  readonly note: Note;
};

export type AttemptNotes = (noted: NotedRequest) => void;

export type AttemptNotesOptions = {
  readonly add: (programmeId: string, attempt: PostbackAttempt) => Promise<void>;
  /** Whether there is such a programme: nothing is kept of those that strangers make up. */
  readonly isKnown: (programmeId: string) => Promise<boolean>;
  readonly trustedProxies: TrustedProxies;
  readonly now: () => number;
  readonly log: Logger;
};

/** Of a flood a sample is enough to see what is wrong; the rest must cost nothing. */
const PROGRAMME_A_SECOND = 20;
const ALL_A_SECOND = 200;
const MAX_TEXT = 64;
const MAX_WEBHOOK_ID = 255;
const MAX_DETAIL = 300;
const MAX_ERRORS = 5;

/** Counts within the current second; forgets the second before, so it stays small whatever strangers send. */
class Sampler {
  private second = -1;
  private all = 0;
  private readonly own = new Map<string, number>();

  takes(programmeId: string, nowMs: number): boolean {
    const second = Math.floor(nowMs / 1000);
    if (second !== this.second) {
      this.second = second;
      this.all = 0;
      this.own.clear();
    }
    const own = this.own.get(programmeId) ?? 0;
    if (this.all >= ALL_A_SECOND || own >= PROGRAMME_A_SECOND) return false;
    this.all += 1;
    this.own.set(programmeId, own + 1);
    return true;
  }
}

/** Control characters, line separators and direction marks: they make one text look like another. */
const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** One line of visible text: what somebody sent is shown to people. */
function cut(value: unknown, most = MAX_TEXT): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  return value.replace(INVISIBLE, ' ').slice(0, most).toWellFormed();
}

/** The few fields that name the order; never the body, which may hold what its sender should not have sent. */
function orderOf(
  body: Buffer | undefined,
  contentType: string | undefined,
): Partial<PostbackAttempt> {
  const json = body && readSaidJson(body, contentType);
  if (!json?.ok || typeof json.value !== 'object' || json.value === null) return {};
  const fields = json.value as Record<string, unknown>;
  return {
    transactionId: cut(fields['transaction_id']),
    event: cut(fields['event']),
    orderStatus: cut(fields['status']),
    sale: cut(fields['sale_amount']),
  };
}

function attemptOf(
  { request, body, status, note }: NotedRequest,
  { trustedProxies, now }: AttemptNotesOptions,
): PostbackAttempt {
  return {
    atMs: now(),
    code: note.code,
    status,
    detail: cut(note.detail, MAX_DETAIL),
    errors: note.errors?.slice(0, MAX_ERRORS).map(({ pointer, message }) => ({
      pointer: cut(pointer) ?? '',
      message: cut(message, MAX_DETAIL) ?? '',
    })),
    webhookId: cut(request.headers['webhook-id'], MAX_WEBHOOK_ID),
    receiptId: note.receiptId,
    conversionId: note.conversionId,
    ...orderOf(body, request.headers['content-type']),
    from: addressPrefix(clientAddress(request, trustedProxies)),
  };
}

/**
 * Notes what left no receipt, beside the request and after its answer: a log that is slow, full or away slows
 * and refuses nobody.
 */
export function createAttemptNotes(options: AttemptNotesOptions): AttemptNotes {
  const sampler = new Sampler();
  const note = async (noted: NotedRequest): Promise<void> => {
    if (!(await options.isKnown(noted.programmeId))) return;
    await options.add(noted.programmeId, attemptOf(noted, options));
  };
  return (noted) => {
    if (!sampler.takes(noted.programmeId, options.now())) return;
    note(noted).catch((thrown: unknown) =>
      options.log.debug({ error: errorText(thrown) }, 'a refused postback was not noted'),
    );
  };
}
