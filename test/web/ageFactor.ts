import { once } from 'node:events';

import type { Page } from 'playwright-core';

import { SESSION_LIMITS } from '../../api/access/cookies';
import { sessionStore } from '../../api/access/sessions';
import { createRedis } from '../../store/redis/client';
import { findSession, touchSession } from '../../store/redis/sessions';
import type { TestPlatform } from '../support/platform';
import { readSharedStack } from '../support/sharedStack';

const HOUR_MS = 3_600_000;

/** The person at the page proved themselves an hour ago, as on any ordinary day: money asks for a new proof. */
export async function ageFactor(on: TestPlatform, page: Page): Promise<void> {
  const cookies = await page.context().cookies();
  const token = cookies.find(({ name }) => name.endsWith('gamma_session'))!.value;
  const redis = createRedis({
    url: readSharedStack().urls.redis,
    prefix: on.redisPrefix,
    commandTimeoutMs: 5_000,
  });
  await once(redis, 'ready');
  const store = sessionStore(redis, on.seed.sealer);
  const session = (await findSession(store, token))!;
  const aged = { ...session, factorAtMs: session.factorAtMs - HOUR_MS };
  await touchSession(store, token, aged, SESSION_LIMITS.brand, Date.now());
  redis.disconnect();
}
