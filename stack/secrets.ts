import { createHmac, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import { keyRing } from '../config/env';
import type { SeedOptions } from '../sandbox/seed';
import { createSealer } from '../store/postgres/sealing';

/**
 * Keys of an embedded platform: made once at the first start, kept in its data folder (mode 0600), gone with
 * `npm run reset`. Production gets its own through the environment (.env.example).
 */
export type Secrets = {
  readonly masterKeys: string;
  readonly clickKeys: string;
  readonly codecKeys: string;
  readonly ipHashKeys: string;
  /** Demo credentials are derived from it, so that every start prints the same ones. */
  readonly seed: string;
};

const newKey = (id: string): string => `${id}:${randomBytes(32).toString('base64')}`;

export function loadSecrets(file: string): Secrets {
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Secrets;
  const secrets: Secrets = {
    masterKeys: newKey('m1'),
    clickKeys: newKey('c1'),
    codecKeys: newKey('t1'),
    ipHashKeys: newKey('h1'),
    seed: randomBytes(32).toString('base64'),
  };
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(secrets, null, 2), { mode: 0o600 });
  return secrets;
}

/** How demo data is seeded here: its credentials are stable for this installation and useless anywhere else. */
export const demoSeed = (secrets: Secrets, holdSeconds: number): SeedOptions => ({
  sealer: createSealer(keyRing({ GAMMA_MASTER_KEY: secrets.masterKeys }, 'GAMMA_MASTER_KEY')),
  derive: (label) =>
    createHmac('sha256', Buffer.from(secrets.seed, 'base64')).update(label).digest(),
  holdSeconds,
});
