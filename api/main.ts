import { join } from 'node:path';

import { createMail, mailConfig } from '../adapters/mail';
import type { MailSender, SmsSender } from '../adapters/ports';
import { createSms, smsConfig } from '../adapters/sms';
import { createWooppay, wooppayCardsConfig } from '../adapters/wooppay';
import { createClickIdRing, ENVIRONMENTS, type ClickIdVerifier } from '../domain/clicks/clickId';
import { createClickhouse } from '../store/clickhouse/client';
import { createRedis } from '../store/redis/client';
import { createPool } from '../store/postgres/pool';
import { createSealer } from '../store/postgres/sealing';
import { logCrashes } from '../telemetry/crash';
import { errorMessage } from '../telemetry/failure';
import { createLogger, errorText, type Logger } from '../telemetry/logger';
import { readApiConfig, type ApiConfig } from './config';
import type { InfluencerOptions } from './influencer/deps';
import { workflowsUrlOf, type OpsSide } from './ops/side';
import { createApi } from './server';
import { createWebMiddleware } from './web/middleware';
import {
  createTemporalSide,
  readTemporalSideConfig,
  type TemporalSideConfig,
} from './temporalSide';

/** Sessions are looked up in Redis at every call of a person; hanging longer than this is being down. */
const REDIS_TIMEOUT_MS = 1_000;
/** Figures are shown without clicks rather than late. */
const CLICKHOUSE_TIMEOUT_MS = 6_000;

function influencerOptions(
  { redirectOrigin, cardFormUrl: formUrl }: ApiConfig,
  { payoutMinimum, collectMs, approveWithinMs, instrumentWaitMs, taxBaseMode }: TemporalSideConfig,
): InfluencerOptions {
  return {
    redirectOrigin,
    ...(formUrl && {
      cards: { formUrl, provider: createWooppay(wooppayCardsConfig(process.env)) },
    }),
    payoutMinimum,
    payoutCollectMs: collectMs,
    payoutApproveMs: approveWithinMs,
    instrumentWaitMs,
    ...(taxBaseMode && { taxBaseMode }),
  };
}

/** Ids are only verified here; keys that change in their file are taken over within a second. */
function openClickIds({ clickKeys, environment }: ApiConfig, log: Logger): ClickIdVerifier {
  const ring = createClickIdRing(clickKeys.current(), {
    environment,
    otherEnvironments: ENVIRONMENTS,
  });
  clickKeys.follow(ring.use, (sentence) =>
    log.error({ error: sentence }, 'new click keys do not read; the last good ones stay'),
  );
  return ring;
}

const senders = (): { sms: SmsSender; mail: MailSender } => ({
  sms: createSms(smsConfig(process.env)),
  mail: createMail(mailConfig(process.env)),
});

const opsSide = (
  { temporalUiUrl, sandboxUrl, orderLimit }: ApiConfig,
  { temporal: { namespace } }: TemporalSideConfig,
  { ops: commands }: ReturnType<typeof createTemporalSide>,
): OpsSide => ({
  commands,
  workflowsUrl: temporalUiUrl === null ? null : workflowsUrlOf(temporalUiUrl, namespace),
  temporalUiUrl,
  sandboxUrl,
  orderLimit,
});

/** The stores, each as the user that is the API's own. */
function openStores(config: ApiConfig) {
  const pool = createPool({
    url: config.databaseUrl,
    applicationName: 'gamma-api',
    role: 'gamma_api',
  });
  const redis = createRedis({
    url: config.redisUrl,
    prefix: config.redisPrefix,
    commandTimeoutMs: REDIS_TIMEOUT_MS,
  });
  const clickhouse = config.clickhouseUrl
    ? createClickhouse({
        url: config.clickhouseUrl,
        applicationName: 'gamma-api',
        requestTimeoutMs: CLICKHOUSE_TIMEOUT_MS,
      })
    : undefined;
  return { pool, redis, clickhouse };
}

async function main(): Promise<void> {
  const log = createLogger('api');
  const config = readApiConfig(process.env);
  const { pool, redis, clickhouse } = openStores(config);
  const temporalConfig = readTemporalSideConfig(process.env);
  const temporal = createTemporalSide(temporalConfig, pool, log);
  const api = createApi({
    pool,
    sealer: createSealer(config.masterKeys),
    clickIds: openClickIds(config, log),
    payouts: temporal.payouts,
    ops: opsSide(config, temporalConfig, temporal),
    onStored: () => temporal.relay.poke(),
    redis,
    ...(clickhouse && { clickhouse }),
    ...senders(),
    recoveryDelayMs: config.recoveryDelayMs,
    influencers: influencerOptions(config, temporalConfig),
    ...{ environment: config.environment, mode: config.mode },
    publicOrigin: config.publicOrigin,
    trustedProxies: config.trustedProxies,
    rates: config.rates,
    smsCeilings: config.smsCeilings,
    web: createWebMiddleware({
      root: join(__dirname, '..', 'web'),
      cardFormOrigin: config.cardFormUrl ? new URL(config.cardFormUrl).origin : null,
    }),
    intakeQueue: config.intakeQueue,
    log,
  });
  const url = await api.start(config.host, config.port);
  process.stdout.write(`ready ${url}\n`);
  log.info({ url }, 'listening');

  const stop = (): void => {
    log.info({}, 'stopping');
    api
      .stop()
      .then(() => temporal.stop())
      .then(() => pool.end())
      .then(() => redis.disconnect())
      .then(() => clickhouse?.close())
      .then(() => log.info({}, 'stopped'))
      .catch((thrown: unknown) => {
        log.error({ error: errorText(thrown) }, 'stop failed');
        process.exitCode = 1;
      });
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

if (require.main === module) {
  logCrashes(createLogger('api'));
  main().catch((thrown: unknown) => {
    process.stderr.write(`api cannot start: ${errorMessage(thrown)}\n`);
    process.exit(1);
  });
}
