import { createHmac, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

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

/** A demo credential: stable for this installation, useless anywhere else. */
export const derive = (secrets: Secrets, label: string): Buffer =>
  createHmac('sha256', Buffer.from(secrets.seed, 'base64')).update(label).digest();
