import { createServer, STATUS_CODES, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

import type Koa from 'koa';
import type { Pool } from 'pg';

import type { ClickIdVerifier } from '../domain/clicks/clickId';
import type { MailSender, SmsSender } from '../adapters/ports';
import type { Mode } from '../config/env';
import type { ClickHouseClient } from '../store/clickhouse/client';
import type { Redis } from '../store/redis/client';
import { findApiKey, markKeyUsed } from '../store/postgres/apiKeys';
import { storeIntakeBatch } from '../store/postgres/intake';
import { findRespelled } from '../store/postgres/orderSpellings';
import { markSecretUsed, readProgrammeForIntake } from '../store/postgres/programmes';
import type { Sealer } from '../store/postgres/sealing';
import { createPostbackLog } from '../store/redis/postbackLog';
import type { TrustedProxies } from '../telemetry/forwarded';
import { hasSoundHost } from '../telemetry/host';
import { errorText, type Logger } from '../telemetry/logger';
import {
  CONNECTIONS_CHECKED_MS,
  noteSlowSenders,
  partWith,
  watchSenders,
} from '../telemetry/slowSenders';
import { createCookies } from './access/cookies';
import { createDevices } from './access/device';
import { createLimits, type Limit } from './access/limits';
import { createSessions, sessionStore } from './access/sessions';
import { createStreams } from './access/streams';
import { createSmsBudget, type SmsCeilings } from './accounts/smsBudget';
import { FIXED_HEADERS, problemAnswer, type Answer } from './answer';
import type { GateOptions } from './access/gate';
import { RECOVERY_DELAY_MS } from './accounts/recoveryLinks';
import { createApp } from './app';
import type { ApiDeps } from './handler';
import type { PayoutCommands } from './commands';
import { loadContract, type Contract, type Operation } from './contract';
import {
  BARE_INFLUENCER_OPTIONS,
  createInfluencerDeps,
  type InfluencerOptions,
} from './influencer/deps';
import { createPostbackWatch } from './brand/postbackEvents';
import { createAttemptNotes } from './intake/attempts';
import { createBatcher, type Batcher } from './intake/batcher';
import { createPostbackHandler, POSTBACK_PREFIX } from './intake/postbacks';
import { createProgrammeCache } from './intake/programmeCache';
import { createSecretUse } from './intake/secretUse';
import { createStoredAlike } from './intake/storedAlike';
import { createAuthenticate } from './keys';
import { startImportRunner, type ImportRunner } from './links/importRunner';
import { createRunWatch } from './ops/runEvents';
import { startMailRunner, type MailRunner } from './mail/mailRunner';
import { NO_OPS_SIDE, type OpsSide } from './ops/side';
import { operationGaps, permissionsOf } from './operations';
import type { ProblemCode } from './problem';

export type ApiOptions = {
  readonly pool: Pool;
  readonly sealer: Sealer;
  readonly clickIds: ClickIdVerifier;
  readonly payouts: PayoutCommands;
  /** Absent where there is no Temporal: what operators do then says so. */
  readonly ops?: OpsSide;
  readonly redis: Redis;
  readonly clickhouse?: ClickHouseClient;
  readonly sms: SmsSender;
  readonly mail: MailSender;
  /** Between the second person's word and its effect, where money hangs on the account. */
  readonly recoveryDelayMs?: number;
  readonly influencers?: InfluencerOptions;
  readonly environment: string;
  readonly mode: Mode;
  /** https://host[:port] of the apps; without it the Host header of each request names it. */
  readonly publicOrigin?: string;
  readonly trustedProxies?: TrustedProxies;
  readonly rates?: Rates;
  /** Messages the platform may send. */
  readonly smsCeilings?: SmsCeilings;
  /** Serves the apps; called for what is not the API's. */
  readonly web?: Koa.Middleware;
  readonly intakeQueue: number;
  readonly log: Logger;
  /** A batch of postbacks was committed: the outbox may hold work. */
  readonly onStored?: () => void;
  readonly now?: () => number;
  readonly contract?: Contract;
  /** Sees every answer of an operation; tests compare it with openapi.yaml. */
  readonly onAnswer?: (operation: Operation, answer: Answer) => void;
};

export type Rates = {
  /** Calls a minute. */
  readonly actor: number;
  readonly address: number;
  /** Wrong codes and passwords an hour of one address: many people share one behind a mobile operator's NAT. */
  readonly signIn: number;
};
const NO_PROXIES: TrustedProxies = { hops: 0, header: 'x-forwarded-for' };
const RATES: Rates = { actor: 600, address: 1_200, signIn: 1_000 };

export const actorLimit = ({ actor: points }: Rates = RATES): Limit => ({
  name: 'actor',
  points,
  seconds: 60,
});
export const addressLimit = ({ address: points }: Rates = RATES): Limit => ({
  name: 'address',
  points,
  seconds: 60,
});
export const failureLimit = ({ signIn: points }: Rates = RATES): Limit => ({
  name: 'failures',
  points,
  seconds: 3_600,
});

export type ApiServer = {
  /** Listens; returns http://host:port. */
  start(host: string, port: number): Promise<string>;
  /** Stops taking connections, answers what is in hand, then closes. */
  stop(): Promise<void>;
};

/** Sockets that stay open without finishing a request hold memory; honest senders need far less. */
const MAX_CONNECTIONS = 5_000;
/** Longer than the load balancer's, so that it is never we who close under a new request. */
const KEEP_ALIVE_MS = 65_000;
const STOP_GRACE_MS = 10_000;

const CLIENT_ERROR: Readonly<Record<string, ProblemCode>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
};

/** Requests that are not HTTP never reach a handler; they get the same kind of answer. */
function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const answer = problemAnswer(CLIENT_ERROR[error.code ?? ''] ?? 'http_malformed', 'none');
  const headers = [
    ...FIXED_HEADERS,
    'Content-Type',
    answer.contentType,
    'Content-Length',
    String(Buffer.byteLength(answer.body)),
    'Connection',
    'close',
  ];
  let head = `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? ''}\r\n`;
  for (let i = 0; i < headers.length; i += 2) head += `${headers[i]}: ${headers[i + 1]}\r\n`;
  socket.end(`${head}\r\n${answer.body}`);
  partWith(socket);
}

const malformed = (): NodeJS.ErrnoException =>
  Object.assign(new Error('Host'), { code: 'HPE_HOST' });

function createIntake(options: ApiOptions, contract: Contract, stopping: () => boolean) {
  const { pool, sealer, log } = options;
  const now = options.now ?? Date.now;
  const batcher = createBatcher({
    store: async (rows) => {
      const stored = await storeIntakeBatch(pool, rows);
      options.onStored?.();
      return stored;
    },
    maxQueued: options.intakeQueue,
    onFailure: (thrown, rows) =>
      log.error(
        { error: errorText(thrown), batchSize: rows },
        'a batch of postbacks was not stored',
      ),
  });
  const programme = createProgrammeCache({
    read: (id) => readProgrammeForIntake(pool, sealer, id),
    now: () => performance.now(),
  });
  const attempts = createPostbackLog(options.redis);
  const handler = createPostbackHandler({
    operation: contract.operations.get('postPostback')!,
    programme,
    clickIds: options.clickIds,
    batcher,
    respelled: (row) => findRespelled(pool, row),
    storedAlike: createStoredAlike(pool),
    secretUsed: createSecretUse((rowId) => markSecretUsed(pool, rowId), log),
    noteAttempt: createAttemptNotes({
      add: (id, attempt) => attempts.add(id, attempt),
      isKnown: async (id) => (await programme(id)) !== undefined,
      trustedProxies: options.trustedProxies ?? NO_PROXIES,
      now,
      log,
    }),
    now,
    log,
    stopping,
    ...(options.onAnswer ? { onAnswer: options.onAnswer } : {}),
  });
  return { handler, batcher };
}

async function stopServer(server: Server, batcher: Batcher): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), STOP_GRACE_MS);
  await batcher.drained();
  server.closeIdleConnections();
  await closed;
  clearTimeout(timer);
}

function createDeps(
  options: ApiOptions,
  contract: Contract,
  stopping: () => boolean,
  ownUrl: () => string,
  linkImports: Pick<ImportRunner, 'poke'>,
): ApiDeps {
  const { pool, redis, sealer, payouts, sms, environment, mode, log } = options;
  const now = options.now ?? Date.now;
  return {
    pool,
    redis,
    clickhouse: options.clickhouse,
    ownUrl,
    sealer,
    payouts,
    ops: options.ops ?? NO_OPS_SIDE,
    contract,
    environment,
    mode,
    log,
    now,
    stopping,
    linkImports,
    sessions: createSessions(pool, sessionStore(redis, options.sealer), now),
    cookies: createCookies(options.publicOrigin ?? ''),
    limits: createLimits(redis),
    devices: createDevices(options.publicOrigin ?? ''),
    streams: createStreams({ log, stopping }),
    runWatch: createRunWatch({ pool, log }),
    postbackWatch: createPostbackWatch({ pool, redis, log, now }),
    failureLimit: failureLimit(options.rates),
    smsBudget: createSmsBudget(options.smsCeilings),
    sms,
    recoveryDelayMs: options.recoveryDelayMs ?? RECOVERY_DELAY_MS,
    publicOrigin: options.publicOrigin ?? '',
    permissionsOf,
    influencers: createInfluencerDeps(options.influencers ?? BARE_INFLUENCER_OPTIONS, {
      pool,
      clickhouse: options.clickhouse,
      log,
      now,
    }),
  };
}

function gateOptions(options: ApiOptions): GateOptions {
  const { pool, log, rates } = options;
  const used = (id: string): void =>
    void markKeyUsed(pool, id).catch((thrown: unknown) =>
      log.warn({ error: errorText(thrown) }, "a key's use was not noted"),
    );
  return {
    authenticate: createAuthenticate(options.environment, (hash) => findApiKey(pool, hash), used),
    publicOrigin: options.publicOrigin,
    mode: options.mode,
    actorLimit: actorLimit(rates),
    addressLimit: addressLimit(rates),
  };
}

const addressOf = (host: string, port: number): string =>
  `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
/** All interfaces are not an address to connect to. */
const reachable = (host: string): string =>
  host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;

export function createApi(options: ApiOptions): ApiServer {
  const contract = options.contract ?? loadContract();
  const gaps = operationGaps(contract);
  if (gaps.length > 0)
    throw new Error(`openapi.yaml and api/operations.ts differ: ${gaps.join('; ')}`);
  const { log, onAnswer } = options;
  let stop: Promise<void> | undefined;
  let ownUrl = '';
  // Started with the server: an API that does not listen works nothing off.
  let runner: ImportRunner | undefined;
  let mails: MailRunner | undefined;
  const stopping = (): boolean => stop !== undefined;
  const intake = createIntake(options, contract, stopping);
  const app = createApp({
    ...gateOptions(options),
    deps: createDeps(options, contract, stopping, () => ownUrl, { poke: () => runner?.poke() }),
    log,
    trustedProxies: options.trustedProxies ?? NO_PROXIES,
    ...(options.web ? { web: options.web } : {}),
    ...(onAnswer ? { onAnswer } : {}),
  }).callback();
  const serverOptions = {
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: CONNECTIONS_CHECKED_MS,
  };
  const server = createServer(serverOptions, (request, response) => {
    senders.sends(request);
    if (!hasSoundHost(request.rawHeaders)) answerClientError(malformed(), request.socket);
    else if (request.url?.startsWith(POSTBACK_PREFIX)) void intake.handler(request, response);
    else void app(request, response);
  });
  const senders = watchSenders(server, { maxConnections: MAX_CONNECTIONS });
  server.on('clientError', answerClientError);
  const stopNoting = noteSlowSenders(senders, log);
  return {
    start: (host, port) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () => {
          const { port: taken } = server.address() as AddressInfo;
          ownUrl = addressOf(reachable(host), taken);
          const { pool, redis, sealer, mail, publicOrigin } = options;
          const now = options.now ?? Date.now;
          runner = startImportRunner({ pool, redis, log, now });
          mails = startMailRunner({
            ...{ pool, sealer, mail, log, now },
            publicOrigin: publicOrigin ?? ownUrl,
          });
          resolve(addressOf(host, taken));
        });
      }),
    stop: () =>
      (stop ??= stopServer(server, intake.batcher).then(async () => {
        stopNoting();
        await Promise.all([runner?.stop(), mails?.stop()]);
      })),
  };
}
