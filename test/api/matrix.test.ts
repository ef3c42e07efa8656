import { randomBytes } from 'node:crypto';

import * as fc from 'fast-check';
import { parse } from 'yaml';

import { newApiKey } from '../../api/keys';
import { loadContract, type Operation } from '../../api/contract';
import { OPERATIONS } from '../../api/operations';
import type { Rule } from '../../api/rule';
import { ROLES, scopeOf, type Grant, type Role } from '../../domain/access';
import { idFromBytes, type IdKind } from '../../domain/ids';
import { insertApiKey } from '../../store/postgres/catalogue';
import { fitting, type Document } from '../support/schemaArbitrary';
import { order, postback, startHarness, type Harness, type World } from './harness';
import { sessionOf, signedIn, type Person } from './people';

/** Two whole tenants: everything of one kind that a path can name, in both. */
type Tenant = { readonly world: World; readonly ids: Readonly<Record<string, string>> };
type ViewerRule = Extract<Rule, { kind: 'viewer' }>;
type Cell = readonly [who: string, operation: string, got: string];
/** Made only when their turn comes, where the cell before may end sessions. */
type Credentials = Readonly<Record<string, string>> | (() => Promise<Record<string, string>>);
type Asked = { status: number; code: string; text: string };

const contract = loadContract();
const document = parse(contract.yaml) as Document;
const operations = [...contract.operations.values()];
const ruleOf = (operation: Operation): Rule => OPERATIONS[operation.id]!;
const guarded = operations.filter((operation) => ruleOf(operation).kind === 'viewer');
const viewerRule = (operation: Operation): ViewerRule => ruleOf(operation) as ViewerRule;
const REQUIRED_QUERY: Readonly<Record<string, string>> = { from: '2026-11-01', to: '2026-11-20' };
const STALE_MS = 11 * 60_000;

let api: Harness;
let mine: Tenant;
let theirs: Tenant;
const people = new Map<Role, Person>();

const newId = (kind: IdKind): string => idFromBytes(kind, randomBytes(16));
const tenantOf = (role: Role, { world }: Tenant): string =>
  ({ influencer: world.influencerId, brand: world.brandId, ops: 'ops' })[scopeOf(role)];

async function insert(table: string, row: Record<string, unknown>): Promise<void> {
  const names = Object.keys(row);
  await api.owner.query(
    `insert into ${table} (${names.join(', ')}) values (${names.map((_, n) => `$${n + 1}`).join(', ')})`,
    Object.values(row),
  );
}

async function createTenant(period: string): Promise<Tenant> {
  const world = await api.world();
  const { body } = await postback(api, world, order(api, world));
  const [batchId, payoutId, linkId, invitationId, keyId] = [
    newId('payoutBatch'),
    newId('payout'),
    newId('link'),
    newId('invitation'),
    newId('apiKey'),
  ];
  await insert('payout_batches', { id: batchId, period, state: 'done' });
  await insert('payouts', {
    id: payoutId,
    influencer_id: world.influencerId,
    batch_id: batchId,
    state: 'paid',
    amount_tiyn: 800n,
    gross_tiyn: 1000n,
    fee_tiyn: 200n,
    reference: payoutId,
    requested_by: 'test',
  });
  const reviewId = newId('payoutReview');
  await insert('payout_reviews', {
    id: reviewId,
    payout_id: payoutId,
    way_out: 'void',
    reason: 'matrix',
    proposed_by: 'test',
  });
  await insert('links', {
    id: linkId,
    kind: 'short',
    code: randomBytes(4).toString('hex'),
    programme_id: world.programmeId,
    influencer_id: world.influencerId,
    target_url: 'https://shop.example/p/1',
  });
  const colleague = await signedIn(api, 'brand_analyst', world.brandId);
  await insert('invitations', {
    id: invitationId,
    token_hash: randomBytes(32),
    role: 'brand_analyst',
    tenant_id: world.brandId,
    email_sealed: api.sealer.seal(Buffer.from('a@example.kz'), invitationId),
    email_index: randomBytes(32),
    invited_by: colleague.userId,
    expires_at: new Date(Date.now() + 86_400_000),
  });
  await insertApiKey(api.pool, {
    id: keyId,
    hash: newApiKey('test').hash,
    role: 'brand_manager',
    grants: ['read'],
    subjectId: world.brandId,
    label: 'matrix',
    hint: 'gk_test_abcdefgh',
    createdBy: colleague.userId,
  });
  const [importId, reportId] = [newId('linkImport'), newId('linkReport')];
  await insert('link_imports', {
    id: importId,
    influencer_id: world.influencerId,
    body_sha256: randomBytes(32),
    finished_at: new Date(),
  });
  await insert('link_reports', {
    id: reportId,
    address: 'somewhere',
    reason: 'other',
    from_prefix: '127.0.0.0/24',
  });
  const debtId = newId('debt');
  const conversionId = String(body['conversion_id']);
  const split = { gross_tiyn: 100n, fee_tiyn: 20n, payable_tiyn: 80n };
  await insert('conversion_corrections', {
    conversion_id: conversionId,
    revision: 2,
    kind: 'taken_back',
    ...split,
    debt_tiyn: 80n,
    reason_code: 'taken_back_after_payout',
  });
  await insert('debts', {
    id: debtId,
    influencer_id: world.influencerId,
    conversion_id: conversionId,
    revision: 2,
    amount_tiyn: 80n,
  });
  const recoveryId = newId('recovery');
  await insert('recoveries', {
    id: recoveryId,
    user_id: colleague.userId,
    tenant_id: world.brandId,
    role: 'brand_analyst',
    token_hash: randomBytes(32),
    state: 'proved',
    asked_at: new Date(),
    proved_at: new Date(),
    expires_at: new Date(Date.now() + 7 * 86_400_000),
    ...{ password_hash: 'x', totp_sealed: randomBytes(32) },
  });
  const { rows } = await api.owner.query<{ id: bigint }>(
    'select id from programme_secrets where programme_id = $1',
    [world.programmeId],
  );
  return {
    world,
    ids: {
      brandId: world.brandId,
      programmeId: world.programmeId,
      influencerId: world.influencerId,
      conversionId: String(body['conversion_id']),
      receiptId: String(body['receipt_id']),
      secretId: String(rows[0]!.id),
      userId: colleague.userId,
      batchId,
      payoutId,
      reviewId,
      linkId,
      invitationId,
      keyId,
      importId,
      reportId,
      debtId,
      sessionId: newId('session'),
      flagCode: 'complaint',
      deadLetterId: '987654321',
      recoveryId,
      partner: 'wooppay',
      dial: 'payout',
    },
  };
}

beforeAll(async () => {
  api = await startHarness({ clickhouse: true });
  mine = await createTenant('2026-01-01-1');
  theirs = await createTenant('2026-01-02-1');
  for (const role of ROLES) people.set(role, await signedIn(api, role, tenantOf(role, mine)));
}, 120_000);
afterAll(async () => {
  await api.stop();
  expect(api.violations).toEqual([]);
});

function pathIn(operation: Operation, tenant: Tenant): string {
  const filled = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const id = tenant.ids[name];
    if (id === undefined) throw new Error(`the matrix knows no ${name} (${operation.path})`);
    return id;
  });
  const search = new URLSearchParams();
  for (const { name } of operation.parameters.filter((one) => one.in === 'query' && one.required)) {
    const value = REQUIRED_QUERY[name];
    if (value === undefined) throw new Error(`the matrix knows no ?${name} (${operation.id})`);
    search.set(name, value);
  }
  return search.size === 0 ? filled : `${filled}?${search}`;
}

/** The smallest body that fits: the same at every run. */
function bodyFor(operation: Operation): string | undefined {
  const paths = (document as unknown as { paths: Record<string, Record<string, unknown>> }).paths;
  const item = paths[operation.path]![operation.method] as {
    requestBody?: { content?: Record<string, { schema?: unknown }> };
  };
  const schema = item.requestBody?.content?.['application/json']?.schema;
  if (schema === undefined) return undefined;
  return JSON.stringify(fc.sample(fitting(document, schema), { numRuns: 1, seed: 7 })[0]);
}

async function ask(operation: Operation, tenant: Tenant, credentials: Credentials): Promise<Asked> {
  const headers = typeof credentials === 'function' ? await credentials() : credentials;
  const body = bodyFor(operation);
  const controller = new AbortController();
  const response = await fetch(`${api.url}${pathIn(operation, tenant)}`, {
    method: operation.method.toUpperCase(),
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body }),
    signal: controller.signal,
  });
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream');
  const text = isStream ? '' : await response.text();
  if (isStream) controller.abort();
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json');
  const code = isProblem ? String((JSON.parse(text) as { code: string }).code) : '';
  return { status: response.status, code, text };
}

const shown = ({ status, code }: Asked): string =>
  code === '' ? String(status) : `${status} ${code}`;
const isWrite = (operation: Operation): boolean => operation.method !== 'get';

/** Everything anybody could have changed, as one text. */
async function fingerprint(): Promise<string> {
  const { rows } = await api.owner.query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = 'public' order by 1`,
  );
  const sums: string[] = [];
  for (const { name } of rows) {
    // A key's last use is a note about the refusal itself, no effect.
    const row = name === 'api_keys' ? `(to_jsonb(t) - 'last_used_at')::text` : 't::text';
    const found = await api.owner.query<{ sum: string }>(
      `select md5(coalesce(string_agg(${row}, '' order by ${row}), '')) as sum from ${name} t`,
    );
    sums.push(`${name} ${found.rows[0]!.sum}`);
  }
  return sums.join('\n');
}

/** Asks all cells, then compares all at once: one wrong cell does not hide the others. */
async function expectCells(
  cells: readonly (readonly [
    who: string,
    operation: Operation,
    tenant: Tenant,
    headers: Credentials,
  ])[],
  wanted: (asked: Asked, operation: Operation) => boolean,
): Promise<void> {
  const wrong: Cell[] = [];
  for (const [who, operation, tenant, headers] of cells) {
    const asked = await ask(operation, tenant, headers);
    if (!wanted(asked, operation)) wrong.push([who, operation.id, shown(asked)]);
  }
  expect(wrong).toEqual([]);
  expect(cells.length).toBeGreaterThan(0);
}

async function keyWith(role: Role, grants: readonly Grant[]): Promise<Record<string, string>> {
  const made = newApiKey('test');
  await insertApiKey(api.pool, {
    id: newId('apiKey'),
    hash: made.hash,
    role,
    grants,
    subjectId: tenantOf(role, mine),
    label: 'matrix',
    hint: '',
    createdBy: null,
  });
  return { authorization: `Bearer ${made.plain}` };
}

test('every operation of openapi.yaml is in the matrix', () => {
  expect(guarded.length).toBeGreaterThan(60);
  for (const operation of guarded) pathIn(operation, mine);
});

describe('refused cells change nothing', () => {
  let before: string;
  beforeAll(async () => {
    before = await fingerprint();
  });
  afterAll(async () => {
    expect(await fingerprint()).toBe(before);
  });

  test('nobody: 401 everywhere', () =>
    expectCells(
      guarded.map((operation) => ['nobody', operation, mine, {}] as const),
      ({ status, code }) => status === 401 && code === 'unauthenticated',
    ));

  test.each(ROLES)('%s: 403 on what the role may not do, whoever it belongs to', (role) => {
    const { headers } = people.get(role)!;
    const closed = guarded.filter((operation) => !viewerRule(operation).roles.includes(role));
    return expectCells(
      closed.flatMap((operation) => [
        [role, operation, mine, headers] as const,
        [role, operation, theirs, headers] as const,
      ]),
      ({ status, code }) => status === 403 && code === 'scope_forbidden',
    );
  });

  test.each(ROLES.filter((role) => scopeOf(role) !== 'ops'))(
    '%s: what belongs to another tenant does not exist',
    (role) => {
      const { headers } = people.get(role)!;
      const open = guarded.filter(
        (operation) => viewerRule(operation).roles.includes(role) && /\{\w+\}/.test(operation.path),
      );
      return expectCells(
        open.map((operation) => [role, operation, theirs, headers] as const),
        ({ status, text }) =>
          status === 404 &&
          !Object.values(theirs.ids).some((id) => id.length > 9 && text.includes(id)),
      );
    },
  );

  test('a cookie without our Origin, or with another one, writes nothing', () => {
    const writes = guarded.filter(isWrite);
    return expectCells(
      writes.flatMap((operation) => {
        const { cookie = '' } = people.get(viewerRule(operation).roles[0]!)!.headers;
        return [
          ['no origin', operation, mine, { cookie }] as const,
          ['foreign origin', operation, mine, { cookie, origin: 'https://evil.example' }] as const,
          ['null origin', operation, mine, { cookie, origin: 'null' }] as const,
        ];
      }),
      ({ status, code }) => status === 403 && code === 'origin_forbidden',
    );
  });

  test('money wants a fresh factor', async () => {
    const fresh = guarded.filter((operation) => viewerRule(operation).fresh);
    const cells = [];
    for (const operation of fresh) {
      const role = viewerRule(operation).roles[0]!;
      const stale = await sessionOf(api, people.get(role)!.userId, role, STALE_MS);
      cells.push(['stale', operation, mine, stale] as const);
    }
    await expectCells(cells, ({ status, code }) => status === 403 && code === 'factor_required');
  });
});

test('an API key does no more than it was given, and never what wants a person', async () => {
  const cells = [];
  for (const operation of guarded) {
    const { roles, grant } = viewerRule(operation);
    const key = await keyWith(roles[0]!, grant === 'read' ? ['links'] : ['read']);
    cells.push([grant, operation, mine, key] as const);
  }
  await expectCells(cells, ({ status, code }, operation) => {
    const wanted = viewerRule(operation).grant === 'person' ? 'person_required' : 'grant_missing';
    return status === 403 && code === wanted;
  });
});

test.each(ROLES)('%s: gets in where the table says so', async (role) => {
  const open = guarded.filter((operation) => viewerRule(operation).roles.includes(role));
  // Reads first: what writes may delete.
  const inOrder = [...open.filter((one) => !isWrite(one)), ...open.filter(isWrite)];
  const { userId } = people.get(role)!;
  const cells = inOrder.map(
    (operation) => [role, operation, mine, () => sessionOf(api, userId, role)] as const,
  );
  await expectCells(cells, ({ status, code }, operation) => {
    if (status === 401 || code === 'scope_forbidden' || code === 'factor_required') return false;
    if (status >= 500) return status === 503;
    return isWrite(operation) || status !== 404 || /^(test_mode_only|link_not_found)$/.test(code);
  });
});
