import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { DemoLogins } from '../sandbox/people';
import { repoRoot } from './root';

/** Demo people of the desk by the name `npm run totp` knows them by. */
export const DESK_LOGINS = [
  ['brand-owner', 'brandOwner'],
  ['brand-analyst', 'brandAnalyst'],
  ['second-brand-owner', 'secondBrandOwner'],
  ['ops-maker', 'opsMaker'],
  ['ops-checker', 'opsChecker'],
  ['ops-auditor', 'opsAuditor'],
] as const satisfies readonly (readonly [string, Exclude<keyof DemoLogins, 'influencers'>])[];

/** What a running platform says of itself; undefined while none is up. */
export type Ready = {
  readonly api: string;
  readonly postgres: string;
  readonly temporal: string;
  readonly temporalNamespace: string;
  readonly logins: DemoLogins;
};

export function readReady(dir = join(repoRoot(), '.gamma')): Ready | undefined {
  try {
    return JSON.parse(readFileSync(join(dir, 'ready.json'), 'utf8')) as Ready;
  } catch {
    return undefined;
  }
}
