import Router, { type RouterContext } from '@koa/router';
import Koa from 'koa';

import { errorText, type Logger } from '../telemetry/logger';
import { FIXED_HEADERS, problemAnswer, requestIdOf, type Answer } from './answer';
import type { Contract, Operation } from './contract';
import { readBody } from './intake/body';
import type { Authenticate } from './keys';
import type { ApiDeps, Reply } from './handler';
import { OPERATIONS, type Rule } from './operations';
import { RETRY_AFTER_SECONDS } from './problems';
import { checkBody, checkParameters, isJson, readJson, readQuery } from './request';
import { storeIsUnavailable } from './storeFailure';

export type AppOptions = {
  readonly deps: ApiDeps;
  readonly authenticate: Authenticate;
  readonly log: Logger;
  /** Sees every answer of an operation; tests compare it with openapi.yaml. */
  readonly onAnswer?: (operation: Operation, answer: Answer) => void;
};

type State = { requestId: string };
type Context = RouterContext<State>;

const routerPath = (path: string): string => path.replace(/\{(\w+)\}/g, ':$1');

/** The checked body; undefined when the operation takes none or it may be left out. */
async function readCall(
  operation: Operation,
  context: Context,
): Promise<{ body: unknown } | Reply> {
  const query = readQuery(context.querystring);
  if (!query.ok) return { problem: query.error.code, ...query.error };
  const badParameter = checkParameters(operation, context.params, query.value);
  if (badParameter) return { problem: badParameter.code, ...badParameter };
  if (!operation.body) return { body: undefined };
  const bytes = await readBody(context.req);
  if (bytes === 'aborted') return { problem: 'http_malformed' };
  if (bytes === 'too_large') return { problem: 'body_too_large' };
  if (bytes.length === 0 && !operation.body.required) return { body: undefined };
  if (!isJson(context.get('content-type') || undefined, context.req.headers['content-encoding']))
    return { problem: 'content_type_unsupported' };
  const json = readJson(bytes);
  if (!json.ok) return { problem: json.error.code, ...json.error };
  const badBody = checkBody(operation, json.value);
  return badBody ? { problem: badBody.code, ...badBody } : { body: json.value };
}

/** Authentication, then scope, then form: a caller without a key learns nothing about the request. */
async function reply(
  options: AppOptions,
  operation: Operation,
  rule: Exclude<Rule, { kind: 'signature' }>,
  context: Context,
): Promise<Reply> {
  const { requestId } = context.state;
  if (rule.kind === 'public') {
    const call = await readCall(operation, context);
    if (!('body' in call) || 'status' in call) return call;
    return rule.handler(options.deps, { params: context.params, body: call.body, requestId });
  }
  const viewer = await options.authenticate(context.get('authorization') || undefined);
  if (!viewer) return { problem: 'unauthenticated' };
  if (!rule.scopes.includes(viewer.scope)) return { problem: 'scope_forbidden' };
  const call = await readCall(operation, context);
  if (!('body' in call) || 'status' in call) return call;
  return rule.handler(options.deps, { params: context.params, body: call.body, requestId }, viewer);
}

function toAnswer(replied: Reply, requestId: string): Answer {
  if (!('problem' in replied)) return replied;
  const { problem, detail, errors, retryAfterSeconds, allow } = replied;
  return problemAnswer(problem, requestId, {
    ...(detail === undefined ? {} : { detail }),
    ...(errors === undefined ? {} : { errors }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    ...(allow === undefined ? {} : { allow }),
  });
}

function failure(log: Logger, thrown: unknown): Reply {
  if (storeIsUnavailable(thrown))
    return { problem: 'store_unavailable', retryAfterSeconds: RETRY_AFTER_SECONDS };
  log.error({ error: errorText(thrown) }, 'request failed');
  return { problem: 'internal' };
}

function send(context: Koa.Context, answer: Answer, requestId: string): void {
  context.status = answer.status;
  const headers = [...FIXED_HEADERS, 'X-Request-Id', requestId, ...(answer.headers ?? [])];
  for (let i = 0; i < headers.length; i += 2) context.set(headers[i] ?? '', headers[i + 1] ?? '');
  // What is left of a refused body is not worth reading, and the next request must not start inside it.
  if (answer.status === 413) context.set('Connection', 'close');
  context.set('Content-Type', answer.contentType);
  context.body = answer.body;
}

function createRouter(options: AppOptions, contract: Contract): Router<State> {
  const router = new Router<State>({ strict: true, sensitive: true });
  for (const operation of contract.operations.values()) {
    const rule = OPERATIONS[operation.id];
    if (!rule || rule.kind === 'signature') continue;
    router.register(routerPath(operation.path), [operation.method], async (context: Context) => {
      const { requestId } = context.state;
      const replied = await reply(options, operation, rule, context).catch((thrown: unknown) =>
        failure(options.log, thrown),
      );
      const answer = toAnswer(replied, requestId);
      options.onAnswer?.(operation, answer);
      send(context, answer, requestId);
    });
  }
  return router;
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

/** What no route took: a wrong method, a wrong path, or a path that is not text. */
function unrouted(router: Router<State>, path: string): Reply {
  if (!isDecodable(path)) return { problem: 'path_malformed' };
  const methods = router.match(path, '').path.flatMap((layer) => layer.methods);
  return methods.length > 0
    ? { problem: 'method_not_allowed', allow: [...new Set(methods)] }
    : { problem: 'not_found' };
}

/** Everything but postbacks. Routes, checks and security come from openapi.yaml and the operation table. */
export function createApp(options: AppOptions): Koa<State> {
  const { contract } = options.deps;
  const app = new Koa<State>();
  const router = createRouter(options, contract);
  app.silent = true;
  app.use(async (context, next) => {
    const requestId = requestIdOf(context.req);
    context.state.requestId = requestId;
    try {
      if (isDecodable(context.path)) await next();
      if (context.body === undefined)
        send(context, toAnswer(unrouted(router, context.path), requestId), requestId);
    } catch (thrown) {
      send(context, toAnswer(failure(options.log, thrown), requestId), requestId);
    }
  });
  app.use(router.routes());
  return app;
}
