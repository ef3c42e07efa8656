import Router, { type RouterContext } from '@koa/router';
import { createSession } from 'better-sse';
import Koa from 'koa';

import type { Locale } from '../store/postgres/users';
import type { TrustedProxies } from '../telemetry/forwarded';
import { errorText, type Logger } from '../telemetry/logger';
import { addressBucket, addressPrefix, clientAddress } from './access/clientAddress';
import { gate, type GateOptions } from './access/gate';
import { hashRequest, isIdempotencyKey, onceOnly, type Claim } from './access/idempotency';
import type { StreamPlace } from './access/streams';
import type { Viewer } from './access/viewer';
import { FIXED_HEADERS, problemAnswer, requestIdOf, type Answer } from './answer';
import type { Contract, Operation } from './contract';
import { MAX_TABLE_BYTES, readBody } from './intake/body';
import type { ApiDeps, Call, TableBody } from './handler';
import type { EventReply, Refusal, Reply } from './reply';
import { OPERATIONS, type Rule } from './operations';
import { RETRY_AFTER_SECONDS } from './problem';
import { checkBody, checkParameters, isJson, plainQuery, readJson, readQuery } from './request';
import { storeIsUnavailable } from './storeFailure';

export type AppOptions = GateOptions & {
  readonly deps: ApiDeps;
  readonly log: Logger;
  /** Proxies of our own in front, whose X-Forwarded-For entries count. */
  readonly trustedProxies: TrustedProxies;
  /** Serves the apps; called for what is not the API's. */
  readonly web?: Koa.Middleware;
  /** Sees every answer of an operation; tests compare it with openapi.yaml. */
  readonly onAnswer?: (operation: Operation, answer: Answer) => void;
};

type State = { requestId: string };
type Context = RouterContext<State>;
type Form = Pick<Call, 'query' | 'body'>;
/** What came of a call: the reply, and headers that go with it whatever it is. */
type Outcome = {
  readonly reply: Reply;
  readonly headers: readonly string[];
  /** Taken for the stream that is the reply. */
  readonly place?: StreamPlace;
};

const routerPath = (path: string): string => path.replace(/\{(\w+)\}/g, ':$1');

/** A table as it came: its type and its form are the operation's business, after the tenant wall. */
async function readTable(form: Form, context: Context): Promise<Form | Reply> {
  const bytes = await readBody(context.req, MAX_TABLE_BYTES);
  if (bytes === 'aborted') return { problem: 'http_malformed' };
  if (bytes === 'too_large') return { problem: 'body_too_large' };
  const body: TableBody = {
    bytes,
    contentType: context.get('content-type'),
    encoding: context.get('content-encoding'),
  };
  return { ...form, body };
}

/** Query and body as the document wants them; the body is undefined when there may be none. */
async function readForm(operation: Operation, context: Context): Promise<Form | Reply> {
  const said = readQuery(context.querystring);
  if (!said.ok) return { problem: said.error.code, ...said.error };
  const query = plainQuery(operation, said.value);
  const badParameter = checkParameters(operation, context.params, query);
  if (badParameter) return { problem: badParameter.code, ...badParameter };
  const form = { query, body: undefined };
  if (operation.takesTable) return readTable(form, context);
  if (!operation.body) return form;
  const bytes = await readBody(context.req);
  if (bytes === 'aborted') return { problem: 'http_malformed' };
  if (bytes === 'too_large') return { problem: 'body_too_large' };
  if (bytes.length === 0 && !operation.body.required) return form;
  if (!isJson(context.get('content-type') || undefined, context.req.headers['content-encoding']))
    return { problem: 'content_type_unsupported' };
  const json = readJson(bytes);
  if (!json.ok) return { problem: json.error.code, ...json.error };
  const badBody = checkBody(operation, json.value);
  return badBody ? { problem: badBody.code, ...badBody } : { ...form, body: json.value };
}

/** Without the header, or with none of ours in it: Russian. */
const languageAsked = (context: Context): Locale => {
  const asked = context.acceptsLanguages('ru', 'kk', 'en');
  return asked === 'kk' || asked === 'en' ? asked : 'ru';
};

/** Authentication, role and limits first, then form: a stranger learns nothing about the request. */
async function answerCall(
  options: AppOptions,
  operation: Operation,
  rule: Exclude<Rule, { kind: 'signature' }>,
  context: Context,
): Promise<Outcome> {
  const { deps } = options;
  const address = clientAddress(context.req, options.trustedProxies);
  // Addresses themselves are kept nowhere: limits are counted by a keyed hash.
  const masked = (text: string): string =>
    deps.sealer.blindIndex(text, 'limits.address').toString('base64url').slice(0, 22);
  const bucket = masked(addressBucket(address));
  const ipPrefix = addressPrefix(address);
  const device = deps.devices.read(context.req.headers.cookie);
  const passed = await gate(context.req, rule, deps, options, { bucket, device });
  const { headers } = passed;
  if ('refusal' in passed) return { reply: passed.refusal, headers };
  const form = await readForm(operation, context);
  if (!('query' in form)) return { reply: form, headers };
  const call: Omit<Call, 'claim'> = {
    ...form,
    params: context.params,
    requestId: context.state.requestId,
    sessionToken: deps.cookies.read(context.req.headers.cookie),
    device,
    from: {
      bucket,
      area: masked(ipPrefix),
      ipPrefix,
      userAgent: context.get('user-agent'),
      language: languageAsked(context),
    },
  };
  if (rule.kind === 'public')
    return { reply: await rule.handler(deps, { ...call, claim: undefined }), headers };
  const viewer = passed.viewer!;
  const act = (claim: Claim | undefined): Promise<Reply> =>
    rule.handler(deps, { ...call, claim }, viewer);
  const key = rule.idempotent ? context.get('idempotency-key') : '';
  const reply =
    key === '' ? await act(undefined) : await actOnce(deps, operation, call, viewer, key, act);
  if (!('events' in reply)) return { reply, headers };
  if (context.method === 'HEAD') return { reply, headers };
  const place = deps.streams.take({
    viewer,
    mayGoOn: () => mayGoOn(options, rule, viewer, context),
  });
  return 'problem' in place ? { reply: place, headers } : { reply, headers, place };
}

/** Whether the caller of a stream would still get it: signed in, in the same role, with a key that lives. */
async function mayGoOn(
  { deps, authenticate }: AppOptions,
  rule: Extract<Rule, { kind: 'viewer' }>,
  viewer: Viewer,
  context: Context,
): Promise<boolean> {
  const { via } = viewer;
  const now =
    via.kind === 'session'
      ? await deps.sessions.look(via.session)
      : await authenticate(context.req.headers.authorization);
  if (now?.role !== viewer.role || now.subjectId !== viewer.subjectId) return false;
  return now.via.kind === 'session' || now.via.grants.some((grant) => grant === rule.grant);
}

async function actOnce(
  { pool }: ApiDeps,
  operation: Operation,
  call: Omit<Call, 'claim'>,
  viewer: Viewer,
  key: string,
  act: (claim: Claim) => Promise<Reply>,
): Promise<Reply> {
  if (!isIdempotencyKey(key)) return { problem: 'idempotency_key_invalid' };
  const requestHash = hashRequest(operation.id, call.params, call.body);
  const request = { actorId: viewer.actorId, key, operationId: operation.id, requestHash };
  return onceOnly(pool, request, act);
}

function toAnswer(replied: Exclude<Reply, EventReply>, requestId: string): Answer {
  if (!('problem' in replied)) return replied;
  const { problem, detail, errors, suggestions, retryAfterSeconds, allow } = replied;
  return problemAnswer(problem, requestId, {
    ...(detail === undefined ? {} : { detail }),
    ...(errors === undefined ? {} : { errors }),
    ...(suggestions === undefined ? {} : { suggestions }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    ...(allow === undefined ? {} : { allow }),
  });
}

function failure(log: Logger, thrown: unknown, requestId: string): Exclude<Reply, EventReply> {
  if (storeIsUnavailable(thrown))
    return { problem: 'store_unavailable', retryAfterSeconds: RETRY_AFTER_SECONDS };
  log.error({ error: errorText(thrown), requestId }, 'request failed');
  return { problem: 'internal' };
}

function send(context: Koa.Context, answer: Answer, requestId: string): void {
  context.status = answer.status;
  setHeaders(context, [...FIXED_HEADERS, 'X-Request-Id', requestId, ...(answer.headers ?? [])]);
  // What is left of a refused body is not worth reading, and the next request must not start inside it.
  if (answer.status === 413) context.set('Connection', 'close');
  context.set('Content-Type', answer.contentType);
  context.body = answer.body;
}

function setHeaders(context: Koa.Context, headers: readonly string[]): void {
  for (let i = 0; i < headers.length; i += 2) {
    const [name, value] = [headers[i] ?? '', headers[i + 1] ?? ''];
    // The one header that may come twice.
    if (name === 'Set-Cookie') context.append(name, value);
    else context.set(name, value);
  }
}

/** Hands the connection to the library: comments keep it open through proxies, a lost reader is noticed. */
async function stream(
  context: Context,
  { events }: EventReply,
  place: StreamPlace | undefined,
): Promise<void> {
  setHeaders(context, [...FIXED_HEADERS, 'X-Request-Id', context.state.requestId]);
  // HEAD asks what a stream would be, and must not open one that never ends.
  if (!place) {
    context.status = 200;
    context.type = 'text/event-stream';
    context.body = '';
    return;
  }
  context.respond = false;
  context.set('X-Accel-Buffering', 'no');
  try {
    const session = await createSession(context.req, context.res, {
      // Koa says 404 until somebody says otherwise.
      statusCode: 200,
      keepAlive: 15_000,
      retry: 2_000,
    });
    const connection = {
      close: () => context.res.end(),
      backlog: () => context.res.writableLength,
    };
    place.begin(session, connection);
    const endEvents = events(session, connection);
    const end = (): void => {
      place.leave();
      endEvents();
    };
    if (session.isConnected) session.once('disconnected', end);
    else end();
  } catch (thrown) {
    place.leave();
    throw thrown;
  }
}

/** One line a call, without its path: ids of people and orders belong in the audit log, not here. */
function logCall(
  log: Logger,
  operation: Operation,
  { status }: Answer,
  requestId: string,
  ms: number,
): void {
  const isLoud = status >= 500;
  const fields = { requestId, operation: operation.id, status, ms: Math.round(ms) };
  if (isLoud) log.warn(fields, 'answered');
  else log.info(fields, 'answered');
}

function createRouter(options: AppOptions, contract: Contract): Router<State> {
  const router = new Router<State>({ strict: true, sensitive: true });
  for (const operation of contract.operations.values()) {
    const rule = OPERATIONS[operation.id];
    if (!rule || rule.kind === 'signature') continue;
    router.register(routerPath(operation.path), [operation.method], async (context: Context) => {
      const { requestId } = context.state;
      const startedMs = performance.now();
      const { reply, headers, place } = await answerCall(options, operation, rule, context).catch(
        (thrown: unknown): Outcome => ({
          reply: failure(options.log, thrown, requestId),
          headers: [],
        }),
      );
      setHeaders(context, headers);
      if ('events' in reply) return stream(context, reply, place);
      const answer = toAnswer(reply, requestId);
      logCall(options.log, operation, answer, requestId, performance.now() - startedMs);
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
function unrouted(router: Router<State>, path: string): Refusal {
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
  if (options.web) app.use(options.web);
  app.use(async (context, next) => {
    const requestId = requestIdOf(context.req);
    context.state.requestId = requestId;
    try {
      if (isDecodable(context.path)) await next();
      if (context.body === undefined && context.respond !== false)
        send(context, toAnswer(unrouted(router, context.path), requestId), requestId);
    } catch (thrown) {
      send(context, toAnswer(failure(options.log, thrown, requestId), requestId), requestId);
    }
  });
  app.use(router.routes());
  return app;
}
