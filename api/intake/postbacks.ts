import { createSecretKey, hash, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

import type { ClickIdVerifier } from '../../domain/clicks/clickId';
import { reason, type ReasonCode } from '../../domain/conversions/reasons';
import { readPostback, type PostbackBody } from '../../domain/intake/postback';
import { SIGNATURE_TOLERANCE_SECONDS, signedBy } from '../../domain/intake/signature';
import type { IntakeOutcome, IntakeRow } from '../../store/postgres/intake';
import { errorText, type Logger } from '../../telemetry/logger';
import {
  jsonTextAnswer,
  problemAnswer,
  requestIdOf,
  writeAnswer,
  type Answer,
  type TextAnswer,
} from '../answer';
import type { Operation } from '../contract';
import { RETRY_AFTER_SECONDS } from '../problem';
import { checkBody, readQuery, type Refused } from '../request';
import { storeIsUnavailable } from '../storeFailure';
import type { AttemptNotes, Note } from './attempts';
import { IntakeRefused, type Batcher } from './batcher';
import { readBody, type ReadBody } from './body';
import { conversionId, receiptId } from './ids';
import type { Programme } from './programmeCache';
import { isJsonText, readSaid } from './said';
import type { StoredAlike } from './storedAlike';

export const POSTBACK_PREFIX = '/v1/postbacks/';

export type PostbackDeps = {
  readonly operation: Operation;
  readonly programme: (id: string) => Promise<Programme | undefined>;
  readonly clickIds: ClickIdVerifier;
  readonly batcher: Batcher;
  /** The order that an older spelling of its number made. */
  readonly respelled: (row: IntakeRow) => Promise<string | undefined>;
  /** What is stored and says the same in other words. */
  readonly storedAlike: StoredAlike;
  readonly secretUsed: (rowId: bigint) => void;
  /** Told of every attempt that left no receipt of its own, after its answer. */
  readonly noteAttempt: AttemptNotes;
  readonly now: () => number;
  readonly log: Logger;
  /** True while the process stops: connections are not kept. */
  readonly stopping: () => boolean;
  /** Sees every answer; tests compare it with openapi.yaml. */
  readonly onAnswer?: (operation: Operation, answer: Answer) => void;
};

const SIGNATURE_HEADERS = ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const;
const ONCE = new Set<string>([...SIGNATURE_HEADERS, 'content-type', 'content-encoding']);
/** Checked instead of a real secret when the programme is unknown, so that both cost the same. */
const NO_PROGRAMME: Programme = {
  id: '',
  statusMap: {},
  isRespelled: false,
  secrets: [createSecretKey(randomBytes(32))],
  secretRows: [],
};

const CLICK_REASON = {
  click_id_malformed: 'click_malformed',
  click_id_forged: 'click_forged',
  click_id_other_environment: 'click_other_environment',
  click_id_from_future: 'click_from_future',
} as const satisfies Record<string, ReasonCode>;

function doubledHeader(rawHeaders: readonly string[]): string | undefined {
  const seen = new Set<string>();
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase();
    if (!ONCE.has(name)) continue;
    if (seen.has(name)) return name;
    seen.add(name);
  }
  return undefined;
}

function checkHeaders(request: IncomingMessage, operation: Operation): Refused | undefined {
  const doubled = doubledHeader(request.rawHeaders);
  if (doubled !== undefined)
    return { code: 'header_doubled', detail: `The header ${doubled} is given twice.` };
  for (const parameter of operation.parameters) {
    if (parameter.in !== 'header') continue;
    const value = request.headers[parameter.name];
    if (value === undefined || value === '')
      return { code: 'header_missing', detail: `The header ${parameter.name} is missing.` };
    if (!parameter.validate(value))
      return { code: 'header_malformed', detail: `The header ${parameter.name} is malformed.` };
  }
  return isJsonText(request.headers['content-type'], request.headers['content-encoding'])
    ? undefined
    : { code: 'content_type_unsupported' };
}

/** The programme id of the path, or why there is none. */
function checkPath(url: string, operation: Operation): { programmeId: string } | Refused {
  const mark = url.indexOf('?');
  if (mark >= 0) {
    const query = readQuery(url.slice(mark + 1));
    if (!query.ok) return query.error;
    if (query.value.size > 0) return { code: 'parameter_unknown' };
  }
  const raw = url.slice(POSTBACK_PREFIX.length, mark >= 0 ? mark : undefined);
  try {
    decodeURIComponent(raw);
  } catch {
    return { code: 'path_malformed' };
  }
  if (raw === '' || raw.includes('/')) return { code: 'not_found' };
  const known = operation.parameters.find((parameter) => parameter.in === 'path');
  return known?.validate(raw) ? { programmeId: raw } : { code: 'programme_not_found' };
}

type Signed = {
  readonly programme: Programme;
  readonly webhookId: string;
  readonly sentAtMs: number;
  readonly body: Buffer;
  readonly contentType: string | undefined;
};

async function authenticate(
  deps: PostbackDeps,
  request: IncomingMessage,
  programmeId: string,
  body: Buffer,
): Promise<Signed | Refused> {
  const [id, timestamp, signature] = SIGNATURE_HEADERS.map(
    (name) => request.headers[name] as string,
  ) as [string, string, string];
  const programme = await deps.programme(programmeId);
  const index = signedBy((programme ?? NO_PROGRAMME).secrets, { id, timestamp, body }, signature);
  if (!programme) return { code: 'programme_not_found' };
  const sentAtMs = Number(timestamp) * 1000;
  if (Math.abs(deps.now() - sentAtMs) > SIGNATURE_TOLERANCE_SECONDS * 1000)
    return { code: 'timestamp_stale' };
  const row = programme.secretRows[index];
  if (index < 0 || row === undefined) return { code: 'signature_invalid' };
  deps.secretUsed(row);
  return { programme, webhookId: id, sentAtMs, body, contentType: request.headers['content-type'] };
}

function clickOf(deps: PostbackDeps, clickId: string | null): IntakeRow['click'] {
  if (clickId === null) return { reason: 'click_missing' satisfies ReasonCode };
  const facts = deps.clickIds.verify(clickId, deps.now());
  return facts.ok ? { id: clickId, ...facts.value } : { reason: CLICK_REASON[facts.error] };
}

function toRow(deps: PostbackDeps, signed: Signed, requestId: string): IntakeRow | Refused {
  const json = readSaid(signed.body, signed.contentType);
  if (!json.ok) return json.error;
  const refused = checkBody(deps.operation, json.value);
  if (refused) return refused;
  const { programme, webhookId } = signed;
  const postback = readPostback(json.value as PostbackBody, {
    statusMap: programme.statusMap,
    sentAtMs: signed.sentAtMs,
    aheadMs: SIGNATURE_TOLERANCE_SECONDS * 1000,
    isGenuine: (clickId) => deps.clickIds.verify(clickId, deps.now()).ok,
  });
  if (!postback.ok) {
    const { code, pointer } = postback.error;
    return { code, errors: [{ pointer, message: code }] };
  }
  const { transactionId, event, clickId, details, ...order } = postback.value;
  return {
    receiptId: receiptId(programme.id, webhookId),
    programmeId: programme.id,
    webhookId,
    bodyHash: hash('sha256', signed.body, 'hex'),
    conversionId: conversionId(programme.id, transactionId, event),
    transactionId,
    event,
    ...order,
    details: JSON.stringify(details),
    requestId,
    click: clickOf(deps, clickId),
  };
}

function accepted(receipt: string, outcome: IntakeOutcome): TextAnswer {
  const why = outcome.reasonCode === null ? 'null' : JSON.stringify(reason(outcome.reasonCode));
  // All parts are ids and words of closed lists: nothing here needs escaping.
  return jsonTextAnswer(
    outcome.verdict === 'unmatched' ? 202 : 200,
    `{"receipt_id":"${receipt}","verdict":"${outcome.verdict}","conversion_id":"${outcome.conversionId}",` +
      `"conversion_state":"${outcome.state}","order_status":"${outcome.orderStatus}","reason":${why}}`,
  );
}

/** An answer, and what to note of an attempt that left no receipt of its own. */
type Told = { readonly answer: TextAnswer; readonly note?: Note };

const refusal = (refused: Refused, requestId: string): Told => ({
  answer: problemAnswer(refused.code, requestId, refused),
  note: refused,
});

/** Bytes differ; whether anything else was said is looked up only now, so that the usual way costs nothing. */
async function conflictAnswer(
  deps: PostbackDeps,
  row: IntakeRow,
  verdict: 'webhook_conflict' | 'version_conflict',
  requestId: string,
): Promise<Told> {
  const alike = await deps.storedAlike(row, verdict);
  if (alike) return outcomeAnswer(alike.receiptId, alike.outcome);
  return verdict === 'webhook_conflict'
    ? refusal({ code: 'webhook_conflict', receiptId: row.receiptId }, requestId)
    : refusal({ code: 'event_version_conflict' }, requestId);
}

function outcomeAnswer(receipt: string, outcome: IntakeOutcome): Told {
  const answer = accepted(receipt, outcome);
  if (outcome.verdict !== 'duplicate') return { answer };
  const { conversionId: conversion } = outcome;
  return { answer, note: { code: 'duplicate', receiptId: receipt, conversionId: conversion } };
}

async function answerTo(
  deps: PostbackDeps,
  request: IncomingMessage,
  body: Exclude<ReadBody, 'aborted'>,
  requestId: string,
): Promise<Told> {
  if (body === 'too_large') return refusal({ code: 'body_too_large' }, requestId);
  const path = checkPath(request.url ?? '', deps.operation);
  if ('code' in path) return refusal(path, requestId);
  const bad = checkHeaders(request, deps.operation);
  if (bad) return refusal(bad, requestId);
  const signed = await authenticate(deps, request, path.programmeId, body);
  if ('code' in signed) return refusal(signed, requestId);
  const read = toRow(deps, signed, requestId);
  if ('code' in read) return refusal(read, requestId);
  const known = signed.programme.isRespelled ? await deps.respelled(read) : undefined;
  const row = known === undefined ? read : { ...read, conversionId: known };
  const outcome = await deps.batcher.add(row);
  const { verdict } = outcome;
  return verdict === 'webhook_conflict' || verdict === 'version_conflict'
    ? conflictAnswer(deps, row, verdict, requestId)
    : outcomeAnswer(row.receiptId, outcome);
}

function failureAnswer(deps: PostbackDeps, thrown: unknown, requestId: string): Told {
  const retryAfterSeconds = RETRY_AFTER_SECONDS;
  if (thrown instanceof IntakeRefused)
    return refusal({ code: thrown.code, retryAfterSeconds }, requestId);
  if (storeIsUnavailable(thrown))
    return refusal({ code: 'store_unavailable', retryAfterSeconds }, requestId);
  deps.log.error({ requestId, error: errorText(thrown) }, 'postback failed');
  return refusal({ code: 'internal' }, requestId);
}

/** What the path names, however wrong the rest was; nothing is noted of a path that names no programme. */
function noteAttempt(
  deps: PostbackDeps,
  request: IncomingMessage,
  body: Exclude<ReadBody, 'aborted'>,
  { answer, note }: Told,
): void {
  if (!note) return;
  const raw = (request.url ?? '').slice(POSTBACK_PREFIX.length).split('?', 1)[0] ?? '';
  const known = deps.operation.parameters.find((parameter) => parameter.in === 'path');
  if (!known?.validate(raw)) return;
  deps.noteAttempt({
    request,
    programmeId: raw,
    body: body === 'too_large' ? undefined : body,
    status: answer.status,
    note,
  });
}

/**
 * POST /v1/postbacks/{programmeId}, in front of Koa: at this rate a framework's context and router cost
 * as much as checking the signature and storing the order together (research/performance-limits.md §6).
 */
export function createPostbackHandler(
  deps: PostbackDeps,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    const requestId = requestIdOf(request);
    const finish = (answer: TextAnswer, closing: boolean): void => {
      deps.onAnswer?.(deps.operation, answer);
      writeAnswer(response, answer, requestId, closing);
    };
    if (request.method !== 'POST') {
      request.resume();
      const allow = ['POST'];
      return finish(problemAnswer('method_not_allowed', requestId, { allow }), deps.stopping());
    }
    const body = await readBody(request);
    if (body === 'aborted') return;
    const told = await answerTo(deps, request, body, requestId).catch((thrown: unknown) =>
      failureAnswer(deps, thrown, requestId),
    );
    finish(told.answer, deps.stopping() || body === 'too_large');
    noteAttempt(deps, request, body, told);
  };
}
