import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Pool } from 'pg';
import { Webhook } from 'standardwebhooks';

import type { MailMessage, SmsMessage } from '../../adapters/ports';
import { checkAnswer, loadContract } from '../../api/contract';
import type { SmsCeilings } from '../../api/accounts/smsBudget';
import type { PayoutCommands } from '../../api/commands';
import type { InfluencerOptions } from '../../api/influencer/deps';
import { newApiKey } from '../../api/keys';
import { createApi, type ApiServer, type Rates } from '../../api/server';
import { createClickIds, NONCE_SEED_BYTES, type ClickIds } from '../../domain/clicks/clickId';
import type { Mode } from '../../config/env';
import { GRANTS } from '../../domain/access';
import { idFromBytes } from '../../domain/ids';
import { err, ok } from '../../domain/result';
import { startEmbeddedStack, silentProgress, type EmbeddedStack } from '../../stack/embedded';
import { distFile } from '../../stack/root';
import { createClickhouse, type ClickHouseClient } from '../../store/clickhouse/client';
import { migrateClickhouse } from '../../store/clickhouse/migrate';
import * as catalogue from '../../store/postgres/catalogue';
import { LedgerQueue } from '../../store/postgres/ledger';
import { changeDestination } from '../../store/postgres/payoutTakeOut';
import { createPool } from '../../store/postgres/pool';
import { addProgrammeSecret } from '../../store/postgres/programmes';
import { createSealer, type Sealer } from '../../store/postgres/sealing';
import { createRedis, type Redis } from '../../store/redis/client';
import { createLogger, type Logger } from '../../telemetry/logger';

/** A real Postgres, the real server on a free port, and one brand's world in it. */
export const ENVIRONMENT = 'test';

export type World = {
  readonly brandId: string;
  readonly programmeId: string;
  readonly secret: string;
  readonly influencerId: string;
  readonly linkNumber: number;
};

export type Harness = {
  readonly url: string;
  readonly owner: Pool;
  /** For the test itself. */
  readonly pool: Pool;
  /** The API's own, with its own rights only. */
  readonly apiPool: Pool;
  readonly sealer: Sealer;
  /** As GAMMA_MASTER_KEY, for programs of their own process. */
  readonly masterKeys: string;
  readonly clickIds: ClickIds;
  readonly redis: Redis;
  /** With `clickhouse: true`. */
  readonly clickhouse: ClickHouseClient | undefined;
  /** What was sent by SMS, newest last. */
  readonly messages: SmsMessage[];
  /** What was sent by mail, newest last. */
  readonly mails: MailMessage[];
  /** With true the mail provider is away. */
  readonly mailAway: { now: boolean };
  readonly stack: EmbeddedStack;
  readonly violations: string[];
  world(statusMap?: Record<string, string>): Promise<World>;
  key(scope: 'brand' | 'influencer' | 'ops', subjectId: string): Promise<string>;
  /** One more server process's worth of API on the same database. */
  another(mode?: Mode): Promise<string>;
  counts(): Promise<Record<string, number>>;
  stop(): Promise<void>;
};

/** The role a key of a scope has here unless a test says otherwise. */
const roles = { brand: 'brand_manager', influencer: 'influencer', ops: 'ops_checker' } as const;

const SILENT = createLogger('api-test', 'silent');

/** As a process: the migration library is an ES module, which jest cannot require. */
function applyMigrations(ownerUrl: string): void {
  execFileSync(process.execPath, [distFile('store', 'postgres', 'migrate.js')], {
    env: { PATH: process.env['PATH'], DATABASE_ADMIN_URL: ownerUrl },
  });
}

const newId = (kind: Parameters<typeof idFromBytes>[0]): string =>
  idFromBytes(kind, randomBytes(16));

const noPayouts = (pool: Pool): PayoutCommands => ({
  requestPayout: () => Promise.resolve(err({ code: 'nothing_to_pay' as const })),
  approveBatch: () => Promise.resolve(err({ code: 'temporal_unavailable' as const })),
  changeDestination: (influencerId, change) =>
    changeDestination(pool, new LedgerQueue(pool), influencerId, new Date(), change),
});

async function createWorld(
  pool: Pool,
  sealer: Sealer,
  statusMap: Record<string, string>,
): Promise<World> {
  const [brandId, programmeId, influencerId] = [
    newId('brand'),
    newId('programme'),
    newId('influencer'),
  ];
  const secret = `whsec_${randomBytes(32).toString('base64')}`;
  await catalogue.insertBrand(pool, { id: brandId, name: 'Shop' });
  await catalogue.insertProgramme(pool, {
    id: programmeId,
    brandId,
    name: 'Shop',
    hosts: ['shop.example'],
    clickParam: 'sub1',
    confirmation: 'postback',
    orderSource: null,
    statusMap,
  });
  await addProgrammeSecret(pool, sealer, programmeId, secret);
  await catalogue.insertInfluencer(pool, {
    id: influencerId,
    ref: randomBytes(6).toString('hex'),
    displayName: 'Author',
    iinSealed: sealer.seal(Buffer.from('990506490007'), influencerId),
    iinIndex: randomBytes(16),
    instrumentToken: 'token',
    instrumentLast4: '1234',
  });
  const linkId = newId('link');
  await catalogue.insertLink(pool, {
    id: linkId,
    code: null,
    programmeId,
    influencerId,
    targetUrl: null,
  });
  const { rows } = await pool.query<{ number: number }>('select number from links where id = $1', [
    linkId,
  ]);
  return { brandId, programmeId, secret, influencerId, linkNumber: rows[0]!.number };
}

const TABLES = ['receipts', 'conversions', 'conversion_history', 'outbox'];

async function countRows(owner: Pool): Promise<Record<string, number>> {
  const selects = TABLES.map((name) => `(select count(*)::int from ${name}) as ${name}`);
  const { rows } = await owner.query<Record<string, number>>(`select ${selects.join(', ')}`);
  return rows[0]!;
}

async function startClickStore(url: string): Promise<ClickHouseClient> {
  await migrateClickhouse(url);
  return createClickhouse({ url, applicationName: 'test-api', requestTimeoutMs: 10_000 });
}

export type HarnessOptions = {
  /** Also the click store, which takes seconds to start. */
  readonly clickhouse?: boolean;
  readonly mode?: 'test' | 'live';
  readonly payouts?: PayoutCommands;
  readonly now?: () => number;
  readonly log?: Logger;
  readonly influencers?: InfluencerOptions;
  /** Callers name their own address in X-Forwarded-For. */
  readonly trustedProxies?: number;
  readonly rates?: Rates;
  readonly smsCeilings?: SmsCeilings;
};

const NO_RATES: Rates = { actor: 10_000_000, address: 10_000_000, signIn: 10_000_000 };

export async function startHarness(options: HarnessOptions = {}): Promise<Harness> {
  const dir = mkdtempSync(join(tmpdir(), 'gamma-api-'));
  const stack = await startEmbeddedStack({
    dir,
    env: { PATH: process.env['PATH'] },
    progress: silentProgress,
    // Ports of its own: on the usual ones another test file would take a killed engine's port, and answer for it.
    preferredPorts: { postgres: 0, redis: 0, clickhouse: 0, temporal: 0, temporalUi: 0 },
    only: options.clickhouse ? ['postgres', 'redis', 'clickhouse'] : ['postgres', 'redis'],
  });
  applyMigrations(stack.urls.postgresAdmin);
  const owner = createPool({
    url: stack.urls.postgresAdmin,
    applicationName: 'test-owner',
    asOwner: true,
  });
  const pool = createPool({ url: stack.urls.postgres, applicationName: 'test' });
  const apiPool = createPool({
    url: stack.logins.postgres.api,
    applicationName: 'test-api',
    role: 'gamma_api',
  });
  const redis = createRedis({ url: stack.urls.redis, prefix: 'test:', commandTimeoutMs: 2_000 });
  await once(redis, 'ready');
  const clickhouse = options.clickhouse ? await startClickStore(stack.urls.clickhouse) : undefined;
  const key = { id: 'k1', bytes: randomBytes(32) };
  const sealer = createSealer([key]);
  const clickIds = createClickIds([key], ENVIRONMENT, randomBytes(NONCE_SEED_BYTES));
  const violations: string[] = [];
  const messages: SmsMessage[] = [];
  const mails: MailMessage[] = [];
  const mailAway = { now: false };
  const servers: ApiServer[] = [];
  const start = async (mode: Mode = options.mode ?? 'test'): Promise<string> => {
    const server = createApi({
      pool: apiPool,
      sealer,
      clickIds,
      payouts: options.payouts ?? noPayouts(pool),
      redis,
      ...(clickhouse && { clickhouse }),
      sms: {
        name: 'test',
        send: (message) => {
          messages.push(message);
          return Promise.resolve(ok({ providerId: String(messages.length) }));
        },
      },
      mail: {
        name: 'test',
        send: (message) => {
          if (mailAway.now)
            return Promise.resolve(
              err({
                code: 'mail_unavailable' as const,
                cause: 'submit:not_connected' as const,
                retryAfterMs: null,
              }),
            );
          mails.push(message);
          return Promise.resolve(ok({ providerId: String(mails.length) }));
        },
      },
      environment: ENVIRONMENT,
      mode,
      rates: options.rates ?? NO_RATES,
      ...(options.smsCeilings && { smsCeilings: options.smsCeilings }),
      ...(options.trustedProxies && {
        trustedProxies: { hops: options.trustedProxies, header: 'x-forwarded-for' as const },
      }),
      intakeQueue: 5_000,
      log: options.log ?? SILENT,
      ...(options.now && { now: options.now }),
      ...(options.influencers && { influencers: options.influencers }),
      contract: loadContract(),
      onAnswer: (operation, answer) => {
        // A stream is checked by the test that reads it; the document says only that it is text.
        const text = typeof answer.body === 'string' ? answer.body : '';
        const body: unknown = answer.contentType.includes('json') ? JSON.parse(text) : text;
        for (const { pointer, message } of checkAnswer(
          operation,
          answer.status,
          answer.contentType,
          body,
        ))
          violations.push(`${operation.id} ${answer.status} ${pointer}: ${message}`);
      },
    });
    servers.push(server);
    return server.start('127.0.0.1', 0);
  };
  return {
    url: await start(),
    owner,
    pool,
    apiPool,
    sealer,
    masterKeys: `${key.id}:${key.bytes.toString('base64')}`,
    clickIds,
    redis,
    clickhouse,
    messages,
    mails,
    mailAway,
    stack,
    violations,
    world: (statusMap = {}) => createWorld(pool, sealer, statusMap),
    key: async (scope, subjectId) => {
      const made = newApiKey(ENVIRONMENT);
      await catalogue.insertApiKey(pool, {
        id: newId('apiKey'),
        hash: made.hash,
        role: roles[scope],
        grants: GRANTS,
        subjectId,
        label: 'test',
        hint: '',
        createdBy: null,
      });
      return made.plain;
    },
    another: start,
    counts: () => countRows(owner),
    stop: async () => {
      await Promise.all(servers.map((server) => server.stop()));
      await Promise.all([pool.end(), apiPool.end(), owner.end()]);
      redis.disconnect();
      await clickhouse?.close();
      await stack.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

export type Answered = {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Headers;
};

export type SendOptions = {
  readonly webhookId?: string;
  readonly secret?: string;
  readonly at?: Date;
  readonly headers?: Record<string, string>;
  readonly query?: string;
  readonly url?: string;
};

/** Signed by the reference implementation, not by ours. */
export async function postback(
  harness: Harness,
  world: World,
  body: string | Record<string, unknown>,
  options: SendOptions = {},
): Promise<Answered> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const id = options.webhookId ?? `msg_${randomBytes(12).toString('hex')}`;
  const at = options.at ?? new Date();
  const response = await fetch(
    `${options.url ?? harness.url}/v1/postbacks/${world.programmeId}${options.query ?? ''}`,
    {
      method: 'POST',
      body: text,
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': new Webhook(options.secret ?? world.secret).sign(id, at, text),
        ...options.headers,
      },
    },
  );
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
}

export async function get(harness: Harness, path: string, key?: string): Promise<Answered> {
  const headers: Record<string, string> =
    key === undefined ? {} : { authorization: `Bearer ${key}` };
  const response = await fetch(`${harness.url}${path}`, { headers });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
}

export const order = (
  harness: Harness,
  world: World,
  fields: Record<string, unknown> = {},
): Record<string, unknown> => ({
  click_id: harness.clickIds.mint(world.linkNumber, Date.now() - 60_000),
  transaction_id: `T-${randomBytes(8).toString('hex')}`,
  status: 'approved',
  sale_amount: '1000.00',
  currency: 'KZT',
  ...fields,
});
