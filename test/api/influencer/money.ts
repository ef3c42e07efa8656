import { randomBytes } from 'node:crypto';

import { advanceConversion } from '../../../activities/conversions/advance';
import type { ConversionDeps } from '../../../activities/conversions/deps';
import { formatTenge, type Tiyn } from '../../../domain/money';
import { idFromBytes } from '../../../domain/ids';
import { insertPayeeStatus, insertTerms } from '../../../store/postgres/catalogue';
import { LedgerQueue } from '../../../store/postgres/ledger';
import { order, postback, type Harness, type World } from '../harness';
import { signedIn, type Person } from '../people';

export const id = (kind: Parameters<typeof idFromBytes>[0]): string =>
  idFromBytes(kind, randomBytes(16));

export const conversionDeps = (api: Harness): ConversionDeps => ({
  pool: api.pool,
  ledger: new LedgerQueue(api.pool),
  now: () => new Date(),
  mode: 'test',
  pollEveryMs: 1_000,
  orderLimit: 1_000_000_000_000n,
});

/** Terms in force since long ago; nothing is held unless said. */
export async function withTerms(api: Harness, world: World, holdSeconds = 0): Promise<void> {
  await insertTerms(api.pool, {
    programmeId: world.programmeId,
    validFrom: new Date('2026-01-01'),
    commissionBps: 1000,
    platformFeeBps: 2000,
    holdSeconds,
    clickWindowSeconds: 30 * 86_400,
  });
}

export const withRegime = (
  api: Harness,
  world: World,
  regime: string,
  deductionApplies = false,
): Promise<void> =>
  insertPayeeStatus(api.pool, {
    influencerId: world.influencerId,
    regime,
    deductionApplies,
    evidence: 'document',
    evidenceRef: `test ${regime}`,
    validFrom: new Date('2026-01-01'),
    expiresAt: new Date(Date.now() + 300 * 86_400_000),
  });

/** An order the shop approved, as the intake stored it: nothing priced yet. */
export async function ordered(
  api: Harness,
  world: World,
  sale: Tiyn,
  fields: Record<string, unknown> = {},
): Promise<string> {
  const body = order(api, world, { sale_amount: formatTenge(sale), ...fields });
  const answer = await postback(api, world, body);
  if (answer.status !== 200) throw new Error(`postback answered ${answer.status}`);
  return answer.body['conversion_id'] as string;
}

/** An order whose commission (8 % of the sale, for the influencer) is payable, by the steps a workflow takes. */
export async function earned(api: Harness, world: World, sale: Tiyn): Promise<string> {
  const conversionId = await ordered(api, world, sale);
  const deps = conversionDeps(api);
  const released = await advanceConversion(deps, { conversionId });
  if (released.state !== 'PAYABLE') throw new Error(`not payable: ${JSON.stringify(released)}`);
  return conversionId;
}

export type Answer = {
  readonly status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
  readonly headers: Headers;
};

/** Calls of one person below their own /v1/influencers/{id}. */
export type Own = {
  readonly person: Person;
  (method: string, path: string, body?: unknown): Promise<Answer>;
};

export async function call(
  api: Harness,
  person: Person,
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer> {
  const response = await fetch(`${api.url}${path}`, {
    method,
    headers: {
      ...person.headers,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

export async function ownCalls(api: Harness, world: World, factorAgeMs = 0): Promise<Own> {
  const person = await signedIn(api, 'influencer', world.influencerId, factorAgeMs);
  const own = (method: string, path: string, body?: unknown): Promise<Answer> =>
    call(api, person, method, `/v1/influencers/${world.influencerId}${path}`, body);
  return Object.assign(own, { person });
}

export type Row = Readonly<Record<string, unknown>>;

/** One field of each row. */
export const pluck = (rows: readonly Row[], field: string): unknown[] =>
  rows.map((row) => row[field]);

/** Every row of a list, page by page. */
export async function all(own: Own, path: string, limit = 3): Promise<Row[]> {
  const items: Row[] = [];
  let cursor: string | null = null;
  do {
    const mark = cursor === null ? '' : `&cursor=${cursor}`;
    const page: Answer = await own(
      'GET',
      `${path}${path.includes('?') ? '&' : '?'}limit=${limit}${mark}`,
    );
    expect(page.status).toBe(200);
    items.push(...(page.body.items as Row[]));
    cursor = page.body.next_cursor as string | null;
  } while (cursor !== null);
  return items;
}
