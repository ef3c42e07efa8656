import { randomBytes } from 'node:crypto';
import { once } from 'node:events';

import { createSessions, sessionStore } from '../../api/access/sessions';
import type { Role } from '../../domain/access';
import { idFromBytes } from '../../domain/ids';
import { addDemoInfluencer, type DemoInfluencer } from '../../sandbox/seed';
import { createRedis } from '../../store/redis/client';
import * as journey from '../support/journey';
import { startTestPlatform, type TestPlatform } from '../support/platform';
import { readSharedStack } from '../support/sharedStack';

export type Json = Record<string, unknown>;
export type Told = { readonly status: number; readonly body: Json };
export type Person = { readonly id: string; readonly cookie: string };

export type Desk = {
  readonly on: TestPlatform;
  /** Somebody of ops with a session; how they sign in is the accounts' test. */
  person(role: Role, factorAgeMs?: number, tenantId?: string): Promise<Person>;
  send(who: Person, method: string, path: string, body?: unknown, key?: string): Promise<Told>;
  /** Somebody new with one confirmed order. */
  payable(): Promise<DemoInfluencer>;
  stop(): Promise<void>;
};

let next = 0;

async function payable(on: TestPlatform): Promise<DemoInfluencer> {
  const someone = { ref: `opspay${(next += 1)}x`, regime: 'demo_flat_10' };
  const influencer = await addDemoInfluencer(on.db.pool, on.seed, on.data.programmes, someone);
  const id = await journey.order(on, influencer, { status: 'approved' });
  await journey.conversionIs(on, id, 'PAYABLE');
  return influencer;
}

/** People of ops at a platform that runs already. */
export async function deskOn(on: TestPlatform): Promise<Desk> {
  const redis = createRedis({
    url: readSharedStack().urls.redis,
    prefix: on.redisPrefix,
    commandTimeoutMs: 2_000,
  });
  await once(redis, 'ready');
  return {
    on,
    person: async (role, factorAgeMs = 0, tenantId = 'ops') => {
      const id = idFromBytes('user', randomBytes(16));
      // People of the desks have a mailbox, influencers a phone.
      const isInfluencer = role === 'influencer';
      const contact = isInfluencer ? 'phone' : 'email';
      const number = `+7701${String(randomBytes(4).readUInt32BE() % 10_000_000).padStart(7, '0')}`;
      await on.db.pool.query(
        `insert into users (id, role, tenant_id, name, ${contact}_sealed, ${contact}_index) values ($1, $2, $3, $2, $4, $5)`,
        [
          id,
          role,
          tenantId,
          isInfluencer ? on.seed.sealer.seal(Buffer.from(number), id) : randomBytes(16),
          randomBytes(16),
        ],
      );
      const sessions = createSessions(
        on.db.pool,
        sessionStore(redis, on.seed.sealer),
        () => Date.now() - factorAgeMs,
      );
      const from = { ipPrefix: '127.0.0.0/24', userAgent: 'test' };
      const { token } = await sessions.open({ id, role, epoch: 0 }, from);
      return { id, cookie: `gamma_session=${token}` };
    },
    send: async (who, method, path, body, key) => {
      const response = await fetch(`${on.platform.urls.api}${path}`, {
        method,
        headers: {
          cookie: who.cookie,
          origin: on.platform.urls.api,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(key === undefined ? {} : { 'idempotency-key': key }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: response.status, body: (await response.json()) as Json };
    },
    payable: () => payable(on),
    stop: async () => {
      redis.disconnect();
      await on.stop();
    },
  };
}

/** A platform with people of ops at it. Payout runs gather until a person ends it: nobody waits for them here. */
export async function startDesk(
  name: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Desk> {
  const on = await startTestPlatform({
    name,
    holdSeconds: 2,
    env: {
      BATCH_COLLECT_MS: '600000',
      WOOPPAY_TIMEOUT_MS: '700',
      ...env,
    },
  });
  return deskOn(on);
}
