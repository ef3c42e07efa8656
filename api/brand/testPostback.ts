import { randomBytes } from 'node:crypto';

import { parseSecret, sign } from '../../domain/intake/signature';
import { newestLiveSecret } from '../../store/postgres/programmeSecrets';
import { errorText } from '../../telemetry/logger';
import { jsonAnswer } from '../answer';
import type { ApiDeps, Call, Handler } from '../handler';
import { POSTBACK_PREFIX } from '../intake/postbacks';
import type { Limit } from '../access/limits';
import { RETRY_AFTER_SECONDS } from '../problem';
import { programmeOf } from './scope';

/** A person tries a few; a program that sends more should use its own signature. */
export const TEST_POSTBACKS: Limit = { name: 'test_postback', points: 60, seconds: 60 };
const TIMEOUT_MS = 10_000;
const HOUR_SECONDS = 3_600;

type Input = {
  readonly transaction_id?: string;
  readonly event?: string;
  readonly status?: string;
  readonly sale_amount?: string | null;
  readonly click_id?: string;
  readonly event_version?: number;
  readonly mistake?: 'none' | 'wrong_secret' | 'stale_timestamp' | 'changed_body';
};

type Header = { readonly name: string; readonly value: string };
type Sample = { readonly headers: readonly Header[]; readonly body: string };

/** Order numbers of samples start with `test-`, so that nobody takes one for a sale. */
function bodyOf(input: Input): string {
  const { transaction_id, event, status, sale_amount, click_id, event_version } = input;
  return JSON.stringify({
    transaction_id: transaction_id ?? `test-${randomBytes(6).toString('hex')}`,
    ...(event === undefined ? {} : { event }),
    status: status ?? 'approved',
    ...(sale_amount === null ? {} : { sale_amount: sale_amount ?? '1000.00' }),
    ...(click_id === undefined ? {} : { click_id }),
    ...(event_version === undefined ? {} : { event_version }),
  });
}

/** Signed as docs/postbacks.md tells shops to, or wrong in the one way that was asked for. */
function sampleOf(input: Input, secret: string, nowMs: number): Sample {
  const stated = bodyOf(input);
  const late = input.mistake === 'stale_timestamp' ? HOUR_SECONDS : 0;
  const id = `msg_${randomBytes(12).toString('hex')}`;
  const timestamp = String(Math.floor(nowMs / 1000) - late);
  const used =
    input.mistake === 'wrong_secret' ? `whsec_${randomBytes(32).toString('base64')}` : secret;
  const key = parseSecret(used);
  if (!key) throw new Error('a stored signing secret is not one');
  const signature = sign(key, { id, timestamp, body: Buffer.from(stated) });
  const body = input.mistake === 'changed_body' ? stated.replace(/}$/, ',"changed":true}') : stated;
  return {
    body,
    headers: [
      { name: 'content-type', value: 'application/json' },
      { name: 'webhook-id', value: id },
      { name: 'webhook-timestamp', value: timestamp },
      { name: 'webhook-signature', value: signature },
    ],
  };
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

const curlOf = (url: string, { headers, body }: Sample): string =>
  [
    `curl -sS ${quoted(url)}`,
    ...headers.map(({ name, value }) => `-H ${quoted(`${name}: ${value}`)}`),
    `--data-raw ${quoted(body)}`,
  ].join(' \\\n  ');

type Received = {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly tookMs: number;
};

/** Over the network like a shop's own, to this very process: what is tried is what shops meet. */
async function send(
  { ownUrl }: ApiDeps,
  path: string,
  sample: Sample,
  requestId: string,
): Promise<Received> {
  const startedMs = performance.now();
  const response = await fetch(`${ownUrl()}${path}`, {
    method: 'POST',
    headers: {
      ...Object.fromEntries(sample.headers.map(({ name, value }) => [name, value])),
      'x-request-id': requestId,
    },
    body: sample.body,
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const body = (await response.json()) as Record<string, unknown>;
  return { status: response.status, body, tookMs: Math.round(performance.now() - startedMs) };
}

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** Where shops reach the API: the public address, or the one this call came to. */
export const publicUrl = ({ publicOrigin, ownUrl }: ApiDeps): string => publicOrigin || ownUrl();

async function tryIt(deps: ApiDeps, call: Call, programmeId: string, secret: string) {
  const sample = sampleOf(call.body as Input, secret, deps.now());
  const path = `${POSTBACK_PREFIX}${programmeId}`;
  const received = await send(deps, path, sample, call.requestId);
  const url = `${publicUrl(deps)}${path}`;
  return { sample, received, url };
}

export const sendTestPostback: Handler = async (deps, call, viewer) => {
  const programme = await programmeOf(deps, call, viewer);
  if (!programme.ok) return programme.error;
  const { id } = programme.value;
  const withClick = (call.body as Input).click_id !== undefined;
  // A signed order with a genuine click is a sale: only in test mode may somebody make one up.
  if (withClick && deps.mode !== 'test') return { problem: 'test_click_forbidden' };
  const taken = await deps.limits.take(TEST_POSTBACKS, id);
  if (!taken.allowed) return { problem: 'rate_limited', retryAfterSeconds: taken.resetSeconds };
  const secret = await newestLiveSecret(deps.pool, deps.sealer, id);
  if (secret === undefined) return { problem: 'secret_missing' };
  const tried = await tryIt(deps, call, id, secret).catch((thrown: unknown) => {
    deps.log.warn({ error: errorText(thrown) }, 'our own intake did not answer a test postback');
  });
  if (!tried) return { problem: 'overloaded', retryAfterSeconds: RETRY_AFTER_SECONDS };
  const { sample, received, url } = tried;
  const { status, body, tookMs } = received;
  const verdict = text(body['verdict']) ?? 'refused';
  return jsonAnswer(200, {
    request: { method: 'POST', url, headers: sample.headers, body: sample.body },
    curl: curlOf(url, sample),
    response: { status, body, took_ms: tookMs },
    verdict,
    receipt_id: text(body['receipt_id']),
    conversion_id: text(body['conversion_id']),
    money: withClick && (verdict === 'accepted' || verdict === 'updated'),
  });
};
