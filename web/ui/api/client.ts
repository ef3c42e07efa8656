import createClient from 'openapi-fetch';

import { earlyAnswer } from './earlyAnswer';
import { trackRequest } from './network';
import { ApiProblem, localProblem, problemOf } from './problem';
import type { paths } from './schema';
import { requestStepUp } from './stepUp';
import { newId } from './ids';

type SessionLost = () => void;
let onSessionLost: SessionLost = () => {};

/** Called on a 401 outside sign-in, so that the session gate can ask again who this is. */
export function whenSessionIsLost(handler: SessionLost): void {
  onSessionLost = handler;
}

/** One attempt: an answer, or `ApiProblem` `network` when none came. An abort stays an abort. */
async function attempt(request: Request): Promise<Response> {
  const done = trackRequest();
  try {
    const response = await (earlyAnswer(request) ?? fetch(request));
    done(true);
    return response;
  } catch (thrown) {
    if (request.signal.aborted) {
      done(true);
      throw thrown;
    }
    done(false);
    throw localProblem('network', request.headers.get('x-request-id'));
  }
}

const isSignIn = (request: Request): boolean =>
  new URL(request.url).pathname.startsWith('/v1/auth/');

/**
 * Sends, and turns every refusal into a thrown `ApiProblem`. `factor_required` opens the step-up dialog and the
 * same request (same Idempotency-Key) goes out once more.
 */
async function send(request: Request): Promise<Response> {
  const again = request.clone();
  const response = await attempt(request);
  if (response.ok) return response;
  const problem = await problemOf(response);
  if (problem.code === 'factor_required' && !isSignIn(request)) {
    await requestStepUp();
    const second = await attempt(again);
    if (second.ok) return second;
    throw await problemOf(second);
  }
  if (problem.status === 401 && !isSignIn(request)) onSessionLost();
  throw problem;
}

/** The typed client of api/openapi.yaml: `await call(api.GET('/v1/me'))`. */
export const api = createClient<paths>({
  baseUrl: window.location.origin,
  credentials: 'same-origin',
  fetch: (request) => {
    request.headers.set('X-Request-Id', newId());
    return send(request);
  },
});

type Settled<T> = { data?: T; error?: unknown; response: Response };

/** The data of a call; refusals have been thrown as `ApiProblem` by then. 204 gives undefined. */
export async function call<T>(sent: Promise<Settled<T>>): Promise<T> {
  const { data, error, response } = await sent;
  if (error !== undefined) {
    throw new ApiProblem({
      code: 'answer_unreadable',
      status: response.status,
      detail: 'the answer is not in the form openapi.yaml promises',
      requestId: response.headers.get('x-request-id'),
    });
  }
  return data as T;
}
