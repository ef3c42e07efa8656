import { jsonAnswer } from '../answer';
import type { ApiDeps, Handler } from '../handler';
import type { Refusal } from '../reply';
import { RETRY_AFTER_SECONDS } from '../problem';

const TIMEOUT_MS = 5_000;

type Json = Readonly<Record<string, unknown>>;
type Heard = { readonly body: Json } | Refusal;

/**
 * Asks the configured sandbox, and nothing else: the base URL is a setting, path parts are checked by the
 * document, and redirects are refused. In live mode there is no sandbox, whatever is configured.
 */
async function ask(
  { mode, ops }: ApiDeps,
  method: 'GET' | 'PUT',
  path: string,
  body?: unknown,
): Promise<Heard> {
  if (mode !== 'test') return { problem: 'test_mode_only' };
  const away: Refusal = {
    problem: 'sandbox_unavailable',
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  };
  if (ops.sandboxUrl === null) return away;
  try {
    const response = await fetch(new URL(`/control${path}`, ops.sandboxUrl), {
      method,
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const json = (await response.json()) as Json;
    if (response.ok) return { body: json };
    if (response.status >= 500) return away;
    const said = typeof json['error'] === 'string' ? { detail: json['error'] } : {};
    return { problem: response.status === 404 ? 'dial_not_found' : 'sandbox_refused', ...said };
  } catch {
    return away;
  }
}

const dialShape = (dial: Json): Json => ({
  partner: dial['partner'],
  partner_name: dial['partner_name'],
  dial: dial['dial'],
  title: dial['title'],
  value: dial['value'],
  remaining: dial['remaining'] ?? null,
  allowed: dial['allowed'],
});

const clockShape = (clock: Json): Json => ({
  offset_ms: clock['offset_ms'],
  partner_time: clock['partner_time'],
  machine_time: clock['machine_time'],
  min_offset_ms: clock['min_offset_ms'],
  max_offset_ms: clock['max_offset_ms'],
});

export const listSandboxDials: Handler = async (deps) => {
  const heard = await ask(deps, 'GET', '/dials');
  if ('problem' in heard) return heard;
  return jsonAnswer(200, { items: (heard.body['dials'] as Json[]).map(dialShape) });
};

export const setSandboxDial: Handler = async (deps, { params, body }) => {
  const { value, count = null } = body as { value: string; count?: number | null };
  const path = `/dials/${params['partner'] ?? ''}/${params['dial'] ?? ''}`;
  const heard = await ask(deps, 'PUT', path, { value, ...(count === null ? {} : { count }) });
  return 'problem' in heard ? heard : jsonAnswer(200, dialShape(heard.body));
};

export const getSandboxClock: Handler = async (deps) => {
  const heard = await ask(deps, 'GET', '/clock');
  return 'problem' in heard ? heard : jsonAnswer(200, clockShape(heard.body));
};

export const setSandboxClock: Handler = async (deps, { body }) => {
  const { offset_ms } = body as { offset_ms: number };
  const heard = await ask(deps, 'PUT', '/clock', { offset_ms });
  return 'problem' in heard ? heard : jsonAnswer(200, clockShape(heard.body));
};
