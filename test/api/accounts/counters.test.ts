import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import * as fc from 'fast-check';

import { createLimits, type Limit } from '../../../api/access/limits';
import { takeAll } from '../../../api/accounts/attempts';
import { silentProgress, startEmbeddedStack, type EmbeddedStack } from '../../../stack/embedded';
import { createRedis, type Redis } from '../../../store/redis/client';

let dir: string;
let stack: EmbeddedStack;
let redis: Redis;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'gamma-counters-'));
  stack = await startEmbeddedStack({
    dir,
    env: { PATH: process.env['PATH'] },
    progress: silentProgress,
    preferredPorts: { postgres: 0, redis: 0, clickhouse: 0, temporal: 0, temporalUi: 0 },
    only: ['redis'],
  });
  redis = createRedis({ url: stack.urls.redis, prefix: 'test:', commandTimeoutMs: 2_000 });
  await once(redis, 'ready');
});
afterAll(async () => {
  redis.disconnect();
  await stack.stop();
  rmSync(dir, { recursive: true, force: true });
});

type Step = { readonly kind: 'take' | 'back' | 'forgive'; readonly who: 0 | 1; readonly n: number };
const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('take', 'take', 'take', 'back', 'forgive'),
  who: fc.constantFrom(0, 1),
  n: fc.integer({ min: 1, max: 4 }),
});

let runs = 0;
test('counters: never above their points nor below none; a refused take takes nothing; subjects are apart', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const limits = createLimits(redis);
      const limit: Limit = { name: `p${(runs += 1)}`, points: 5, seconds: 600 };
      const model = [0, 0];
      for (const { kind, who, n } of steps) {
        const subject = `s${who}`;
        if (kind === 'take') {
          const fits = model[who]! + n <= limit.points;
          if (fits) model[who]! += n;
          const taken = await limits.take(limit, subject, n);
          expect(taken.allowed).toBe(fits);
          expect(taken.resetSeconds).toBeGreaterThan(0);
        } else if (kind === 'back') {
          model[who] = Math.max(0, model[who]! - 1);
          await limits.giveBack(limit, subject);
        } else {
          model[who] = 0;
          await limits.forgive(limit, subject);
        }
        expect(await limits.used(limit, subject)).toBe(model[who]);
      }
    }),
    { numRuns: 150 },
  );
});

test('counters: any number at once take exactly what there is, and all of a list or none of it', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 1, max: 8 }),
      async (wide, narrow) => {
        const limits = createLimits(redis);
        const first: Limit = { name: `w${(runs += 1)}`, points: wide, seconds: 600 };
        const second: Limit = { name: `n${runs}`, points: narrow, seconds: 600 };
        const got = await Promise.all(
          Array.from({ length: 20 }, () =>
            takeAll({ limits }, [
              [first, 's'],
              [second, 's'],
            ]),
          ),
        );
        const passed = got.filter((one) => one === undefined).length;
        expect(passed).toBeLessThanOrEqual(Math.min(wide, narrow));
        expect(await limits.used(second, 's')).toBe(passed);
        // What was taken of the first for a refusal of the second has come back.
        expect(await limits.used(first, 's')).toBe(passed);
      },
    ),
    { numRuns: 60 },
  );
});
