import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { silentProgress, startEmbeddedStack, type EmbeddedStack } from '../../stack/embedded';
import { SEARCH_ATTRIBUTES } from '../../workflows/contract';
import * as journey from '../support/journey';
import { startTestPlatform, type TestPlatform } from '../support/platform';
import { readSharedStack } from '../support/sharedStack';

let own: EmbeddedStack;
let on: TestPlatform;
let dir: string;
beforeAll(async () => {
  dir = mkdtempSync(join(readSharedStack().dir, 'own-temporal-'));
  own = await startEmbeddedStack({
    dir,
    env: { ...process.env, TEMPORAL_ADDRESS: undefined },
    progress: silentProgress,
    only: ['temporal'],
    temporal: { namespaces: ['down'], searchAttributes: SEARCH_ATTRIBUTES },
    preferredPorts: { temporal: 0, temporalUi: 0 },
  });
  on = await startTestPlatform({
    name: 'temporal-down',
    temporal: { address: own.urls.temporal, namespace: 'down' },
  });
});
afterAll(async () => {
  await on.stop();
  await own.stop();
  rmSync(dir, { recursive: true, force: true });
});

test('postbacks are accepted with Temporal stopped, and the workflows run when it is back', async () => {
  await own.engines.temporal.kill();
  const influencer = on.data.influencers[0]!;
  const ids = await Promise.all(
    Array.from({ length: 5 }, () => journey.order(on, influencer, { status: 'approved' })),
  );
  for (const id of ids)
    expect(await journey.conversion(on, id)).toMatchObject({
      state: 'RECEIVED',
      order_status: 'approved',
    });
  const waiting = await on.db.pool.query('select count(*)::int as n from outbox');
  expect(waiting.rows[0].n).toBe(5);

  await own.engines.temporal.start();
  await Promise.all(ids.map((id) => journey.conversionIs(on, id, 'PAYABLE', 90_000)));
  const left = await on.db.pool.query('select count(*)::int as n from outbox');
  expect(left.rows[0].n).toBe(0);
  expect(await journey.booksAreRight(on)).toMatchObject({ sum: 0n, wrong: 0 });
});
