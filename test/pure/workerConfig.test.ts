import { randomBytes } from 'node:crypto';

import { workerConfig } from '../../worker/config';

const base = {
  DATABASE_URL: 'postgres://gamma_app@db/gamma',
  TEMPORAL_ADDRESS: 'temporal:7233',
  GAMMA_CODEC_KEYS: `k1:${randomBytes(32).toString('base64')}`,
};

test('a worker works on every queue unless it is told which', () => {
  expect(workerConfig(base).queues).toEqual(['conv', 'retailer-poll', 'payout']);
  expect(workerConfig({ ...base, WORKER_QUEUES: 'payout' }).queues).toEqual(['payout']);
  const queues = workerConfig({ ...base, WORKER_QUEUES: ' retailer-poll ,conv,conv' }).queues;
  expect(queues).toEqual(['retailer-poll', 'conv']);
});

test.each(['payouts', 'conv,', 'conv;payout', ' '])('no such queues: "%s"', (WORKER_QUEUES) => {
  expect(() => workerConfig({ ...base, WORKER_QUEUES })).toThrow('WORKER_QUEUES');
});

test('it is versioned only when told which version it is', () => {
  expect(workerConfig(base).deployment).toBeUndefined();
  expect(workerConfig({ ...base, WORKER_BUILD_ID: '' }).deployment).toBeUndefined();
  expect(workerConfig({ ...base, WORKER_BUILD_ID: '2026-11-30.1' }).deployment).toEqual({
    deploymentName: 'gamma',
    buildId: '2026-11-30.1',
  });
  for (const WORKER_BUILD_ID of ['a b', 'a/b', 'x'.repeat(101)])
    expect(() => workerConfig({ ...base, WORKER_BUILD_ID })).toThrow('WORKER_BUILD_ID');
});

test('the rebuild job runs every hour unless told otherwise, and payloads without a workflow are refused when told so', () => {
  expect(workerConfig(base)).toMatchObject({
    rebuildEveryMs: 3_600_000,
    temporal: { acceptUnbound: true },
  });
  expect(
    workerConfig({ ...base, REBUILD_EVERY_MS: '0', GAMMA_CODEC_UNBOUND: 'refuse' }),
  ).toMatchObject({ rebuildEveryMs: 0, temporal: { acceptUnbound: false } });
});
