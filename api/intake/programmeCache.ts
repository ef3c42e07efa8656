import { LRUCache } from 'lru-cache';

import { parseSecret, type SigningSecret } from '../../domain/intake/signature';
import type { ProgrammeForIntake } from '../../store/postgres/programmes';

/** What checking a postback needs, ready to use. */
export type Programme = {
  readonly id: string;
  readonly statusMap: Readonly<Record<string, string>>;
  /** Some of its orders were stored under other spellings of their numbers: look there first. */
  readonly isRespelled: boolean;
  readonly secrets: readonly SigningSecret[];
  readonly secretRows: readonly bigint[];
};

export type ProgrammeCacheOptions = {
  readonly read: (programmeId: string) => Promise<ProgrammeForIntake | undefined>;
  readonly now: () => number;
};

/** A rotated or retired secret takes effect within this time. */
const FRESH_MS = 1_000;
const MAX_PROGRAMMES = 10_000;

type Slot = { readonly readAt: number; readonly programme: Promise<Programme | undefined> };

function opened(found: ProgrammeForIntake | undefined): Programme | undefined {
  if (!found) return undefined;
  const secrets: SigningSecret[] = [];
  const secretRows: bigint[] = [];
  for (const { rowId, secret } of found.secrets) {
    const parsed = parseSecret(secret);
    if (!parsed) continue;
    secrets.push(parsed);
    secretRows.push(rowId);
  }
  const { id, statusMap, isRespelled } = found;
  return { id, statusMap, isRespelled, secrets, secretRows };
}

/** At most one read a second and programme, unknown ids included; a failed read is not kept. */
export function createProgrammeCache(
  options: ProgrammeCacheOptions,
): (programmeId: string) => Promise<Programme | undefined> {
  const slots = new LRUCache<string, Slot>({ max: MAX_PROGRAMMES });
  return (programmeId) => {
    const slot = slots.get(programmeId);
    const now = options.now();
    if (slot && now - slot.readAt < FRESH_MS) return slot.programme;
    const programme = options.read(programmeId).then(opened);
    const made: Slot = { readAt: now, programme };
    slots.set(programmeId, made);
    programme.catch(() => {
      if (slots.get(programmeId) === made) slots.delete(programmeId);
    });
    return programme;
  };
}
