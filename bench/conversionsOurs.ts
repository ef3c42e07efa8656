import { randomBytes } from 'node:crypto';

import type { Pool } from 'pg';

import { startRelay } from '../api/relay';
import { keyRing } from '../config/env';
import { idFromBytes, type IdKind } from '../domain/ids';
import type { EmbeddedStack } from '../stack/embedded';
import { distFile } from '../stack/root';
import * as catalogue from '../store/postgres/catalogue';
import { storeIntakeBatch, type IntakeRow } from '../store/postgres/intake';
import { createPool } from '../store/postgres/pool';
import { createLogger } from '../telemetry/logger';
import { createTemporalClient } from '../temporal/connection';
import * as contract from '../workflows/contract';
import type { Burst, BurstRunner, BurstTimes } from './conversionsBurst';
import type { Database } from './databases';

const YEAR_MS = 365 * 86_400_000;
const POLL_MS = 10;
const newId = (kind: IdKind): string => idFromBytes(kind, randomBytes(16));

type Shop = { readonly programmeId: string; readonly linkNumber: number };

/** A programme whose shop confirms by postback, and one payee with everything a release asks for. */
async function createShop(pool: Pool, holdSeconds: number): Promise<Shop> {
  const [brandId, programmeId, influencerId] = [
    newId('brand'),
    newId('programme'),
    newId('influencer'),
  ];
  const linkId = newId('link');
  const validFrom = new Date(Date.now() - YEAR_MS);
  await catalogue.insertBrand(pool, { id: brandId, name: 'Bench' });
  await catalogue.insertProgramme(pool, {
    id: programmeId,
    brandId,
    name: 'Bench',
    hosts: ['bench.example'],
    clickParam: 'sub1',
    confirmation: 'postback',
    orderSource: null,
    statusMap: {},
  });
  await catalogue.insertTerms(pool, {
    programmeId,
    validFrom,
    commissionBps: 1_000,
    platformFeeBps: 2_000,
    holdSeconds,
    clickWindowSeconds: 30 * 86_400,
  });
  await catalogue.insertInfluencer(pool, {
    id: influencerId,
    ref: randomBytes(6).toString('hex'),
    displayName: 'Bench',
    iinSealed: randomBytes(16),
    iinIndex: randomBytes(16),
    instrumentToken: 'bench',
    instrumentLast4: '0000',
  });
  await catalogue.insertPayeeStatus(pool, {
    influencerId,
    regime: 'individual_gph',
    deductionApplies: false,
    evidence: 'demo',
    evidenceRef: 'bench',
    validFrom,
    expiresAt: new Date(Date.now() + YEAR_MS),
  });
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
  return { programmeId, linkNumber: rows[0]!.number };
}

function order(shop: Shop, conversionId: string): IntakeRow {
  const nowMs = Date.now();
  return {
    receiptId: newId('receipt'),
    programmeId: shop.programmeId,
    webhookId: `msg_${conversionId}`,
    bodyHash: randomBytes(32).toString('hex'),
    conversionId,
    transactionId: conversionId,
    event: 'sale',
    status: 'approved',
    sale: 1_000_000n,
    eventVersion: 0,
    occurredAtMs: nowMs,
    details: '{}',
    requestId: 'bench',
    click: {
      id: randomBytes(16).toString('hex'),
      linkNumber: shop.linkNumber,
      clickedAtMs: nowMs - 60_000,
    },
  };
}

async function until(what: string, holds: () => Promise<boolean>): Promise<number> {
  const deadline = performance.now() + 60_000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`${what}: not within a minute`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return Date.now();
}

async function countIn(pool: Pool, programmeId: string, states: string[]): Promise<number> {
  const { rows } = await pool.query<{ count: bigint }>({
    name: 'bench_states',
    text: 'select count(*) from conversions where programme_id = $1 and state = any ($2)',
    values: [programmeId, states],
  });
  return Number(rows[0]?.count ?? 0);
}

type Ours = {
  readonly pool: Pool;
  readonly client: BurstRunner['client'];
};

/** Orders lie in the outbox when the clock starts; the API's own relay carries them to Temporal. */
async function burst({ pool, client }: Ours, plan: Burst): Promise<BurstTimes> {
  const shop = await createShop(pool, plan.holdSeconds);
  const ids = Array.from({ length: plan.count }, () => newId('conversion')).sort();
  await storeIntakeBatch(
    pool,
    ids.map((id) => order(shop, id)),
  );
  const startedAtMs = Date.now();
  const relay = startRelay({
    pool,
    client,
    logger: createLogger('bench', 'error'),
    paidWaitMs: plan.paidWaitMs,
    batch: { collectMs: 0, approveWithinMs: 0, timing: NO_PAYOUTS },
  });
  const reached = (states: string[]) => async (): Promise<boolean> =>
    (await countIn(pool, shop.programmeId, states)) === plan.count;
  try {
    const heldAtMs = await until('all held', reached(['HELD', 'PAYABLE']));
    const { rows } = await pool.query<{ at: Date }>(
      'select min(held_until) as at from conversions where programme_id = $1',
      [shop.programmeId],
    );
    const payableAtMs = await until('all payable', reached(['PAYABLE']));
    return {
      startedAtMs,
      heldAtMs,
      holdEndsAtMs: rows[0]!.at.getTime(),
      payableAtMs,
      workflowIds: ids.map(contract.conversionWorkflowId),
    };
  } finally {
    await relay.stop();
  }
}

/** The relay needs them for payout requests; none is made here. */
const NO_PAYOUTS = {
  submitTimeoutMs: 0,
  statusFirstMs: 0,
  statusMaxMs: 0,
  notFoundWaitMs: 0,
  unknownGiveUpMs: 0,
};

/** The worker process of production on a migrated database, with the encrypting codec; no partner is ever called. */
export async function startOurs(
  stack: Pick<EmbeddedStack, 'startChild'>,
  temporal: { readonly address: string; readonly namespace: string },
  database: Database,
): Promise<BurstRunner> {
  const codecKeys = `t1:${randomBytes(32).toString('base64')}`;
  const worker = await stack.startChild({
    name: 'bench-worker',
    command: process.execPath,
    args: ['--enable-source-maps', distFile('worker', 'main.js')],
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      LOG_LEVEL: 'error',
      GAMMA_MODE: 'test',
      GAMMA_CODEC_KEYS: codecKeys,
      DATABASE_URL: database.appUrl,
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_NAMESPACE: temporal.namespace,
      WOOPPAY_URL: 'http://127.0.0.1:9/wooppay/v1',
      WOOPPAY_LOGIN: 'bench',
      WOOPPAY_PASSWORD: 'bench',
      WILDBERRIES_URL: 'http://127.0.0.1:9/wildberries',
      WILDBERRIES_TOKEN: 'bench',
    },
    ready: (line) => line.startsWith('ready '),
    timeoutMs: 60_000,
  });
  const pool = createPool({ url: database.appUrl, applicationName: 'bench', max: 4 });
  const client = createTemporalClient({
    ...temporal,
    codecKeys: keyRing({ KEYS: codecKeys }, 'KEYS'),
  });
  return {
    client,
    burst: (plan) => burst({ pool, client }, plan),
    pay: (workflowId) =>
      client.workflow.getHandle(workflowId).signal(contract.paid, { itemId: 'pay_bench' }),
    stop: async () => {
      await worker.stop();
      await client.connection.close();
      await pool.end();
    },
  };
}
